# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Order, links and validity of a served chain. Whether it ends in a trusted root is the verifier's business."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from .leaf import CertificateInfo, X509Error, directly_issued_by, rfc3339

if TYPE_CHECKING:
    from cryptography import x509


def chain_problems(chain: Sequence[CertificateInfo]) -> tuple[str, ...]:
    """Return a sentence for every certificate that isn't followed by its signer (RFC 5246, 7.4.2).

    TLS 1.3 allows any order after the leaf (RFC 8446, 4.4.2), but many clients still expect this one. A chain may end
    below its root, so the last certificate is never a problem.
    """
    loaded = [certificate.loaded() for certificate in chain]
    return tuple(
        _broken_link(chain, loaded, index)
        for index in range(len(chain) - 1)
        if not directly_issued_by(loaded[index], loaded[index + 1])
    )


def validity_problems(chain: Iterable[CertificateInfo], now: datetime) -> tuple[str, ...]:
    """Return a sentence for every certificate that isn't valid yet or no more (RFC 5280, 4.1.2.5: both ends belong)."""
    problems = []
    for certificate in chain:
        if now < certificate.not_before:
            problems.append(f'"{label(certificate)}" is not valid before {rfc3339(certificate.not_before)}')
        elif now > certificate.not_after:
            problems.append(f'"{label(certificate)}" expired at {rfc3339(certificate.not_after)}')
    return tuple(problems)


def signer(certificate: CertificateInfo, candidates: Iterable[CertificateInfo]) -> CertificateInfo | None:
    """Return the candidate whose key signed the certificate, seen by checking the signature."""
    signed = certificate.loaded()
    return next((candidate for candidate in candidates if directly_issued_by(signed, candidate.loaded())), None)


def ordered(certificates: Iterable[CertificateInfo]) -> tuple[CertificateInfo, ...]:
    """Return the certificates of one chain from the first one, the leaf, up to the root; repeated ones once.

    :raises X509Error: some of them did not sign any other
    """
    found, *others = {each.der: each for each in certificates}.values()
    path = [found]
    while others and (above := signer(path[-1], others)) is not None:
        path.append(above)
        others.remove(above)
    if others:
        raise X509Error(f'"{label(others[0])}" did not sign "{label(path[-1])}": the certificates are no single chain')
    return tuple(path)


def anchor(chain: Iterable[CertificateInfo], roots: Sequence[CertificateInfo]) -> CertificateInfo | None:
    """Return the root that the chain ends in: one of its own certificates, or what signed one of them."""
    for certificate in chain:
        found = certificate if certificate in roots else signer(certificate, roots)
        if found is not None:
            return found
    return None


def label(certificate: CertificateInfo) -> str:
    """Return the name that tells a certificate best from others; many have no subject at all."""
    names = [certificate.common_name, *certificate.dns_names, *certificate.ip_addresses, certificate.subject]
    return next(filter(None, names), f"serial number {certificate.serial_number}")


def _broken_link(chain: Sequence[CertificateInfo], loaded: list[x509.Certificate], index: int) -> str:
    certificate, following = chain[index], chain[index + 1]
    sentence = f'"{label(certificate)}" is followed by "{label(following)}", which did not sign it'
    for position, other in enumerate(chain):
        if position != index and directly_issued_by(loaded[index], loaded[position]):
            return f'{sentence}; its signer "{label(other)}" is certificate {position + 1} of {len(chain)}'
    return f"{sentence}; its signer {certificate.issuer or '(no name)'} is missing"
