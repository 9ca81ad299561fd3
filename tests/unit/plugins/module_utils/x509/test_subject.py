# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.x509 import subject
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import X509Error
from ansible_collections.certops.kubernetes.tests.unit.openssl import openssl

EVERYTHING = {
    "organizations": ["Shop"],
    "countries": ["DE"],
    "organizationalUnits": ["Web", "Ops"],
    "localities": ["Köln"],
    "provinces": ["NRW"],
    "streetAddresses": ["Am Hof 1"],
    "postalCodes": ["50667"],
    "serialNumber": "42",
}


def test_parts_come_in_cert_managers_order_with_all_values_of_a_field_together():
    name = subject.of_body({"commonName": "www.example.test", "subject": EVERYTHING})
    assert [[(each.oid.dotted_string, each.value) for each in rdn] for rdn in name.rdns] == [
        [("2.5.4.6", "DE")],
        [("2.5.4.8", "NRW")],
        [("2.5.4.7", "Köln")],
        [("2.5.4.9", "Am Hof 1")],
        [("2.5.4.17", "50667")],
        [("2.5.4.10", "Shop")],
        [("2.5.4.11", "Web"), ("2.5.4.11", "Ops")],
        [("2.5.4.3", "www.example.test")],
        [("2.5.4.5", "42")],
    ]


def test_a_literal_subject_is_read_from_its_end_and_replaces_the_parts():
    name = subject.of_body({"literalSubject": "SERIALNUMBER=4,CN=a\\, b+OU=x,O=Shop,DC=example,2.5.4.17=50667"})
    assert [[(each.oid.dotted_string, each.value) for each in rdn] for rdn in name.rdns] == [
        [("2.5.4.17", "50667")],
        [("0.9.2342.19200300.100.1.25", "example")],
        [("2.5.4.10", "Shop")],
        [("2.5.4.3", "a, b"), ("2.5.4.11", "x")],
        [("2.5.4.5", "4")],
    ]


@pytest.mark.parametrize(
    ("text", "type_name"),
    [
        ("Example CA 1 (R&D)", "UTF8STRING"),
        ("*.example.test", "UTF8STRING"),
        ("a_b", "UTF8STRING"),
        ("Köln", "UTF8STRING"),
        ("Example's CA (1), +/-.:=?", "PRINTABLESTRING"),
    ],
)
@pytest.mark.parametrize("literal", [False, True])
def test_text_is_a_printable_string_where_go_makes_it_one(text, type_name, literal):
    escaped = "".join(f"\\{letter}" if letter in ",+=" else letter for letter in text)
    name = subject.of_body({"literalSubject": f"CN={escaped}"} if literal else {"commonName": text})
    assert f": {type_name}" in openssl("asn1parse", "-inform", "DER", given=name.public_bytes()).replace("  ", "")


def test_no_subject_is_an_empty_one():
    assert subject.of_body({}).public_bytes() == b"\x30\x00"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"subject": {"countries": ["Germany"]}}, "countries: Attribute's length must be >= 2 and <= 2"),
        ({"commonName": "x" * 65}, "commonName: Attribute's length"),
        ({"literalSubject": "no name"}, "literalSubject 'no name' is not a distinguished name"),
    ],
)
def test_what_cannot_be_written_is_named(body, message):
    with pytest.raises(X509Error, match=message):
        subject.of_body(body)
