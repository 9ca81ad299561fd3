# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from cryptography import x509

from ansible_collections.certops.kubernetes.plugins.module_utils.x509 import keys
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.keys import KeySpec
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import X509Error
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.requests import certificate_request
from ansible_collections.certops.kubernetes.tests.unit.openssl import openssl

KEY = keys.generate(KeySpec("ECDSA", 256))
BODY = {
    "commonName": "www.example.test",
    "dnsNames": ["www.example.test", "*.example.test"],
    "emailAddresses": ["ops@example.test"],
    "ipAddresses": ["192.0.2.7", "2001:db8::7", "::ffff:192.0.2.8"],
    "uris": ["spiffe://cluster.local/ns/shop"],
    "otherNames": [{"oid": "1.3.6.1.4.1.311.20.2.3", "utf8Value": "ops@" + "x" * 200}],
    "usages": ["signing", "server auth", "s/mime", "digital signature"],
}


def extensions(body, key=KEY):
    return {each.oid._name: each for each in x509.load_der_x509_csr(certificate_request(body, key)).extensions}


def test_openssl_reads_every_name_and_verifies_the_signature():
    text = openssl("req", "-inform", "DER", "-noout", "-text", "-verify", given=certificate_request(BODY, KEY))
    assert "self-signature verify OK" in text
    assert "Subject: CN = www.example.test" in text
    assert (
        "DNS:www.example.test, DNS:*.example.test, email:ops@example.test, IP Address:192.0.2.7, "
        "IP Address:2001:DB8:0:0:0:0:0:7, IP Address:192.0.2.8, URI:spiffe://cluster.local/ns/shop, "
        "othername: UPN::ops@xxx"
    ) in text


def test_extensions_come_in_cert_managers_order_without_basic_constraints():
    found = extensions({**BODY, "isCA": True, "nameConstraints": {"permitted": {"dnsDomains": ["example.test"]}}})
    assert [(name, each.critical) for name, each in found.items()] == [
        ("subjectAltName", False),
        ("keyUsage", True),
        ("extendedKeyUsage", False),
        ("nameConstraints", False),
    ]


def test_aliases_are_one_usage_and_a_ca_signs():
    found = extensions({**BODY, "isCA": True})
    bits = found["keyUsage"].value
    assert (bits.digital_signature, bits.key_encipherment, bits.key_cert_sign) == (True, False, True)
    assert [oid._name for oid in found["extendedKeyUsage"].value] == ["serverAuth", "emailProtection"]


def test_usages_default_to_a_servers_key_and_can_be_left_out():
    bits = extensions({"commonName": "a"})["keyUsage"].value
    assert bits.digital_signature and bits.key_encipherment and not bits.key_cert_sign
    assert list(extensions({"commonName": "a", "encodeUsagesInRequest": False})) == []


def test_extended_usages_alone_make_no_key_usage():
    assert list(extensions({"commonName": "a", "usages": ["client auth"]})) == ["extendedKeyUsage"]


def test_names_are_critical_where_there_is_no_subject():
    assert extensions({"dnsNames": ["a.example.test"]})["subjectAltName"].critical
    assert not extensions({"dnsNames": ["a.example.test"], "commonName": "a"})["subjectAltName"].critical


def test_name_constraints_are_written_as_asked():
    body = {
        "commonName": "CA",
        "isCA": True,
        "nameConstraints": {
            "critical": True,
            "permitted": {"dnsDomains": ["example.test"], "ipRanges": ["10.1.2.3/8"]},
            "excluded": {"emailAddresses": [".example.test"], "uriDomains": ["example.test"]},
        },
    }
    text = openssl("req", "-inform", "DER", "-noout", "-text", given=certificate_request(body, KEY))
    assert (
        "X509v3 Name Constraints: critical\nPermitted:\nDNS:example.test\nIP:10.0.0.0/255.0.0.0\n"
        "Excluded:\nemail:.example.test\nURI:example.test"
    ) in text


def test_the_signature_is_the_keys_or_the_one_asked_for():
    rsa = keys.generate(KeySpec())
    for named, said in ((None, "sha256WithRSA"), ("SHA384WithRSA", "sha384WithRSA")):
        body = {"commonName": "a", "signatureAlgorithm": named}
        assert said in openssl("req", "-inform", "DER", "-noout", "-text", given=certificate_request(body, rsa))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "no name at all"),
        ({"subject": {"organizations": ["Shop"]}}, "no name at all"),
        ({"dnsNames": ["köln.example"]}, "dnsNames: "),
        ({"ipAddresses": ["192.0.2.300"]}, "ipAddresses: '192.0.2.300'"),
        ({"commonName": "a", "usages": ["encipher only"]}, "usages: encipher_only and decipher_only"),
        (
            {"commonName": "a", "nameConstraints": {"excluded": {"ipRanges": ["10.0.0.0/64"]}}},
            "nameConstraints.excluded.ipRanges: '10.0.0.0/64'",
        ),
    ],
)
def test_what_cannot_be_written_is_named(body, message):
    with pytest.raises(X509Error, match=message):
        certificate_request(body, KEY)
