# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of a certificate in cert-manager's words."""

from __future__ import annotations

import hashlib
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING

from . import der

if TYPE_CHECKING:
    from typing import TypeVar

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

    E = TypeVar("E", bound=x509.ExtensionType)

# Certificate.spec.subject's field names by attribute OID (cert-manager, pkg/util/pki/csr.go; Go, crypto/x509/pkix).
SUBJECT_FIELDS = {
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "countries",
    "2.5.4.7": "localities",
    "2.5.4.8": "provinces",
    "2.5.4.9": "streetAddresses",
    "2.5.4.10": "organizations",
    "2.5.4.11": "organizationalUnits",
    "2.5.4.17": "postalCodes",
}
COMMON_NAME = "2.5.4.3"

# (cryptography's attribute, cert-manager's name), in the order of RFC 5280, 4.2.1.3.
KEY_USAGES = (
    ("digital_signature", "digital signature"),
    ("content_commitment", "content commitment"),
    ("key_encipherment", "key encipherment"),
    ("data_encipherment", "data encipherment"),
    ("key_agreement", "key agreement"),
    ("key_cert_sign", "cert sign"),
    ("crl_sign", "crl sign"),
)
# These two mean something only beside key agreement, and can't be read without it.
KEY_AGREEMENT_USAGES = (("encipher_only", "encipher only"), ("decipher_only", "decipher only"))

# cert-manager, pkg/util/pki/keyusage.go
EXTENDED_KEY_USAGES = {
    "2.5.29.37.0": "any",
    "1.3.6.1.5.5.7.3.1": "server auth",
    "1.3.6.1.5.5.7.3.2": "client auth",
    "1.3.6.1.5.5.7.3.3": "code signing",
    "1.3.6.1.5.5.7.3.4": "email protection",
    "1.3.6.1.5.5.7.3.5": "ipsec end system",
    "1.3.6.1.5.5.7.3.6": "ipsec tunnel",
    "1.3.6.1.5.5.7.3.7": "ipsec user",
    "1.3.6.1.5.5.7.3.8": "timestamping",
    "1.3.6.1.5.5.7.3.9": "ocsp signing",
    "1.3.6.1.4.1.311.10.3.3": "microsoft sgc",
    "2.16.840.1.113730.4.1": "netscape sgc",
}

# Aliases of cert-manager's usage names (pkg/api/util/usages.go): the same bit or purpose in the certificate.
USAGE_ALIASES = {"signing": "digital signature", "s/mime": "email protection"}


def common_name(name: x509.Name) -> str:
    """Return the first common name, or an empty string."""
    return next((_text(attribute.value) for attribute in name if attribute.oid.dotted_string == COMMON_NAME), "")


def subject_attributes(name: x509.Name) -> dict[str, tuple[str, ...]]:
    """Return the attributes that Certificate.spec.subject can hold, by its field names; absent ones are left out."""
    found: dict[str, tuple[str, ...]] = {}
    for attribute in name:
        field = SUBJECT_FIELDS.get(attribute.oid.dotted_string)
        if field is not None:
            found[field] = (*found.get(field, ()), _text(attribute.value))
    return found


def extension(extensions: x509.Extensions, kind: type[E]) -> x509.Extension[E] | None:
    """Return the one extension of a kind, None when there is none."""
    from cryptography import x509

    try:
        return extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return None


def alternative_names(extensions: x509.Extensions) -> x509.SubjectAlternativeName:
    """Return the subject alternative names; an empty list of them where there is no such extension."""
    from cryptography import x509

    found = extension(extensions, x509.SubjectAlternativeName)
    return found.value if found else x509.SubjectAlternativeName([])


def other_names(names: x509.SubjectAlternativeName) -> tuple[tuple[str, str], ...]:
    """Return (dotted OID, value) of every otherName with a UTF8String, the only type that cert-manager writes."""
    from cryptography import x509

    found = []
    for name in names:
        if isinstance(name, x509.OtherName):
            try:
                text, rest = der.decode(name.value, der.UTF8_STRING)
            except ValueError:
                continue
            if not rest:
                found.append((name.type_id.dotted_string, text.decode(errors="replace")))
    return tuple(found)


def usages(extensions: x509.Extensions) -> tuple[str, ...]:
    """Return key usages, then extended key usages, by cert-manager's names; an unknown extended one by its OID."""
    from cryptography import x509

    found: list[str] = []
    if usage := extension(extensions, x509.KeyUsage):
        known = KEY_USAGES + KEY_AGREEMENT_USAGES if usage.value.key_agreement else KEY_USAGES
        found.extend(name for attribute, name in known if getattr(usage.value, attribute))
    if purposes := extension(extensions, x509.ExtendedKeyUsage):
        found.extend(EXTENDED_KEY_USAGES.get(oid.dotted_string, oid.dotted_string) for oid in purposes.value)
    return tuple(found)


def is_ca(extensions: x509.Extensions) -> bool:
    """Tell whether the basic constraints make it a CA (RFC 5280, 4.2.1.9); without them it is none."""
    from cryptography import x509

    found = extension(extensions, x509.BasicConstraints)
    return found is not None and found.value.ca


def key_kind(key: PublicKeyTypes) -> tuple[str, int]:
    """Return cert-manager's name of the key's algorithm, and its size in bits (0 where the algorithm has only one)."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if isinstance(key, rsa.RSAPublicKey):
        return "RSA", key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "ECDSA", key.curve.key_size
    return type(key).__name__.removesuffix("PublicKey").removeprefix("_"), 0


def key_info(key: PublicKeyTypes) -> bytes:
    """Return the key as SubjectPublicKeyInfo in DER (RFC 5280, 4.1)."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def key_sha256(key: PublicKeyTypes) -> str:
    """Return the SHA-256 of :func:`key_info` in lower case hex, by which keys are compared."""
    return hashlib.sha256(key_info(key)).hexdigest()


def key_bits(key: PublicKeyTypes) -> bytes:
    """Return the content of the key's BIT STRING subjectPublicKey, without the number of unused bits."""
    whole, _rest = der.decode(key_info(key), der.SEQUENCE)
    _algorithm, bits = der.decode(whole, der.SEQUENCE)
    return der.decode(bits, der.BIT_STRING)[0][1:]


def address(text: str) -> IPv4Address | IPv6Address:
    """Read an IP address as Go does: an IPv4 address that is written as an IPv6 one (::ffff:192.0.2.7) is the former.

    :raises ValueError: it is none
    """
    found = ip_address(text)
    return getattr(found, "ipv4_mapped", None) or found


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.hex()
