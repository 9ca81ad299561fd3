# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12

from ansible_collections.certops.kubernetes.plugins.module_utils.x509 import keys
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.jks import JKS
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.keys import KeySpec
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.keystore import Content, kept_or_written
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import X509Error, parse_chain
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.pkcs12 import PKCS12
from ansible_collections.certops.kubernetes.tests.unit import factory
from ansible_collections.certops.kubernetes.tests.unit.openssl import openssl

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
ROOT = factory.authority()
PROFILES = ("LegacyRC2", "LegacyDES", "Modern2023", "Modern2026")


P256 = KeySpec("ECDSA", 256)


def content(spec=P256, authorities=(ROOT,)):
    key = keys.generate(spec)
    chain = ROOT.intermediate().issue("www.example.test", key=key).chain_pem
    trusted = tuple(parse_chain(each.pem)[0].der for each in authorities)
    return Content(trusted, tuple(each.der for each in parse_chain(chain)), key)


WHOLE = content()
TRUST = Content(WHOLE.authorities)
STORES = [
    *(PKCS12(b"changeit", profile) for profile in PROFILES),
    JKS(b"changeit", NOW),
    JKS("schlüssel".encode(), NOW, "Web"),
]


@pytest.mark.parametrize("store", STORES, ids=str)
class TestEveryFormat:
    @pytest.mark.parametrize("spec", [KeySpec(), KeySpec("ECDSA", 521), KeySpec("Ed25519", 0)], ids=str)
    def test_holds_what_was_written(self, store, spec):
        held = content(spec)
        assert store.holds(store.write(held), held)

    def test_truststores_too(self, store):
        assert store.holds(store.write(TRUST), TRUST)

    def test_notices_every_difference(self, store):
        data = store.write(WHOLE)
        for other in (
            TRUST,
            content(),
            Content(WHOLE.authorities, WHOLE.chain, keys.generate(KeySpec("ECDSA", 256))),
            Content(WHOLE.authorities, WHOLE.chain[:1], WHOLE.key),
            Content((), WHOLE.chain, WHOLE.key),
        ):
            assert not store.holds(data, other)

    def test_salts_differ_but_the_old_one_is_kept(self, store):
        data = store.write(WHOLE)
        assert store.write(WHOLE) != data
        assert kept_or_written(store, data, WHOLE) == data

    @pytest.mark.parametrize("old", [b"", b"nonsense", bytes(40)])
    def test_what_does_not_open_is_written_anew(self, store, old):
        assert store.holds(kept_or_written(store, old, WHOLE), WHOLE)

    def test_the_key_is_not_there_to_see(self, store):
        assert WHOLE.key.private_numbers().private_value.to_bytes(32, "big") not in store.write(WHOLE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (PKCS12(b"changeit", "Modern2023"), PKCS12(b"other", "Modern2023")),
        (PKCS12(b"changeit", "LegacyDES"), PKCS12(b"changeit", "Modern2023")),
        (PKCS12(b"changeit", "Modern2023"), PKCS12(b"changeit", "Modern2026")),
        (PKCS12(b"changeit", "Modern2026"), PKCS12(b"changeit", "LegacyRC2")),
        (JKS(b"changeit", NOW), JKS(b"other", NOW)),
        (JKS(b"changeit", NOW), JKS(b"changeit", NOW, "other")),
        (JKS(b"changeit", NOW), PKCS12(b"changeit")),
    ],
    ids=str,
)
def test_other_settings_mean_a_new_one(old, new):
    data = old.write(WHOLE)
    assert kept_or_written(new, data, WHOLE) != data


def test_the_time_of_writing_does_not():
    data = JKS(b"changeit", NOW).write(WHOLE)
    assert kept_or_written(JKS(b"changeit", NOW + timedelta(days=1)), data, WHOLE) == data


@pytest.mark.parametrize(
    ("profile", "mac", "cipher"),
    [
        ("LegacyRC2", "sha1", "pbeWithSHA1And3-KeyTripleDES-CBC"),
        ("LegacyDES", "sha1", "pbeWithSHA1And3-KeyTripleDES-CBC"),
        ("Modern2023", "sha256", "PBES2, PBKDF2, AES-256-CBC, Iteration 2048, PRF hmacWithSHA256"),
    ],
)
def test_openssl_opens_every_profile_without_its_legacy_ciphers(profile, mac, cipher):
    arguments = ("pkcs12", "-info", "-nodes", "-passin", "pass:changeit")
    said = openssl(*arguments, given=PKCS12(b"changeit", profile).write(WHOLE))
    assert f"MAC: {mac}, Iteration 2048" in said
    assert f"Shrouded Keybag: {cipher}" in said and f"Encrypted data: {cipher}" in said
    assert said.count("-----BEGIN CERTIFICATE-----") == 3 and "-----BEGIN PRIVATE KEY-----" in said


def test_pbmac1_names_its_key_derivation():
    said = openssl("asn1parse", "-inform", "DER", given=PKCS12(b"changeit", "Modern2026").write(WHOLE))
    assert said.index(":PBMAC1") < said.index(":PBKDF2") < said.index(":hmacWithSHA256")


def test_java_trusts_what_is_marked_for_it():
    data = PKCS12(b"changeit", "Modern2023").write(TRUST)
    said = openssl("pkcs12", "-nokeys", "-passin", "pass:changeit", given=data)
    assert "friendlyName: CN=Root CA" in said
    assert "2.16.840.1.113894.746875.1.1" in said  # Oracle's trusted key usage


def test_an_old_cryptography_is_named(monkeypatch):
    monkeypatch.delattr(pkcs12, "serialize_java_truststore")
    with pytest.raises(X509Error, match="truststore.p12 needs the Python package cryptography, version 45 or newer"):
        PKCS12(b"changeit").write(TRUST)


def test_several_authorities_have_aliases_of_their_own():
    store = JKS(b"changeit", NOW)
    data = store.write(content(authorities=(ROOT, factory.authority("Other"))))
    assert b"\x00\x02ca" in data and b"\x00\x04ca-1" in data


def test_the_alias_of_the_ca_is_taken():
    with pytest.raises(X509Error, match="keystores.jks.alias: 'CA' is the CA's own"):
        JKS(b"changeit", NOW, "CA").write(WHOLE)
