# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""May what was issued be served? Asked before a Secret is written, so that a good one is never replaced by a worse."""

from __future__ import annotations

import typing as t
from datetime import datetime

from . import chain, fields
from .leaf import CertificateInfo, X509Error, parse_chain, rfc3339
from .match import Wanted, violations

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from .keys import PrivateKey
    from .signing import Issued


def objections(
    issued: Issued,
    key: PrivateKey,
    wanted: Wanted,
    now: datetime,
    *,
    lenient: bool = False,
    old: CertificateInfo | None = None,
) -> tuple[str, ...]:
    """Return a sentence for everything that speaks against it, each starting with the name of what is wrong.

    :param lenient: whether the issuer chooses subject, usages and lifetime itself, as ACME servers do
    :param old: the certificate that is there, if it is as wanted and by the same issuer: then a new one must be newer. A
        certificate that is to be replaced for what it says may be newer than the next one, since CAs set the clock back
    """
    try:
        served = parse_chain(issued.chain)
        authorities = parse_chain(issued.ca) if issued.ca else ()
    except X509Error as error:
        return (f"tls.crt: {error}",)
    leaf = served[0]
    return (
        *_key(leaf, key),
        *(f"{field}: not as wanted" for field in violations(leaf, wanted, lenient=lenient)),
        *(f"tls.crt: {problem}" for problem in chain.chain_problems(served)),
        *(f"tls.crt: {problem}" for problem in chain.validity_problems((*served, *authorities), now)),
        *_authority(served, authorities),
        *_age(leaf, old),
    )


def _key(leaf: CertificateInfo, key: PrivateKey) -> Iterator[str]:
    if fields.key_sha256(key.public_key()) != leaf.public_key_sha256:
        yield "tls.key: does not belong to the certificate"


def _authority(served: tuple[CertificateInfo, ...], authorities: tuple[CertificateInfo, ...]) -> Iterator[str]:
    top = served[-1]
    if authorities and top.der not in [each.der for each in authorities] and not chain.signer(top, authorities):
        yield f'ca.crt: "{chain.label(authorities[0])}" did not sign "{chain.label(top)}"'


def _age(leaf: CertificateInfo, old: CertificateInfo | None) -> Iterator[str]:
    if old is None or old.der == leaf.der:
        return
    if leaf.not_before < old.not_before and leaf.not_after <= old.not_after:
        yield f"notBefore: {rfc3339(leaf.not_before)} is before {rfc3339(old.not_before)}, that of the certificate there"
