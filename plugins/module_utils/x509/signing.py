# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signing as cert-manager's SelfSigned and CA issuers do (pkg/util/pki/{certificatetemplate,csr}.go; Go, crypto/x509).

A certificate begins when it is signed, not a while before, and nothing of the CA bounds its end.
"""

from __future__ import annotations

import hashlib
import typing as t
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from . import chain, content, fields, keys, subject
from .leaf import CertificateInfo, X509Error, parse_chain

if t.TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

    from .keys import PrivateKey


@dataclass(frozen=True)
class Pointers:
    """Where a certificate's readers find more about it: URLs that the issuer adds."""

    crl_distribution_points: tuple[str, ...] = ()
    ocsp_servers: tuple[str, ...] = ()
    issuing_certificate_urls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Issued:
    """What an issuer answers: tls.crt and ca.crt of the Secret.

    :param chain: the certificate and what is above it, without a self-signed root (RFC 5246, 7.4.2)
    :param ca: the topmost certificate that is known; b"" when the issuer names none
    """

    chain: bytes
    ca: bytes = b""


@dataclass(frozen=True)
class Authority:
    """A CA that can sign: the certificate of its key, then those above it."""

    certificates: tuple[CertificateInfo, ...]
    key: PrivateKey


def authority(chain_pem: bytes, key_pem: bytes, ca_pem: bytes = b"") -> Authority:
    """Read a CA from a Secret's tls.crt, tls.key and ca.crt.

    :raises X509Error: one of them can't be read, the key belongs to another certificate, or that isn't a CA's
    """
    certificates = (*parse_chain(chain_pem), *(parse_chain(ca_pem)[:1] if ca_pem else ()))
    key, first = keys.load(key_pem), certificates[0]
    if fields.key_sha256(key.public_key()) != first.public_key_sha256:
        raise X509Error("the CA's private key does not belong to its certificate")
    if not first.is_ca:
        raise X509Error(f'"{chain.label(first)}" is not a CA: its basic constraints do not say so (RFC 5280, 4.2.1.9)')
    return Authority(certificates, key)


def self_signed(
    body: Mapping[str, t.Any], key: PrivateKey, lifetime: timedelta, now: datetime, pointers: Pointers = Pointers()
) -> Issued:
    """Issue a certificate signed by its own key; it is its own ca.crt.

    :param body: Certificate.spec
    :raises X509Error: a name or usage can't be written
    """
    name = subject.of_body(body)
    signed = _Template(body, key.public_key(), lifetime, now, pointers).sign(name, None, key)
    return Issued(signed, signed)


def by_authority(
    body: Mapping[str, t.Any],
    public_key: CertificatePublicKeyTypes,
    lifetime: timedelta,
    now: datetime,
    issuer: Authority,
    pointers: Pointers = Pointers(),
) -> Issued:
    """Issue a certificate signed by a CA.

    :param body: Certificate.spec
    :raises X509Error: a name or usage can't be written, or the CA's own certificates are no single chain
    """
    parent = issuer.certificates[0].loaded()
    signed = _Template(body, public_key, lifetime, now, pointers).sign(parent.subject, parent, issuer.key)
    return bundle((*parse_chain(signed), *issuer.certificates))


def bundle(certificates: Iterable[CertificateInfo]) -> Issued:
    """Split the certificates of one chain, leaf first, into tls.crt and ca.crt (ParseSingleCertificateChain).

    :raises X509Error: they are no single chain
    """
    ordered = chain.ordered(certificates)
    served = [each for each in ordered[1:] if not each.self_signed]
    top = ordered[-1]
    ca = b"" if len(ordered) == 1 and not top.self_signed else top.pem
    return Issued(b"".join(each.pem for each in (ordered[0], *served)), ca)


@dataclass(frozen=True)
class _Template:
    """All of a certificate but who signs it."""

    body: Mapping[str, t.Any]
    public_key: CertificatePublicKeyTypes
    lifetime: timedelta
    now: datetime
    pointers: Pointers

    def sign(self, issuer: x509.Name, parent: x509.Certificate | None, key: PrivateKey) -> bytes:
        """Return the certificate in PEM. The serial number has 159 random bits (RFC 5280, 4.1.2.2)."""
        from cryptography import x509
        from cryptography.hazmat.primitives.serialization import Encoding

        name = subject.of_body(self.body)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer)
            .public_key(self.public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now.replace(microsecond=0))
            .not_valid_after((self.now + self.lifetime).replace(microsecond=0))
        )
        named = parent is not None and issuer != name
        for extension, critical in self._extensions(critical_names=not name.rdns, parent=parent if named else None):
            if extension is not None:
                builder = builder.add_extension(extension, critical)
        return builder.sign(key, keys.signature_hash(key)).public_bytes(Encoding.PEM)

    def _extensions(
        self, critical_names: bool, parent: x509.Certificate | None
    ) -> Iterator[tuple[x509.ExtensionType | None, bool]]:
        """Extensions, and whether they are critical, in Go's order. Only a CA has a subject key identifier."""
        from cryptography import x509

        is_ca = bool(self.body.get("isCA"))
        constraints = self.body.get("nameConstraints") or {}
        yield content.key_usage(self.body), True
        yield content.extended_key_usage(self.body), False
        yield x509.BasicConstraints(ca=is_ca, path_length=None), True
        yield (x509.SubjectKeyIdentifier(_key_identifier(self.public_key)) if is_ca else None), False
        yield (_authority_key_identifier(parent) if parent else None), False
        yield _authority_information(self.pointers), False
        yield content.name_constraints(self.body), bool(constraints.get("critical"))
        yield _crl_distribution_points(self.pointers), False
        yield content.alternative_names(self.body), critical_names


def _key_identifier(key: CertificatePublicKeyTypes) -> bytes:
    """The first 160 bits of the SHA-256 of the key's bits (RFC 7093, 2, method 1)."""
    return hashlib.sha256(fields.key_bits(key)).digest()[:20]


def _authority_key_identifier(parent: x509.Certificate) -> x509.AuthorityKeyIdentifier | None:
    from cryptography import x509

    found = fields.extension(parent.extensions, x509.SubjectKeyIdentifier)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(found.value) if found else None


def _authority_information(pointers: Pointers) -> x509.AuthorityInformationAccess | None:
    from cryptography import x509
    from cryptography.x509.oid import AuthorityInformationAccessOID as Method

    described = [
        *((Method.OCSP, url) for url in pointers.ocsp_servers),
        *((Method.CA_ISSUERS, url) for url in pointers.issuing_certificate_urls),
    ]
    return (
        x509.AuthorityInformationAccess(
            x509.AccessDescription(method, x509.UniformResourceIdentifier(url)) for method, url in described
        )
        if described
        else None
    )


def _crl_distribution_points(pointers: Pointers) -> x509.CRLDistributionPoints | None:
    from cryptography import x509

    points = [
        x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)
        for url in pointers.crl_distribution_points
    ]
    return x509.CRLDistributionPoints(points) if points else None
