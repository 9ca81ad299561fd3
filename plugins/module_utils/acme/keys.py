# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Account keys, and the JSON Web Signatures of requests (RFC 8555, 6.2).

JWKs, their thumbprints and the signatures are josepy's. The ``acme`` library would add one thing, its message classes:
they know neither ``replaces`` nor ``keyChange`` nor subproblems of a kind they haven't heard of, and importing them takes
longer (0.2 s, with requests and pyOpenSSL) than issuing a certificate.
"""

from __future__ import annotations

import base64
import hashlib
import json
import typing as t

from .. import errors
from ..x509 import keys
from ..x509.leaf import X509Error

if t.TYPE_CHECKING:
    from collections.abc import Mapping

_ALLOWED = "RSA of 2048 bits or more, or ECDSA on P-256, P-384 or P-521"
_MAC_ALGORITHMS = ("HS256", "HS384", "HS512")
# RFC 7518, 3.3 and 3.4: the curve decides the hash.
_CURVES = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}


class SigningKey:
    """A private key that signs requests: an account's, or a certificate's own for its revocation.

    Shows its algorithm and thumbprint, nothing else.

    :param pem: PKCS#8, PKCS#1 or SEC 1, not encrypted
    :raises SpecError: it can't be read, or no ACME server takes such a key
    """

    def __init__(self, pem: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric import ec
        from josepy import jwa, jwk

        private = _load(pem)
        if isinstance(private, ec.EllipticCurvePrivateKey):
            self.algorithm = _CURVES[private.curve.name]
            pair: jwk.JWK = jwk.JWKEC(key=private)
        else:
            self.algorithm = "RS256"
            pair = jwk.JWKRSA(key=private)
        self._key = pair.key
        self._sign: t.Callable[[t.Any, bytes], bytes] = getattr(jwa, self.algorithm).sign
        public = pair.public_key()
        self.jwk: dict[str, str] = public.to_json()
        self.thumbprint = base64url(public.thumbprint())

    def __repr__(self) -> str:
        return f"SigningKey({self.algorithm}, thumbprint {self.thumbprint})"

    def sign(self, header: Mapping[str, t.Any], payload: bytes) -> dict[str, str]:
        """A flattened JWS (RFC 7515, 7.2.2); ``alg`` is added to the protected header."""
        return _signed({"alg": self.algorithm, **header}, payload, lambda text: self._sign(self._key, text))

    def sign_json(self, header: Mapping[str, t.Any], payload: Mapping[str, t.Any]) -> dict[str, str]:
        """The same for a JSON payload."""
        return self.sign(header, _compact(payload))

    def key_authorization(self, token: str) -> str:
        """What answers a challenge's token (RFC 8555, 8.1)."""
        return f"{token}.{self.thumbprint}"

    def dns01_value(self, token: str) -> str:
        """The value of the TXT record of a dns-01 challenge (RFC 8555, 8.4)."""
        return base64url(hashlib.sha256(self.key_authorization(token).encode()).digest())


class ExternalAccount:
    """The account at the CA that a new ACME account is bound to (RFC 8555, 7.3.4). Shows its key's name, not the key.

    :param mac_key: the bytes, decoded from the base64url in which CAs give it out
    :param algorithm: HS256, HS384 or HS512
    :raises SpecError: another algorithm
    """

    def __init__(self, key_id: str, mac_key: bytes, algorithm: str = "HS256") -> None:
        if algorithm not in _MAC_ALGORITHMS:
            raise errors.SpecError([f"external account binding: {algorithm!r} is none of {', '.join(_MAC_ALGORITHMS)}"])
        self.key_id = key_id
        self.algorithm = algorithm
        self._mac_key = mac_key

    def __repr__(self) -> str:
        return f"ExternalAccount({self.key_id}, {self.algorithm})"

    def bind(self, key: SigningKey, url: str) -> dict[str, str]:
        """The field ``externalAccountBinding`` of a newAccount request to the URL."""
        from josepy import jwa

        mac = getattr(jwa, self.algorithm)
        header = {"alg": self.algorithm, "kid": self.key_id, "url": url}
        return _signed(header, _compact(key.jwk), lambda text: mac.sign(self._mac_key, text))


def base64url(data: bytes) -> str:
    """Without padding (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _signed(header: Mapping[str, t.Any], payload: bytes, sign: t.Callable[[bytes], bytes]) -> dict[str, str]:
    protected, content = base64url(_compact(header)), base64url(payload)
    signature = sign(f"{protected}.{content}".encode())
    return {"protected": protected, "payload": content, "signature": base64url(signature)}


def _compact(document: Mapping[str, t.Any]) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def _load(pem: bytes) -> keys.PrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    try:
        key = keys.load(pem)
    except X509Error as error:
        raise errors.SpecError([f"ACME key: {error}"]) from None
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048:
        return key
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _CURVES:
        return key
    raise errors.SpecError([f"ACME key: ACME servers take {_ALLOWED}, not this {type(key).__name__.lstrip('_')}"])
