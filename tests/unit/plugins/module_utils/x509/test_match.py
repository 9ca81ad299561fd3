# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import X509Error, parse_chain
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.match import Wanted, key_matches, violations
from ansible_collections.certops.kubernetes.tests.unit import factory

RSA_KEY = rsa.generate_private_key(65537, 2048)
WWW, API = "www.example.test", "api.example.test"


def leaf(*dns_names, **request):
    return parse_chain(factory.self_signed(*dns_names, **request).leaf_pem)[0]


EVERYTHING = leaf(
    WWW,
    API,
    ip_addresses=("192.0.2.7", "2001:db8::7"),
    uris=("spiffe://cluster.local/a",),
    email_addresses=("ops@example.test",),
    subject=factory.name(WWW, organization_name="Shop", serial_number="42"),
    key=RSA_KEY,
)


@pytest.mark.parametrize(
    ("wanted", "violated"),
    [
        (Wanted(), ()),
        (Wanted(common_name=WWW), ()),
        (Wanted(common_name=API), ("commonName",)),
        (Wanted(common_name=""), ("commonName",)),
        (Wanted(dns_names=(API, WWW)), ()),
        (Wanted(dns_names=(WWW,)), ("dnsNames",)),
        (Wanted(dns_names=(WWW, API, "new.example.test")), ("dnsNames",)),
        (Wanted(ip_addresses=("2001:0db8:0::7", "192.0.2.7")), ()),
        (Wanted(ip_addresses=()), ("ipAddresses",)),
        (Wanted(uris=()), ("uris",)),
        (Wanted(email_addresses=("root@example.test",)), ("emailAddresses",)),
        (Wanted(other_names=(("1.3.6.1.4.1.311.20.2.3", "ops@example.test"),)), ("otherNames",)),
        (Wanted(subject={"organizations": ["Shop"], "serialNumber": "42"}), ()),
        (Wanted(subject={"organizations": ["Shop"]}), ("subject.serialNumber",)),
        (Wanted(subject={"organizations": ["Shop", "Shop"], "serialNumber": "42"}), ()),
        (Wanted(subject={}), ("subject.organizations", "subject.serialNumber")),
        (Wanted(literal_subject=f"CN={WWW},2.5.4.5=42,O=Shop"), ()),
        (Wanted(literal_subject=f"CN={WWW},O=Shop", common_name="ignored"), ("literalSubject",)),
        (Wanted(is_ca=False), ()),
        (Wanted(is_ca=True), ("isCA",)),
        (Wanted(usages=("server auth", "key encipherment", "signing")), ()),
        (Wanted(usages=("digital signature", "key encipherment")), ("usages",)),
        (Wanted(duration=timedelta(days=90)), ()),
        (Wanted(duration=timedelta(days=30)), ("duration",)),
        (Wanted(key_algorithm="RSA"), ()),
        (Wanted(key_algorithm="RSA", key_size=4096), ("privateKey.size",)),
        (Wanted(key_algorithm="ECDSA", key_size=256), ("privateKey.algorithm",)),
        (Wanted(common_name=API, dns_names=(), is_ca=True), ("commonName", "dnsNames", "isCA")),
    ],
)
def test_strict_names_every_field_that_differs(wanted, violated):
    assert violations(EVERYTHING, wanted) == violated


@pytest.mark.parametrize(
    ("served", "wanted", "violated"),
    [
        pytest.param(leaf(WWW), Wanted(common_name=WWW, dns_names=(WWW,)), (), id="common name dropped"),
        pytest.param(leaf(WWW), Wanted(common_name=WWW, dns_names=()), (), id="common name moved to the DNS names"),
        pytest.param(leaf(WWW, subject=factory.name(WWW)), Wanted(dns_names=(WWW,)), (), id="common name chosen"),
        pytest.param(leaf(WWW), Wanted(common_name=API, dns_names=(WWW,)), ("commonName",), id="common name lost"),
        pytest.param(leaf(WWW), Wanted(dns_names=(WWW, API)), ("dnsNames",), id="a name is missing"),
        pytest.param(leaf(WWW, API), Wanted(dns_names=(WWW,)), ("dnsNames",), id="a name too many"),
        pytest.param(
            leaf(WWW, subject=factory.name(API)), Wanted(dns_names=(WWW,)), ("commonName",), id="a strange common name"
        ),
        pytest.param(leaf(WWW), Wanted(ip_addresses=("192.0.2.7",)), ("ipAddresses",), id="an address is missing"),
        pytest.param(
            leaf(WWW),
            Wanted(usages=("any",), is_ca=True, duration=timedelta(days=1), subject={"organizations": ["Shop"]}),
            (),
            id="what the CA decides",
        ),
        pytest.param(
            leaf(WWW), Wanted(key_algorithm="ECDSA", key_size=384), ("privateKey.size",), id="not the key asked for"
        ),
    ],
)
def test_lenient_leaves_to_the_ca_what_the_ca_decides(served, wanted, violated):
    assert violations(served, wanted, lenient=True) == violated


def test_a_ca_may_sign_without_asking_for_it():
    ca = parse_chain(factory.authority().pem)[0]
    assert violations(ca, Wanted(is_ca=True, usages=("digital signature", "crl sign"))) == ()


@pytest.mark.parametrize(
    ("key", "wanted", "violated"),
    [
        (ec.generate_private_key(ec.SECP256R1()), Wanted(key_algorithm="ECDSA"), ()),
        (ec.generate_private_key(ec.SECP384R1()), Wanted(key_algorithm="ECDSA"), ("privateKey.size",)),
        (ed25519.Ed25519PrivateKey.generate(), Wanted(key_algorithm="Ed25519", key_size=2048), ()),
        (ed25519.Ed25519PrivateKey.generate(), Wanted(key_algorithm="RSA"), ("privateKey.algorithm",)),
    ],
)
def test_an_unset_key_size_is_cert_managers_default(key, wanted, violated):
    assert violations(leaf(WWW, key=key), wanted) == violated


def test_a_literal_subject_must_be_a_name():
    with pytest.raises(X509Error, match="literalSubject 'Shop' is not a distinguished name"):
        violations(EVERYTHING, Wanted(literal_subject="Shop"))


def test_a_key_belongs_to_the_first_certificate_only():
    issued = factory.authority().intermediate().issue(WWW)
    other = factory.self_signed(WWW)
    assert key_matches(issued.chain_pem, issued.key_pem)
    assert not key_matches(issued.chain_pem, other.key_pem)


@pytest.mark.parametrize("encoding", [PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8])
def test_reads_both_forms_of_an_encrypted_key_as_no_key(encoding):
    issued = factory.self_signed(WWW, key=RSA_KEY)
    encrypted = RSA_KEY.private_bytes(Encoding.PEM, encoding, BestAvailableEncryption(b"secret"))
    with pytest.raises(X509Error, match="not a private key in PEM"):
        key_matches(issued.leaf_pem, encrypted)


@pytest.mark.parametrize("part", ["d", "dmp1", "dmq1", "iqmp"])
def test_a_key_whose_parts_do_not_fit_is_no_key(part):
    numbers = RSA_KEY.private_numbers()
    parts = {name: getattr(numbers, name) for name in ("p", "q", "d", "dmp1", "dmq1", "iqmp")}
    parts[part] += 2
    broken = rsa.RSAPrivateNumbers(**parts, public_numbers=numbers.public_numbers)
    key = broken.private_key(unsafe_skip_rsa_key_validation=True)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    issued = factory.self_signed(WWW, key=RSA_KEY)
    assert key_matches(issued.leaf_pem, issued.key_pem)
    with pytest.raises(X509Error, match="not a private key in PEM"):
        key_matches(issued.leaf_pem, pem)


def test_an_error_never_carries_the_key():
    issued = factory.self_signed(WWW)
    broken = issued.key_pem.replace(b"-----END", b"A-----END")
    with pytest.raises(X509Error) as caught:
        key_matches(issued.leaf_pem, broken)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert not any(line in str(caught.value) for line in broken.decode().splitlines())
