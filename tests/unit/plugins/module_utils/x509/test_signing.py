# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ansible_collections.certops.kubernetes.plugins.module_utils.x509 import keys, signing
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.keys import KeySpec
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import X509Error, parse_chain
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.match import Wanted, violations
from ansible_collections.certops.kubernetes.tests.unit import factory
from ansible_collections.certops.kubernetes.tests.unit.openssl import openssl

NOW = datetime(2026, 3, 1, 12, 0, 0, 999_000, tzinfo=timezone.utc)
DAYS_90 = timedelta(days=90)
SPECS = (KeySpec(), KeySpec("ECDSA", 256), KeySpec("ECDSA", 521), KeySpec("Ed25519", 0))
KEYS = [keys.generate(spec) for spec in SPECS]
KEY = KEYS[1]
NOWHERE = signing.Pointers()
LEAF = {"dnsNames": ["www.example.test"], "usages": ["digital signature", "server auth"]}
CA = {"commonName": "Shop CA", "isCA": True}


def certificate_authority(key=KEY, **more):
    issued = signing.self_signed({**CA, **more}, key, timedelta(days=3650), NOW)
    return signing.authority(issued.chain, keys.encode(key), issued.ca)


def issue(body=None, key=KEY, issuer=None, pointers=NOWHERE):
    return signing.by_authority(
        body or LEAF, key.public_key(), DAYS_90, NOW, issuer or certificate_authority(), pointers
    )


def extensions(pem):
    return {each.oid._name: each for each in x509.load_pem_x509_certificate(pem).extensions}


def openssl_verifies(tmp_path, issued):
    (tmp_path / "ca.pem").write_bytes(issued.ca)
    (tmp_path / "chain.pem").write_bytes(issued.chain)
    files = ["-CAfile", str(tmp_path / "ca.pem"), "-untrusted", str(tmp_path / "chain.pem")]
    moment = str(int((NOW + timedelta(days=1)).timestamp()))
    return openssl("verify", "-x509_strict", "-attime", moment, *files, str(tmp_path / "chain.pem"))


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("ca_key", KEYS)
def test_openssl_accepts_every_pair_of_keys_under_strict_rules(tmp_path, key, ca_key):
    issuer = certificate_authority(ca_key, usages=["digital signature", "cert sign", "crl sign"])
    assert openssl_verifies(tmp_path, issue({**LEAF, "commonName": "www"}, key, issuer)).endswith("chain.pem: OK")


@pytest.mark.parametrize("key", KEYS)
def test_a_self_signed_certificate_is_its_own_ca(key):
    issued = signing.self_signed(LEAF, key, DAYS_90, NOW)
    assert issued.chain == issued.ca
    (leaf,) = parse_chain(issued.chain)
    assert leaf.self_signed and not leaf.is_ca


def test_it_begins_now_and_lasts_as_long_as_asked_to_the_second():
    (leaf,) = parse_chain(issue().chain)
    assert leaf.not_before == NOW.replace(microsecond=0)
    assert leaf.not_after - leaf.not_before == DAYS_90


def test_it_is_what_the_spec_asks_for():
    body = {
        **LEAF,
        "commonName": "www",
        "subject": {"organizations": ["Shop", "Ops"]},
        "ipAddresses": ["192.0.2.7"],
        "uris": ["spiffe://a/b"],
        "emailAddresses": ["a@example.test"],
        "otherNames": [{"oid": "1.2.3", "utf8Value": "long " * 50}],
    }
    (leaf,) = parse_chain(issue(body).chain)
    wanted = Wanted(
        common_name="www",
        subject=body["subject"],
        dns_names=("www.example.test",),
        ip_addresses=("192.0.2.7",),
        uris=("spiffe://a/b",),
        email_addresses=("a@example.test",),
        other_names=(("1.2.3", "long " * 50),),
        is_ca=False,
        usages=("digital signature", "server auth"),
        duration=DAYS_90,
        key_algorithm="ECDSA",
    )
    assert violations(leaf, wanted) == ()


PERMITTED = {"permitted": {"dnsDomains": ["example.test"]}}


@pytest.mark.parametrize(
    ("said", "wanted", "violated"),
    [
        (None, {}, ()),
        (None, PERMITTED, ("nameConstraints",)),
        (PERMITTED, PERMITTED, ()),
        (PERMITTED, {**PERMITTED, "critical": True}, ("nameConstraints",)),
        (PERMITTED, {"excluded": PERMITTED["permitted"]}, ("nameConstraints",)),
        (PERMITTED, {}, ("nameConstraints",)),
        (PERMITTED, None, ()),
    ],
)
def test_name_constraints_are_compared(said, wanted, violated):
    (leaf,) = parse_chain(issue({**CA, "nameConstraints": said}).chain)
    assert violations(leaf, Wanted(name_constraints=wanted)) == violated


def test_serial_numbers_are_long_and_never_the_same():
    numbers = {x509.load_pem_x509_certificate(issue().chain).serial_number for _each in range(8)}
    assert len(numbers) == 8
    assert all(2**120 < number < 2**159 for number in numbers)


def test_extensions_come_in_gos_order():
    pointers = signing.Pointers(
        ("http://crl.example.test",), ("http://ocsp.example.test",), ("http://ca.example.test",)
    )
    body = {**LEAF, "isCA": True, "nameConstraints": {"critical": True, "permitted": {"dnsDomains": ["example.test"]}}}
    found = extensions(issue(body, pointers=pointers).chain)
    assert [(name, each.critical) for name, each in found.items()] == [
        ("keyUsage", True),
        ("extendedKeyUsage", False),
        ("basicConstraints", True),
        ("subjectKeyIdentifier", False),
        ("authorityKeyIdentifier", False),
        ("authorityInfoAccess", False),
        ("nameConstraints", True),
        ("cRLDistributionPoints", False),
        ("subjectAltName", True),
    ]


def test_only_a_ca_has_a_key_identifier_by_the_sha256_of_its_key():
    issuer = certificate_authority()
    own = extensions(issuer.certificates[0].pem)
    point = KEY.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    expected = hashlib.sha256(point).digest()[:20]
    assert own["subjectKeyIdentifier"].value.digest == expected
    assert "authorityKeyIdentifier" not in own
    leaf = extensions(issue(issuer=issuer).chain)
    assert "subjectKeyIdentifier" not in leaf
    assert leaf["authorityKeyIdentifier"].value.key_identifier == expected


def test_pointers_are_the_issuers():
    text = openssl(
        "x509",
        "-noout",
        "-text",
        given=signing.self_signed(LEAF, KEY, DAYS_90, NOW, signing.Pointers(("http://crl.example.test/1",))).chain,
    )
    assert "X509v3 CRL Distribution Points:\nFull Name:\nURI:http://crl.example.test/1" in text


class TestChain:
    def test_a_root_is_in_ca_crt_alone(self):
        issuer = certificate_authority()
        issued = issue(issuer=issuer)
        assert len(parse_chain(issued.chain)) == 1
        assert issued.ca == issuer.certificates[0].pem

    @pytest.mark.parametrize("root_known", [True, False])
    def test_intermediates_are_served_and_the_topmost_is_the_ca(self, tmp_path, root_known):
        root = factory.authority()
        middle = root.intermediate()
        chain = b"".join(each.public_bytes(Encoding.PEM) for each in middle.path)
        issuer = signing.authority(chain, factory.Issued(middle.certificate, middle.key).key_pem, root.pem * root_known)
        issued = issue(issuer=issuer)
        assert [each.der for each in parse_chain(issued.chain)][1:] == [each.der for each in parse_chain(middle.pem)]
        assert issued.ca == (root.pem if root_known else middle.pem)

    def test_a_lone_certificate_of_an_unknown_signer_has_no_ca(self):
        leaf = parse_chain(factory.authority().issue("a.example.test").leaf_pem)
        assert signing.bundle(leaf).ca == b""

    def test_strangers_break_it(self):
        issuer = certificate_authority()
        strange = signing.Authority((*issuer.certificates, *parse_chain(factory.authority("Other").pem)), issuer.key)
        with pytest.raises(X509Error, match='"Other" did not sign "Shop CA": the certificates are no single chain'):
            issue(issuer=strange)


class TestAuthority:
    def test_the_key_must_be_its_own(self):
        ca = signing.self_signed(CA, KEY, DAYS_90, NOW)
        with pytest.raises(X509Error, match="does not belong to its certificate"):
            signing.authority(ca.chain, keys.encode(KEYS[0]))

    def test_it_must_be_a_ca(self):
        leaf = signing.self_signed(LEAF, KEY, DAYS_90, NOW)
        with pytest.raises(X509Error, match='"www.example.test" is not a CA'):
            signing.authority(leaf.chain, keys.encode(KEY))
