# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import x25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ansible_collections.certops.kubernetes.plugins.module_utils.x509 import keys
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.fields import key_kind
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.keys import KeySpec
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import X509Error
from ansible_collections.certops.kubernetes.tests.unit.openssl import openssl

RSA, P256, P384, P521, ED25519 = (
    KeySpec(),
    KeySpec("ECDSA", 256),
    KeySpec("ECDSA", 384),
    KeySpec("ECDSA", 521),
    KeySpec("Ed25519", 0),
)
ALL = (RSA, KeySpec("RSA", 3072), P256, P384, P521, ED25519)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, KeySpec("RSA", 2048, "PKCS1", True)),
        ({"privateKey": {"size": 4096, "encoding": "PKCS8"}}, KeySpec("RSA", 4096, "PKCS8", True)),
        ({"privateKey": {"algorithm": "ECDSA"}}, KeySpec("ECDSA", 256, "PKCS1", True)),
        ({"privateKey": {"algorithm": "Ed25519", "rotationPolicy": "Never"}}, KeySpec("Ed25519", 0, "PKCS1", False)),
        ({"privateKey": {"rotationPolicy": "Always"}}, KeySpec()),
    ],
)
def test_defaults_are_cert_managers(body, expected):
    assert keys.wanted(body) == expected


@pytest.mark.parametrize("spec", ALL)
def test_a_key_is_as_wanted_and_written_and_read_again(spec):
    key = keys.generate(spec)
    assert key_kind(key.public_key()) == (spec.algorithm, spec.size)
    for encoding in ("PKCS1", "PKCS8"):
        again = keys.load(keys.encode(key, encoding))
        assert again.public_key() == key.public_key()
    assert keys.encode_der(key) == keys.encode_der(again)


@pytest.mark.parametrize(
    ("spec", "encoding", "label"),
    [
        (RSA, "PKCS1", "RSA PRIVATE KEY"),
        (RSA, "PKCS8", "PRIVATE KEY"),
        (P256, "PKCS1", "EC PRIVATE KEY"),
        (P256, "PKCS8", "PRIVATE KEY"),
        (ED25519, "PKCS1", "PRIVATE KEY"),
        (ED25519, "PKCS8", "PRIVATE KEY"),
    ],
)
def test_encodings_are_named_as_in_cert_manager(spec, encoding, label):
    pem = keys.encode(keys.generate(spec), encoding)
    assert pem.startswith(f"-----BEGIN {label}-----\n".encode())
    assert keys.is_encoded(pem, replace(spec, encoding=encoding))
    other = "PKCS8" if encoding == "PKCS1" else "PKCS1"
    assert keys.is_encoded(pem, replace(spec, encoding=other)) == (spec is ED25519)
    openssl("pkey", "-noout", "-check", given=pem)


@pytest.mark.parametrize("spec", [KeySpec("RSA", 1024), KeySpec("RSA", 16384), KeySpec("ECDSA", 224), KeySpec("DSA")])
def test_no_other_keys_are_made(spec):
    with pytest.raises(X509Error, match=f"{spec.algorithm} with {spec.size} bits is not allowed"):
        keys.generate(spec)


def test_what_is_no_key_is_not_quoted():
    with pytest.raises(X509Error, match="not a private key in PEM") as raised:
        keys.load(b"-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n")
    assert "c2VjcmV0" not in str(raised.value)
    assert raised.value.__cause__ is None and raised.value.__suppress_context__


def test_keys_that_cannot_sign_are_refused():
    pem = x25519.X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(X509Error, match="not a private key of RSA, ECDSA or Ed25519"):
        keys.load(pem)


class TestReuse:
    KEPT = KeySpec("ECDSA", 256, rotate=False)
    STORED = keys.generate(P256)
    PEM = keys.encode(STORED)

    def test_rotation_makes_a_new_one(self):
        assert keys.reusable(self.PEM, P256) is None

    def test_without_rotation_it_is_kept(self):
        kept = keys.reusable(self.PEM, self.KEPT)
        assert kept is not None and kept.public_key() == self.STORED.public_key()

    @pytest.mark.parametrize("stored", [b"", b"nonsense"])
    def test_what_is_not_there_or_not_readable_is_made_anew(self, stored):
        assert keys.reusable(stored, self.KEPT) is None

    @pytest.mark.parametrize(
        ("spec", "field"),
        [
            (KeySpec("ECDSA", 384, rotate=False), "privateKey.size"),
            (KeySpec("RSA", 2048, rotate=False), "privateKey.algorithm"),
        ],
    )
    def test_a_key_to_be_kept_is_never_replaced(self, spec, field):
        with pytest.raises(X509Error, match=f"does not match in {field}, and rotationPolicy Never keeps it"):
            keys.reusable(self.PEM, spec)


@pytest.mark.parametrize(
    ("spec", "named", "expected"),
    [
        (RSA, None, "sha256"),
        (KeySpec("RSA", 3072), None, "sha384"),
        (KeySpec("RSA", 4096), None, "sha512"),
        (RSA, "SHA512WithRSA", "sha512"),
        (P256, None, "sha256"),
        (P384, None, "sha384"),
        (P521, None, "sha512"),
        (P521, "ECDSAWithSHA256", "sha256"),
        (ED25519, None, None),
        (ED25519, "PureEd25519", None),
    ],
)
def test_the_hash_grows_with_the_key(spec, named, expected):
    chosen = keys.signature_hash(keys.generate(spec), named)
    assert (chosen and chosen.name) == expected
