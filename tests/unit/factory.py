# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates for tests, issued in process and never stored, in the manner of trustme."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey

SERVER = ("digital_signature", "key_encipherment")
AUTHORITY = ("digital_signature", "key_cert_sign", "crl_sign")
KEY_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def name(common_name: str | None, **attributes: str) -> x509.Name:
    """Build a name; attributes are named as in cryptography's NameOID, in lower case."""
    parts = [x509.NameAttribute(getattr(NameOID, key.upper()), value) for key, value in attributes.items()]
    return x509.Name(parts + ([x509.NameAttribute(NameOID.COMMON_NAME, common_name)] if common_name else []))


@dataclass(frozen=True)
class Request:
    """All that is said in a certificate; the defaults are a server's, valid from an hour ago for 90 days."""

    dns_names: tuple[str, ...] = ()
    ip_addresses: tuple[str, ...] = ()
    uris: tuple[str, ...] = ()
    email_addresses: tuple[str, ...] = ()
    other_names: tuple[tuple[str, bytes], ...] = ()  # (dotted OID, DER)
    subject: x509.Name = field(default_factory=lambda: name(None))
    key: PrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    not_before: datetime = field(default_factory=lambda: datetime.now(timezone.utc) - timedelta(hours=1))
    lifetime: timedelta = timedelta(days=90)
    serial_number: int = field(default_factory=x509.random_serial_number)
    is_ca: bool = False
    key_usages: tuple[str, ...] = SERVER
    extended_key_usages: tuple[x509.ObjectIdentifier, ...] = (ExtendedKeyUsageOID.SERVER_AUTH,)

    def sign(self, issuer: x509.Name, key: PrivateKey) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(self.subject)
            .issuer_name(issuer)
            .public_key(self.key.public_key())
            .serial_number(self.serial_number)
            .not_valid_before(self.not_before)
            .not_valid_after(self.not_before + self.lifetime)
            .add_extension(x509.BasicConstraints(ca=self.is_ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        )
        if self.key_usages:
            bits = x509.KeyUsage(**{usage: usage in self.key_usages for usage in KEY_USAGES})
            builder = builder.add_extension(bits, critical=True)
        if self.extended_key_usages:
            builder = builder.add_extension(x509.ExtendedKeyUsage(self.extended_key_usages), critical=False)
        if names := list(self._alternative_names()):
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=not self.subject.rdns)
        return builder.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())

    def _alternative_names(self) -> Iterable[x509.GeneralName]:
        yield from map(x509.DNSName, self.dns_names)
        yield from (x509.IPAddress(ipaddress.ip_address(address)) for address in self.ip_addresses)
        yield from map(x509.UniformResourceIdentifier, self.uris)
        yield from map(x509.RFC822Name, self.email_addresses)
        yield from (x509.OtherName(x509.ObjectIdentifier(oid), der) for oid, der in self.other_names)


@dataclass(frozen=True)
class Issued:
    """A certificate, its key, and the intermediates that a server sends with it."""

    certificate: x509.Certificate
    key: PrivateKey
    intermediates: tuple[x509.Certificate, ...] = ()

    @property
    def leaf_pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def chain_pem(self) -> bytes:
        return b"".join(each.public_bytes(Encoding.PEM) for each in (self.certificate, *self.intermediates))

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@dataclass(frozen=True)
class Authority:
    """A CA; `path` holds its own certificate and those above it, without the root."""

    certificate: x509.Certificate
    key: PrivateKey
    path: tuple[x509.Certificate, ...] = ()

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def issue(self, *dns_names: str, **request: Any) -> Issued:
        wanted = Request(dns_names=dns_names, **request)
        return Issued(wanted.sign(self.certificate.subject, self.key), wanted.key, self.path)

    def intermediate(self, common_name: str = "Intermediate CA") -> Authority:
        wanted = _authority_request(common_name)
        certificate = wanted.sign(self.certificate.subject, self.key)
        return Authority(certificate, wanted.key, (certificate, *self.path))


def authority(common_name: str = "Root CA", **attributes: str) -> Authority:
    wanted = _authority_request(common_name, **attributes)
    return Authority(wanted.sign(wanted.subject, wanted.key), wanted.key)


def self_signed(*dns_names: str, **request: Any) -> Issued:
    wanted = Request(dns_names=dns_names, **request)
    return Issued(wanted.sign(wanted.subject, wanted.key), wanted.key)


def _authority_request(common_name: str, **attributes: str) -> Request:
    return Request(
        subject=name(common_name, **attributes),
        is_ca=True,
        key_usages=AUTHORITY,
        extended_key_usages=(),
        lifetime=timedelta(days=3650),
    )
