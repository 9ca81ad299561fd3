# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ansible_collections.certops.kubernetes.plugins.module_utils.acme.answer import Answer
from ansible_collections.certops.kubernetes.plugins.module_utils.acme.renewal_info import certificate_id, window_in

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
KEY = ec.generate_private_key(ec.SECP256R1())


def certificate(serial, key_identifier):
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(x509.Name([]))
        .public_key(KEY.public_key())
        .serial_number(serial)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
    )
    if key_identifier is not False:
        named = (None, None) if key_identifier else ([x509.DNSName("ca.test")], 1)
        authority = x509.AuthorityKeyIdentifier(key_identifier, *named)
        builder = builder.add_extension(authority, critical=False)
    return builder.sign(KEY, hashes.SHA256()).public_bytes(Encoding.PEM)


def test_the_example_of_rfc_9773():
    """RFC 9773, 4.1: the serial number's first bit is set, so its DER has an octet more."""
    identifier = bytes.fromhex("69885B6B87464041E1B37B847BA0AE2CDE01C8D4")
    assert certificate_id(certificate(0x87654321, identifier)) == "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE"
    assert certificate_id(certificate(0x17654321, identifier)) == "aYhba4dGQEHhs3uEe6CuLN4ByNQ.F2VDIQ"


@pytest.mark.parametrize("key_identifier", [False, None])
def test_a_certificate_without_an_authority_key_identifier_has_no_id(key_identifier):
    assert certificate_id(certificate(1, key_identifier)) is None


def info(start="2026-03-02T00:00:00Z", end="2026-03-03T00:00:00Z", retry_after="21600", **more):
    document = {"suggestedWindow": {"start": start, "end": end}, **more}
    headers = (("retry-after", retry_after),) if retry_after else ()
    return window_in(Answer("https://acme.test", 200, headers, json.dumps(document).encode()), NOW)


def test_a_window():
    found = info(explanationURL="https://ca.test/why")
    assert (found.start, found.end) == (NOW + timedelta(hours=12), NOW + timedelta(hours=36))
    assert [found.at(fraction) for fraction in (0, 0.5, 1)] == [found.start, NOW + timedelta(days=1), found.end]
    assert found.explanation_url == "https://ca.test/why"
    assert info(explanationURL=5).explanation_url is None


@pytest.mark.parametrize(
    ("retry_after", "pause"),
    [
        ("3600", timedelta(hours=1)),
        ("0", timedelta(minutes=1)),
        ("9999999", timedelta(days=1)),
        (None, timedelta(hours=6)),
        ("soon", timedelta(hours=6)),
    ],
)
def test_when_to_ask_again_is_kept_within_reason(retry_after, pause):
    assert info(retry_after=retry_after).retry_at == NOW + pause


@pytest.mark.parametrize(
    ("start", "end"), [("2026-03-03T00:00:00Z", "2026-03-03T00:00:00Z"), ("x", "2026-03-03T00:00:00Z"), (None, None)]
)
def test_no_window(start, end):
    assert info(start, end) is None
