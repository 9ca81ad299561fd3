# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from ansible_collections.certops.kubernetes.plugins.module_utils.acme.keys import ExternalAccount, SigningKey, base64url
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import SpecError

CURVES = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
RSA = rsa.generate_private_key(65537, 2048)


def pem(key, encryption=None):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize("algorithm", CURVES)
def test_ecdsa_signatures_are_raw_and_as_wide_as_the_curve(algorithm):
    curve = CURVES[algorithm]
    private = ec.generate_private_key(curve)
    signed = SigningKey(pem(private)).sign({"nonce": "n"}, b"content")
    assert json.loads(decoded(signed["protected"])) == {"alg": algorithm, "nonce": "n"}
    assert decoded(signed["payload"]) == b"content"
    raw, width = decoded(signed["signature"]), (curve.key_size + 7) // 8
    assert len(raw) == 2 * width
    der = utils.encode_dss_signature(int.from_bytes(raw[:width], "big"), int.from_bytes(raw[width:], "big"))
    text = f"{signed['protected']}.{signed['payload']}".encode()
    private.public_key().verify(der, text, ec.ECDSA(getattr(hashes, f"SHA{algorithm[2:]}")()))


def test_rsa_signatures():
    signed = SigningKey(pem(RSA)).sign({}, b"")
    assert signed["payload"] == ""
    text = f"{signed['protected']}.".encode()
    RSA.public_key().verify(decoded(signed["signature"]), text, padding.PKCS1v15(), hashes.SHA256())


def test_thumbprint_and_what_answers_a_challenge():
    """The key of RFC 8037 is no ACME key, so RFC 7638's own example, 3.1, is followed with ours."""
    key = SigningKey(pem(RSA))
    text = json.dumps({name: key.jwk[name] for name in ("e", "kty", "n")}, separators=(",", ":"))
    thumbprint = base64url(hashlib.sha256(text.encode()).digest())
    assert key.thumbprint == thumbprint
    assert key.key_authorization("token") == f"token.{thumbprint}"
    assert key.dns01_value("token") == base64url(hashlib.sha256(f"token.{thumbprint}".encode()).digest())


@pytest.mark.parametrize("key", [RSA, *map(ec.generate_private_key, CURVES.values())], ids=lambda k: type(k).__name__)
def test_nothing_private_is_shown_or_sent(key):
    ours = SigningKey(pem(key))
    assert set(ours.jwk) in ({"kty", "n", "e"}, {"kty", "crv", "x", "y"})
    assert repr(ours) == f"SigningKey({ours.algorithm}, thumbprint {ours.thumbprint})"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (b"secret nonsense", "not a private key in PEM"),
        (pem(RSA, BestAvailableEncryption(b"x")), "not a private key in PEM"),
        (pem(ed25519.Ed25519PrivateKey.generate()), "not this Ed25519PrivateKey"),
        (pem(ec.generate_private_key(ec.SECP256K1())), "P-256, P-384 or P-521, not this"),
        (pem(rsa.generate_private_key(65537, 1024)), "RSA of 2048 bits or more"),
    ],
)
def test_keys_that_no_server_takes(given, words):
    with pytest.raises(SpecError, match=words) as refused:
        SigningKey(given)
    assert refused.value.__cause__ is None
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_external_account_binding(algorithm):
    key, account = SigningKey(pem(RSA)), ExternalAccount("kid-1", b"the mac key", algorithm)
    bound = account.bind(key, "https://acme.test/new")
    assert json.loads(decoded(bound["protected"])) == {"alg": algorithm, "kid": "kid-1", "url": "https://acme.test/new"}
    assert json.loads(decoded(bound["payload"])) == key.jwk
    text = f"{bound['protected']}.{bound['payload']}".encode()
    assert decoded(bound["signature"]) == hmac.digest(b"the mac key", text, f"sha{algorithm[2:]}")
    assert repr(account) == f"ExternalAccount(kid-1, {algorithm})"


def test_only_the_mac_algorithms_of_acme():
    with pytest.raises(SpecError, match="'none' is none of HS256, HS384, HS512"):
        ExternalAccount("kid-1", b"x", "none")
