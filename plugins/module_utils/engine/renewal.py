# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Renewing what is there, the way ``cmctl renew`` does: by the Issuing condition."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from .. import errors
from ..diagnose import readiness
from ..spec import conditions, duration, kinds
from .diff import pair

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ..spec.certificate import CertificateSpec
    from . import ports

_ATTEMPTS = 5


@dataclass(frozen=True)
class Decision:
    """Whether to renew now, and the reason for people."""

    due: bool = False
    reason: str = ""

    def diff(self, title: str) -> dict[str, t.Any]:
        """A renewal as before and after."""
        return pair(title, {"certificate": "issued"}, {"certificate": f"renewed ({self.reason})"})


def decide(run: ports.Run, wanted: CertificateSpec, live: Mapping[str, t.Any] | None) -> Decision:
    """Decide by the Certificate's status; one that was never issued has nothing to renew, but may be tried again.

    :raises CertopsError: ``within`` is no shorter than the certificate lives, so that each run would renew it
    """
    status = (live or {}).get("status") or {}
    if live and wanted.retry_failed and readiness.failed(live):
        return Decision(True, "tried again after a failure")
    if not status.get("notAfter") or wanted.renew == "never":
        return Decision()
    if wanted.renew in ("always", "key_exposed"):
        return Decision(True, f"renew: {wanted.renew}")
    if live and wanted.renew == "issuer_changed":
        from . import signer

        other = signer.other_signer(run, live)
        return Decision(other is not None, other or "")
    if wanted.within is None:
        return Decision()
    ends, begins = _time(status["notAfter"]), _time(status["notBefore"])
    if wanted.within >= ends - begins:
        raise errors.CertopsError(
            f"within: {duration.in_words(wanted.within)} is not shorter than the {duration.in_words(ends - begins)} "
            f"that {wanted.title} lives; it would be renewed at every run"
        )
    left = ends - run.clock.now()
    if left > wanted.within:
        return Decision()
    return Decision(True, f"expires in {duration.in_words(max(left, timedelta()))}")


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)


def trigger(run: ports.Run, live: ports.Object, decision: Decision) -> ports.Object:
    """Set Issuing to true, keeping the other conditions; a concurrent change of the status is read and tried again."""
    namespace, name = live["metadata"]["namespace"], live["metadata"]["name"]
    for attempt in range(_ATTEMPTS):
        try:
            patch = _patch(live, run.clock.now())
            return run.cluster.merge(kinds.CERTIFICATE, namespace, name, patch, "status")
        except errors.Conflict:
            if attempt == _ATTEMPTS - 1:
                raise
            live = run.cluster.get(kinds.CERTIFICATE, namespace, name) or live
    return live


def _patch(live: Mapping[str, t.Any], now: datetime) -> dict[str, t.Any]:
    others = [item for item in (live["status"].get("conditions") or ()) if item["type"] != "Issuing"]
    issuing = {
        "type": "Issuing",
        "status": "True",
        "reason": "ManuallyTriggered",
        "message": "Certificate re-issuance manually triggered",
        "lastTransitionTime": f"{_begin(live['status'], now):%Y-%m-%dT%H:%M:%SZ}",
        "observedGeneration": conditions.generation(live),
    }
    return {
        "metadata": {"resourceVersion": live["metadata"]["resourceVersion"]},
        "status": {"conditions": [*others, issuing]},
    }


def _begin(status: Mapping[str, t.Any], now: datetime) -> datetime:
    """When the new try begins: in a later second than the failure of the one before, by the cluster's clock.

    Else cert-manager takes that failure for the new try's own (pkg/controller/certificates/issuing, ProcessItem).
    """
    failure = status.get("lastFailureTime")
    return max(now, _time(failure) + timedelta(seconds=1)) if failure else now
