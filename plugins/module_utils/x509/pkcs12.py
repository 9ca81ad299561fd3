# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""PKCS #12 keystores (RFC 7292) in cert-manager's profiles (types_certificate.go, PKCS12Profile).

LegacyRC2    as LegacyDES. Certificates encrypted with 40-bit RC2 are what OpenSSL 3 can't read any more; whatever reads
             them reads Triple DES, too, and they are no secret
LegacyDES    Triple DES and HMAC-SHA-1, for Java 8 and Windows Server 2016
Modern2023   AES-256 and HMAC-SHA-256, for OpenSSL 1.1.1, Java 12 and Windows Server 2019
Modern2026   the same, with the key of the HMAC by PBKDF2 (PBMAC1, RFC 9579), for OpenSSL 3.4 and Java 26
"""

from __future__ import annotations

import hashlib
import hmac
import typing as t
from dataclasses import dataclass

from . import der
from .keystore import Content, random_octets
from .leaf import X509Error

if t.TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import KeySerializationEncryption

_ROUNDS = 2048  # go-pkcs12's for encryption
_PBES2, _PBMAC1, _PBKDF2 = ("1.2.840.113549.1.5.13", "1.2.840.113549.1.5.14", "1.2.840.113549.1.5.12")
_HMAC_SHA256 = "1.2.840.113549.2.9"


@dataclass(frozen=True)
class PKCS12:
    """A PKCS #12 keystore.

    :param password: in UTF-8
    """

    password: bytes
    profile: str = "LegacyRC2"

    def write(self, content: Content) -> bytes:
        """Write a keystore, or a truststore that Java takes for one when there is no key.

        :raises X509Error: cryptography is too old for truststores (they came with version 45)
        """
        from cryptography import x509
        from cryptography.hazmat.primitives.serialization import pkcs12

        load = x509.load_der_x509_certificate
        others = [load(each) for each in (*content.chain[1:], *content.authorities)]
        if content.key is not None:
            made = pkcs12.serialize_key_and_certificates(
                None, content.key, load(content.chain[0]), others, self._encryption()
            )
        elif hasattr(pkcs12, "serialize_java_truststore"):
            named = [pkcs12.PKCS12Certificate(each, _friendly_name(each)) for each in others]
            made = pkcs12.serialize_java_truststore(named, self._encryption())
        else:
            raise X509Error("truststore.p12 needs the Python package cryptography, version 45 or newer")
        return _with_pbmac1(made, self.password) if self.profile == "Modern2026" else made

    def holds(self, data: bytes, content: Content) -> bool:
        """Tell whether the data opens with the password, to this content, and is of this profile.

        :raises ValueError: it doesn't open
        """
        from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

        found = pkcs12.load_pkcs12(data, self.password)
        key = found.key
        others = tuple(each.certificate.public_bytes(Encoding.DER) for each in found.additional_certs)
        first = (found.cert.certificate.public_bytes(Encoding.DER),) if found.cert else ()
        return (
            (key is None) == (content.key is None)
            and (key is None or content.key is None or key.public_key() == content.key.public_key())
            and first + others == content.chain + content.authorities
            and (der.oid(_PBES2) in data) == self.profile.startswith("Modern")
            and (der.oid(_PBMAC1) in data) == (self.profile == "Modern2026")
        )

    def _encryption(self) -> KeySerializationEncryption:
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12

        modern = self.profile.startswith("Modern")
        cipher = pkcs12.PBES.PBESv2SHA256AndAES256CBC if modern else pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC
        builder = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(_ROUNDS).key_cert_algorithm(cipher)
        return builder.hmac_hash(hashes.SHA256() if modern else hashes.SHA1()).build(self.password)


def _friendly_name(certificate: x509.Certificate) -> bytes:
    return certificate.subject.rfc4514_string().encode()


def _with_pbmac1(pfx: bytes, password: bytes) -> bytes:
    """Replace the HMAC of a PFX (RFC 7292, 4) by one whose key is made with PBKDF2 (RFC 9579, 4 and 5).

    MacData's own salt and iterations (by default 1) mean nothing then.
    """
    whole, _rest = der.decode(pfx, der.SEQUENCE)
    version, after = whole[:3], whole[3:]
    info, _mac = der.decode(after, der.SEQUENCE)
    _oid, wrapped = der.decode(info, der.OBJECT_IDENTIFIER)
    safe, _rest = der.decode(der.decode(wrapped, der.EXPLICIT_0)[0], der.OCTET_STRING)

    salt = random_octets(16)
    scheme = der.encode(der.SEQUENCE, der.oid(_HMAC_SHA256), der.NULL)
    numbers = der.integer(_ROUNDS) + der.integer(32)
    derivation = der.encode(der.SEQUENCE, der.encode(der.OCTET_STRING, salt), numbers, scheme)
    function = der.encode(der.SEQUENCE, der.oid(_PBKDF2), derivation)
    algorithm = der.encode(der.SEQUENCE, der.oid(_PBMAC1), der.encode(der.SEQUENCE, function, scheme))

    key = hashlib.pbkdf2_hmac("sha256", password, salt, _ROUNDS, 32)
    digest = der.encode(der.OCTET_STRING, hmac.digest(key, safe, "sha256"))
    unused = der.encode(der.OCTET_STRING, b"NOT USED")
    mac = der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, algorithm, digest), unused)
    return der.encode(der.SEQUENCE, version, der.encode(der.SEQUENCE, info), mac)
