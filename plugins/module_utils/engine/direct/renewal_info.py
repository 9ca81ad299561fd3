# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When the CA wants a certificate to be renewed (RFC 9773): asked for when it is issued, and as often as the CA says."""

from __future__ import annotations

import typing as t
from dataclasses import replace
from datetime import timedelta

from ... import errors
from ...diagnose import readiness
from ...spec.direct import failure, record
from ...x509.leaf import X509Error, rfc3339
from .. import parallel

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ...x509.leaf import CertificateInfo
    from .. import ports
    from . import ports as direct_ports
    from .observe import Seen

_LATER = timedelta(hours=6)  # RFC 9773, 4.3.3
_PATIENCE_SECONDS = 5.0  # most runs have nothing else to do


def refreshed(run: ports.Run, parts: direct_ports.Parts, seen: Sequence[Seen]) -> list[Seen]:
    """The same, with what the CA says now where its last answer has run out. A CA that can't be asked says nothing new."""
    return parallel.each(lambda one: _refreshed(run, parts, one), seen)


def _refreshed(run: ports.Run, parts: direct_ports.Parts, seen: Seen) -> Seen:
    kept = record.read(seen.config_map, "work").get("renewalInfo") or {}
    if seen.issuer is None or seen.secret is None or seen.config_map is None or "acme" not in seen.issuer.body:
        return seen
    try:
        leaf = readiness.leaf_of(seen.secret)
        if not _due(kept, leaf, run.clock.now()):
            return seen
        from . import accounts  # not needed, and not loaded, before the CA is asked

        told = ask(run, accounts.client(run, parts, seen.issuer, _PATIENCE_SECONDS), leaf, kept)
    except (errors.CertopsError, X509Error):
        return seen
    work = record.read(seen.config_map, "work") | {"renewalInfo": told}
    data = {**seen.config_map["data"], "work": record.text(work)}
    return replace(seen, config_map={**seen.config_map, "data": data})


def _due(kept: Mapping[str, t.Any], leaf: CertificateInfo, now: datetime) -> bool:
    if kept.get("serialNumber") != leaf.serial_number:
        return True
    return bool(kept.get("askAgain")) and failure.moment(kept["askAgain"]) <= now


def ask(
    run: ports.Run, client: direct_ports.Client, leaf: CertificateInfo, kept: Mapping[str, t.Any]
) -> dict[str, t.Any]:
    """What is kept of the CA's answer: a moment of its window, and when to ask again.

    A CA that can't be asked now is no reason to fail: its last answer holds, and it is asked again in some hours. The
    moment is drawn by the certificate's own digest: evenly over all certificates, and the same at every run.
    """
    try:
        found = client.renewal_info(leaf.pem)
    except errors.AcmeError:
        last = kept if kept.get("serialNumber") == leaf.serial_number else {"serialNumber": leaf.serial_number}
        return {**last, "askAgain": rfc3339(run.clock.now() + _LATER)}
    if found is None:
        return {"serialNumber": leaf.serial_number}
    fraction = int(leaf.fingerprint_sha256[:8], 16) / 0xFFFFFFFF
    return {
        "serialNumber": leaf.serial_number,
        "renewAt": rfc3339(found.at(fraction)),
        "askAgain": rfc3339(found.retry_at),
        "explanationURL": found.explanation_url,
    }
