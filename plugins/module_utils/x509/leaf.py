# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""X.509 certificates as plain values."""

from __future__ import annotations

import base64
import hashlib
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from . import fields

if TYPE_CHECKING:
    from cryptography import x509


class X509Error(ValueError):
    """Bytes that should be a certificate or a key can't be read as one. The message never quotes them."""


@dataclass(frozen=True)
class CertificateInfo:
    """What one certificate says. Times are aware and in UTC; names are as written, in the certificate's order."""

    subject: str  # RFC 4514
    subject_attributes: Mapping[str, tuple[str, ...]]  # by the field names of Certificate.spec.subject
    common_name: str  # the first one; "" if there is none
    dns_names: tuple[str, ...]
    ip_addresses: tuple[str, ...]
    uris: tuple[str, ...]
    email_addresses: tuple[str, ...]
    other_names: tuple[tuple[str, str], ...]  # (dotted OID, UTF-8 value)
    not_before: datetime
    not_after: datetime
    serial_number: str  # lower case hex, two digits an octet: what `openssl x509 -serial` prints, in lower case
    issuer: str  # RFC 4514
    issuer_common_name: str
    fingerprint_sha256: str  # lower case hex, of the whole certificate
    public_key_sha256: str  # lower case hex, of its SubjectPublicKeyInfo
    key_algorithm: str  # RSA, ECDSA or Ed25519, as in Certificate.spec.privateKey.algorithm
    key_size: int  # bits of the modulus or the curve; 0 where the algorithm has only one size
    is_ca: bool
    usages: tuple[str, ...]  # cert-manager's names: "digital signature", "server auth"
    self_signed: bool  # signed by its own key, seen by checking the signature
    der: bytes = field(repr=False)

    @property
    def pem(self) -> bytes:
        """The certificate in PEM (RFC 7468), with a line end at its end."""
        lines = textwrap.wrap(base64.b64encode(self.der).decode(), 64)
        return "\n".join(("-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", "")).encode()

    def loaded(self) -> x509.Certificate:
        """Return it as cryptography's object, for what isn't told here."""
        from cryptography import x509

        return x509.load_der_x509_certificate(self.der)

    def as_facts(self) -> dict[str, Any]:
        """Return what a module result shows: strings, numbers, booleans and lists; times as in the Kubernetes API."""
        return {
            "subject": self.subject,
            "common_name": self.common_name,
            "dns_names": list(self.dns_names),
            "ip_addresses": list(self.ip_addresses),
            "uris": list(self.uris),
            "email_addresses": list(self.email_addresses),
            "not_before": rfc3339(self.not_before),
            "not_after": rfc3339(self.not_after),
            "serial_number": self.serial_number,
            "issuer": self.issuer,
            "issuer_common_name": self.issuer_common_name,
            "fingerprint_sha256": self.fingerprint_sha256,
            "public_key_sha256": self.public_key_sha256,
            "key_algorithm": self.key_algorithm,
            "key_size": self.key_size,
            "is_ca": self.is_ca,
            "usages": list(self.usages),
            "self_signed": self.self_signed,
        }


def rfc3339(moment: datetime) -> str:
    """Write an aware UTC time as the Kubernetes API does, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_chain(pem: bytes) -> tuple[CertificateInfo, ...]:
    """Read every certificate of a PEM bundle, in its order: the leaf comes first (RFC 8446, 4.4.2).

    :raises X509Error: there is no certificate in it, or one of them is broken.
    """
    from cryptography import x509

    if b"-----BEGIN CERTIFICATE-----" not in pem:
        raise X509Error("no PEM certificate found (-----BEGIN CERTIFICATE----- is missing)")
    with _readable("PEM certificate"):
        return tuple(_describe(certificate) for certificate in x509.load_pem_x509_certificates(pem))


def parse_der(certificates: Iterable[bytes]) -> tuple[CertificateInfo, ...]:
    """Read certificates in DER, as a TLS peer sends them.

    :raises X509Error: one of them is broken.
    """
    from cryptography import x509

    with _readable("DER certificate"):
        return tuple(_describe(x509.load_der_x509_certificate(der)) for der in certificates)


@contextmanager
def _readable(what: str) -> Iterator[None]:
    """Say in one way what cryptography says in many: at loading, or not before a field is read."""
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    broken = (x509.DuplicateExtension, x509.InvalidVersion, x509.UnsupportedGeneralNameType, UnsupportedAlgorithm)
    try:
        yield
    except (ValueError, TypeError, *broken) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise X509Error(f"not a valid {what}: {reason}") from error


def directly_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Tell whether the issuer's name and key are the ones that signed the certificate."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _describe(certificate: x509.Certificate) -> CertificateInfo:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    key = certificate.public_key()
    extensions = certificate.extensions
    subject, issuer = certificate.subject, certificate.issuer
    der = certificate.public_bytes(Encoding.DER)
    names = fields.alternative_names(extensions)
    algorithm, size = fields.key_kind(key)
    return CertificateInfo(
        subject=subject.rfc4514_string(),
        subject_attributes=fields.subject_attributes(subject),
        common_name=fields.common_name(subject),
        dns_names=tuple(names.get_values_for_type(x509.DNSName)),
        ip_addresses=tuple(str(address) for address in names.get_values_for_type(x509.IPAddress)),
        uris=tuple(names.get_values_for_type(x509.UniformResourceIdentifier)),
        email_addresses=tuple(names.get_values_for_type(x509.RFC822Name)),
        other_names=fields.other_names(names),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        serial_number=_hex(certificate.serial_number),
        issuer=issuer.rfc4514_string(),
        issuer_common_name=fields.common_name(issuer),
        fingerprint_sha256=hashlib.sha256(der).hexdigest(),
        public_key_sha256=fields.key_sha256(key),
        key_algorithm=algorithm,
        key_size=size,
        is_ca=fields.is_ca(extensions),
        usages=fields.usages(extensions),
        self_signed=subject == issuer and directly_issued_by(certificate, certificate),
        der=der,
    )


def _hex(number: int) -> str:
    digits = f"{number:x}"
    return digits.zfill(len(digits) + len(digits) % 2)
