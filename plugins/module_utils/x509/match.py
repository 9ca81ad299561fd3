# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does a certificate say what is wanted? The answer names what doesn't fit (cert-manager, pkg/util/pki/match.go)."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from . import content, fields, keys, subject
from .leaf import CertificateInfo, parse_chain


@dataclass(frozen=True)
class Wanted:
    """What a Certificate.spec asks for. A field that is None isn't compared."""

    common_name: str | None = None
    literal_subject: str | None = None  # RFC 4514; replaces common_name and subject
    subject: Mapping[str, str | Sequence[str]] | None = None  # by the field names of Certificate.spec.subject
    dns_names: tuple[str, ...] | None = None
    ip_addresses: tuple[str, ...] | None = None
    uris: tuple[str, ...] | None = None
    email_addresses: tuple[str, ...] | None = None
    other_names: tuple[tuple[str, str], ...] | None = None  # (dotted OID, UTF-8 value)
    is_ca: bool | None = None
    usages: tuple[str, ...] | None = None
    name_constraints: Mapping[str, t.Any] | None = None  # by the field names of Certificate.spec.nameConstraints
    duration: timedelta | None = None
    key_algorithm: str | None = None  # RSA, ECDSA or Ed25519
    key_size: int | None = None  # None: cert-manager's default size for key_algorithm


def violations(leaf: CertificateInfo, wanted: Wanted, *, lenient: bool = False) -> tuple[str, ...]:
    """Return the names of the fields, below Certificate.spec, in which the certificate isn't as wanted.

    Strict is right for issuers that copy a request as it is: cert-manager's SelfSigned and CA.
    Lenient is for all others. They may move the common name among the DNS names or drop it (RFC 8555, 7.4, asks for the
    union of both), and choose subject, usages and lifetime themselves (CA/Browser Forum Baseline Requirements, 7.1), so
    only names and key are compared, as cert-manager's FuzzyX509AltNamesMatchSpec and PrivateKeyMatchesSpec do.
    """
    if lenient:
        return (*_moved_names(leaf, wanted), *_other_names(leaf, wanted), *_private_key(leaf, wanted))
    return (
        *_subject(leaf, wanted),
        *_unlike("dnsNames", leaf.dns_names, wanted.dns_names),
        *_other_names(leaf, wanted),
        *_unlike("otherNames", leaf.other_names, wanted.other_names),
        *_authority_and_usages(leaf, wanted),
        *_name_constraints(leaf, wanted),
        *(["duration"] if wanted.duration not in (None, leaf.not_after - leaf.not_before) else []),
        *_private_key(leaf, wanted),
    )


def key_matches(certificate_pem: bytes, key_pem: bytes) -> bool:
    """Tell whether a private key (PEM: PKCS#1, PKCS#8 or SEC 1, not encrypted) belongs to a bundle's first certificate.

    :raises X509Error: one of the two can't be read.
    """
    certificate = parse_chain(certificate_pem)[0]
    return certificate.public_key_sha256 == fields.key_sha256(keys.load(key_pem).public_key())


def _subject(leaf: CertificateInfo, wanted: Wanted) -> Iterable[str]:
    if wanted.literal_subject:
        if not same_subject(leaf, wanted.literal_subject):
            yield "literalSubject"
        return
    if wanted.common_name not in (None, leaf.common_name):
        yield "commonName"
    if wanted.subject is not None:
        for name in sorted({*wanted.subject, *leaf.subject_attributes}):
            value = wanted.subject.get(name, ())
            expected = [value] if isinstance(value, str) else value  # serialNumber is a single string
            if set(expected) != set(leaf.subject_attributes.get(name, ())):
                yield f"subject.{name}"


def same_subject(leaf: CertificateInfo, literal: str) -> bool:
    """Compare a certificate's subject with one written as RFC 4514 says.

    :raises X509Error: the text isn't such a name.
    """
    return leaf.loaded().subject == subject.literal(literal)


def _moved_names(leaf: CertificateInfo, wanted: Wanted) -> Iterable[str]:
    if wanted.dns_names is None and wanted.common_name is None:
        return
    expected = {*(wanted.dns_names or ()), *filter(None, [wanted.common_name])}
    served = {*leaf.dns_names, *filter(None, [leaf.common_name])}
    if served == expected:
        return
    if (wanted.common_name and wanted.common_name not in served) or (
        leaf.common_name and leaf.common_name not in expected
    ):
        yield "commonName"
    if not served.issuperset(wanted.dns_names or ()) or not expected.issuperset(leaf.dns_names):
        yield "dnsNames"


def _other_names(leaf: CertificateInfo, wanted: Wanted) -> Iterable[str]:
    addresses = (
        None if wanted.ip_addresses is None else tuple(str(fields.address(each)) for each in wanted.ip_addresses)
    )
    yield from _unlike("ipAddresses", leaf.ip_addresses, addresses)
    yield from _unlike("uris", leaf.uris, wanted.uris)
    yield from _unlike("emailAddresses", leaf.email_addresses, wanted.email_addresses)


def _authority_and_usages(leaf: CertificateInfo, wanted: Wanted) -> Iterable[str]:
    if wanted.is_ca not in (None, leaf.is_ca):
        yield "isCA"
    if wanted.usages is not None:
        expected = {fields.USAGE_ALIASES.get(usage, usage) for usage in wanted.usages}
        if leaf.is_ca:
            expected.add("cert sign")  # added by cert-manager to every CA (pkg/util/pki/csr.go)
        if set(leaf.usages) != expected:
            yield "usages"


def _name_constraints(leaf: CertificateInfo, wanted: Wanted) -> Iterable[str]:
    from cryptography import x509

    if wanted.name_constraints is None:
        return
    expected = content.name_constraints({"nameConstraints": wanted.name_constraints})
    critical = expected is not None and bool(wanted.name_constraints.get("critical"))
    found = fields.extension(leaf.loaded().extensions, x509.NameConstraints)
    if (found and found.value, bool(found and found.critical)) != (expected, critical):
        yield "nameConstraints"


def _private_key(leaf: CertificateInfo, wanted: Wanted) -> Iterable[str]:
    return keys.violations(leaf.key_algorithm, leaf.key_size, wanted.key_algorithm, wanted.key_size)


def _unlike(field: str, served: tuple[object, ...], wanted: tuple[object, ...] | None) -> Iterable[str]:
    if wanted is not None and sorted(map(str, served)) != sorted(map(str, wanted)):
        yield field
