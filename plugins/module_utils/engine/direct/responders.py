# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP-01 responders that outlive their challenges, and when they are taken away.

A responder answers for one account key. One that is kept goes when the issuer no longer keeps it, when the account gets
another key, and with the issuer. Its account's thumbprint is in the issuer's record before that, so that none is forgotten.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ... import errors
from ...diagnose.finding import WARNING, Finding
from ...spec import kinds, responder
from ...spec.direct import own, record
from .. import removal
from . import accounts

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .. import ports
    from .observe import Issuer


@dataclass(frozen=True)
class Retiring:
    """Responders that have to go.

    :param thumbprints: of the account keys that they answer for
    :param kept: what is to be kept of it in the record
    """

    thumbprints: tuple[str, ...]
    kept: dict[str, t.Any] | None


def retiring(issuer: Issuer, another_key: bool) -> Retiring:
    """Which have to go by what is known, without a request.

    :param issuer: with the spec that is wanted
    :param another_key: whether the account gets another key than its record tells
    """
    before = record.read(issuer.config_map, "work").get("responder") or {}
    keeps, present = own.keeps_responder(issuer.body), accounts.thumbprint(issuer)
    # The present key's was noted by a run that was cut off before it changed the key.
    gone = {thumbprint for thumbprint in before.get("retired") or () if thumbprint != present}
    if before and present and (another_key or not keeps):
        gone.add(present)
    thumbprints = tuple(sorted(gone))
    return Retiring(thumbprints, {"retired": list(thumbprints)} if keeps or thumbprints else None)


def doomed(run: ports.Run, issuer: Issuer, thumbprints: Sequence[str]) -> tuple[list[removal.Doomed], list[Finding]]:
    """All objects of these responders, the Ingresses first, and what could not be looked for."""
    found, notes = [], []
    for thumbprint in thumbprints:
        namespaces, note = _namespaces(run, issuer, thumbprint)
        notes += [note] if note else []
        for namespace in namespaces:
            found += _objects(run, responder.Responder(namespace, thumbprint, responder.Settings()))
    return found, notes


def _namespaces(run: ports.Run, issuer: Issuer, thumbprint: str) -> tuple[list[str], Finding | None]:
    """Where it may be: an Issuer's in its namespace, a ClusterIssuer's wherever it has an Ingress."""
    kind, namespace, _name = issuer.place
    if kind is not kinds.CLUSTER_ISSUER:
        return [namespace], None
    selector = responder.Responder(namespace, thumbprint, responder.Settings()).selector
    try:
        listed, _version = run.cluster.list(kinds.INGRESS, None, labels=selector)
    except errors.Forbidden:
        said = (
            "whether its responders are in other namespaces can't be told: Ingresses of all namespaces can't be listed."
        )
        remedy = f"remove what carries the label {selector}"
        return [namespace], Finding("issuer.responder_left", WARNING, issuer.title, said, remedy)
    return sorted({ingress["metadata"]["namespace"] for ingress in listed}), None


def _objects(run: ports.Run, one: responder.Responder) -> list[removal.Doomed]:
    listed, _version = run.cluster.list(kinds.INGRESS, one.namespace, labels=one.selector)
    found = [removal.Doomed(kinds.INGRESS, one.namespace, ingress["metadata"]["name"]) for ingress in listed]
    parts = [kind for kind, _manifest in one.workload()]
    there = [kind for kind in reversed(parts) if run.cluster.get(kind, one.namespace, one.name)]
    return [*found, *(removal.Doomed(kind, one.namespace, one.name) for kind in there)]
