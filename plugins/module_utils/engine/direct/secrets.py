# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one write of the Secret that is served, and the proof before it."""

from __future__ import annotations

import typing as t
from datetime import timedelta

from ... import errors
from ...diagnose.finding import ERROR, Finding, in_words
from ...spec import kinds, ownership, tls_secret
from ...x509 import replacement
from ...x509.leaf import X509Error, parse_chain
from .. import wanted_leaf

if t.TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ...x509.keys import PrivateKey
    from ...x509.signing import Issued
    from .. import ports
    from .job import Job

_SKEW = timedelta(minutes=5)


def write(run: ports.Run, live: ports.Object | None, manifest: Mapping[str, t.Any]) -> ports.Object:
    """Apply the manifest to just this version of the Secret.

    By force, as cert-manager does: where it wrote the Secret before, its fields are taken over. What it wrote in other
    formats, and nobody wants any more, would tell of the certificate before; it goes.

    :param live: as it was seen, None for none; one that others have made since is looked at before it is taken over
    :raises Conflict: it is another by now
    """
    wanted = {**manifest, "metadata": dict(manifest["metadata"])}
    if live is not None:
        wanted["metadata"]["resourceVersion"] = live["metadata"]["resourceVersion"]
    written = run.cluster.apply(kinds.SECRET, wanted, ownership.FIELD_MANAGER, force=live is not None)
    stale = sorted((set(written.get("data") or {}) & tls_secret.ALL_DATA_KEYS) - set(manifest["data"]))
    if not stale:
        return written
    patch = {
        "metadata": {"resourceVersion": written["metadata"]["resourceVersion"]},
        "data": dict.fromkeys(stale),
    }
    metadata = manifest["metadata"]
    return run.cluster.merge(kinds.SECRET, metadata["namespace"], metadata["name"], patch)


def prove(job: Job, issued: Issued, key: PrivateKey, now: datetime) -> None:
    """See that what was issued may be served: key, names, links, validity, and that it is no older than what is there.

    :raises NotReady: with what is wrong; what is served stays
    """
    wanted, issuer, decision = job.seen.wanted, job.issuer, job.decision
    problems = replacement.objections(
        issued,
        key,
        wanted_leaf.from_body(wanted.body),
        _reckoned(issued, now),
        lenient=issuer.lenient,
        old=decision.served if decision.valid else None,
    )
    if problems:
        message = f"what {issuer.title} issued is not served: {'; '.join(problems)}."
        remedy = "ask for what this CA issues, or use another issuer; what is served stays until then"
        finding = Finding("certificate.not_proven", ERROR, wanted.title, message, remedy)
        raise errors.NotReady(in_words(f"{wanted.title} was not replaced.", [finding]), [finding])


def _reckoned(issued: Issued, now: datetime) -> datetime:
    """The time to check by: the CA's clock may be a little ahead of this one."""
    try:
        begins = parse_chain(issued.chain)[0].not_before
    except X509Error:
        return now  # said by the check itself
    return max(now, min(begins, now + _SKEW))
