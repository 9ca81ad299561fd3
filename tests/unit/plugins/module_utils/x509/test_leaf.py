# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import X509Error, parse_chain, parse_der
from ansible_collections.certops.kubernetes.tests.unit import factory

START = datetime(2026, 11, 24, 8, 0, tzinfo=timezone.utc)


def test_reads_what_a_certificate_says():
    ca = factory.authority("Shop CA")
    issued = ca.issue(
        "www.example.test",
        "*.example.test",
        ip_addresses=("192.0.2.7", "2001:db8::7"),
        uris=("spiffe://cluster.local/ns/shop",),
        email_addresses=("ops@example.test",),
        subject=factory.name("www.example.test", organization_name="Shop", country_name="DE"),
        not_before=START,
        serial_number=0xABC,
    )
    (leaf,) = parse_chain(issued.chain_pem)
    assert leaf.common_name == "www.example.test"
    assert leaf.subject_attributes == {"organizations": ("Shop",), "countries": ("DE",)}
    assert leaf.dns_names == ("www.example.test", "*.example.test")
    assert leaf.ip_addresses == ("192.0.2.7", "2001:db8::7")
    assert leaf.uris == ("spiffe://cluster.local/ns/shop",)
    assert leaf.email_addresses == ("ops@example.test",)
    assert (leaf.not_before, leaf.not_after) == (START, START + timedelta(days=90))
    assert leaf.serial_number == "0abc"
    assert leaf.issuer_common_name == "Shop CA"
    assert not leaf.is_ca
    assert not leaf.self_signed
    assert leaf.usages == ("digital signature", "key encipherment", "server auth")


def test_an_empty_subject_is_no_error():
    (leaf,) = parse_chain(factory.self_signed("www.example.test").leaf_pem)
    assert (leaf.subject, leaf.common_name, leaf.issuer, leaf.issuer_common_name) == ("", "", "", "")
    assert leaf.self_signed


@pytest.mark.parametrize(
    ("key", "algorithm", "size"),
    [
        pytest.param(rsa.generate_private_key(65537, 2048), "RSA", 2048, id="rsa"),
        pytest.param(ec.generate_private_key(ec.SECP384R1()), "ECDSA", 384, id="ecdsa"),
        pytest.param(ed25519.Ed25519PrivateKey.generate(), "Ed25519", 0, id="ed25519"),
    ],
)
def test_names_keys_as_cert_manager_does(key, algorithm, size):
    (leaf,) = parse_chain(factory.self_signed("www.example.test", key=key).leaf_pem)
    assert (leaf.key_algorithm, leaf.key_size) == (algorithm, size)


@pytest.mark.parametrize(
    ("bits", "purposes", "expected"),
    [
        ((), (), ()),
        (("key_agreement", "decipher_only"), (), ("key agreement", "decipher only")),
        (("key_cert_sign", "crl_sign"), (), ("cert sign", "crl sign")),
        (
            (),
            (ExtendedKeyUsageOID.CLIENT_AUTH, x509.ObjectIdentifier("1.2.3.4")),
            ("client auth", "1.2.3.4"),
        ),
    ],
)
def test_names_usages_as_cert_manager_does(bits, purposes, expected):
    issued = factory.self_signed("www.example.test", key_usages=bits, extended_key_usages=purposes)
    assert parse_chain(issued.leaf_pem)[0].usages == expected


def test_reads_other_names_with_a_utf8_string():
    upn = "1.3.6.1.4.1.311.20.2.3"
    issued = factory.self_signed(other_names=((upn, b"\x0c\x03ops"), (upn, b"\x16\x03ops"), (upn, b"\x05\x00")))
    assert parse_chain(issued.leaf_pem)[0].other_names == ((upn, "ops"),)


def test_same_names_alone_do_not_make_it_self_signed():
    root = factory.authority("Twin")
    signed_by_other_key = factory.authority("Twin").issue(subject=factory.name("Twin"))
    assert parse_chain(root.pem)[0].self_signed
    assert not parse_chain(signed_by_other_key.leaf_pem)[0].self_signed


def test_reads_a_chain_in_its_order_with_text_around_it():
    issued = factory.authority().intermediate("Intermediate").issue("www.example.test")
    pem = b"subject=www\n" + issued.chain_pem + b"\n# the end\n"
    assert [each.common_name or each.dns_names[0] for each in parse_chain(pem)] == ["www.example.test", "Intermediate"]


def test_der_and_pem_are_the_same_certificate():
    issued = factory.self_signed("www.example.test")
    assert parse_der([issued.certificate.public_bytes(Encoding.DER)]) == parse_chain(issued.leaf_pem)


def test_facts_are_plain_data_without_bytes():
    (leaf,) = parse_chain(factory.self_signed("www.example.test", not_before=START).leaf_pem)
    facts = json.loads(json.dumps(leaf.as_facts()))
    assert facts["not_before"] == "2026-11-24T08:00:00Z"
    assert facts["not_after"] == "2027-02-22T08:00:00Z"
    assert facts["dns_names"] == ["www.example.test"]


@pytest.mark.parametrize(
    ("pem", "message"),
    [
        (b"", "no PEM certificate found"),
        (b"-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n", "no PEM certificate found"),
        (b"-----BEGIN CERTIFICATE-----\nnot base64!\n-----END CERTIFICATE-----\n", "not a valid PEM certificate"),
        (b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", "not a valid PEM certificate"),
    ],
)
def test_says_what_is_wrong_with_other_bytes(pem, message):
    with pytest.raises(X509Error, match=message):
        parse_chain(pem)


DER = factory.self_signed("www.example.test").certificate.public_bytes(Encoding.DER)
VERSION = bytes.fromhex("a003020102")  # of X.509 v3 (RFC 5280, 4.1)


@pytest.mark.parametrize(
    "der",
    [
        pytest.param(b"\x30\x00", id="empty"),
        pytest.param(DER[:-1], id="cut off"),
        pytest.param(DER.replace(VERSION, VERSION[:-1] + b"\x07"), id="version 8"),
        pytest.param(DER.replace(b"\x82\x10www.example.test", b"\xa3\x10www.example.test"), id="an X.400 address"),
        pytest.param(DER.replace(b"www.example.test", b"www.ex\xe4mple.test"), id="a name outside of ASCII"),
    ],
)
def test_says_what_is_wrong_with_broken_der(der):
    with pytest.raises(X509Error, match="not a valid DER certificate"):
        parse_der([der])
