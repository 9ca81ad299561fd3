# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of the evidence that is about the issuance going on now, and how long something has lasted.

Earlier requests, orders and challenges stay in a cluster for as long as cert-manager keeps them; what failed in them
was mended since, so no check may speak of it.
"""

from __future__ import annotations

import typing as t
from datetime import datetime, timezone

from ...spec import conditions, kinds
from ..finding import ERROR, WARNING

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from ..evidence import Evidence, Object, Objects

_REVISION = "cert-manager.io/certificate-revision"


def moment(text: str | None) -> datetime | None:
    """A time of the Kubernetes API (RFC 3339, UTC, to the second or finer), None for none."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc) if text else None


def age(evidence: Evidence, obj: Object) -> float | None:
    """Seconds since it was created, None where that isn't known."""
    return since(evidence, obj["metadata"].get("creationTimestamp"))


def since(evidence: Evidence, time: str | None) -> float | None:
    """Seconds since a time of the Kubernetes API, None for none."""
    began = moment(time)
    return (evidence.now - began).total_seconds() if began else None


def lasted(evidence: Evidence, obj: Object, seconds: float) -> bool:
    """Whether it is known to be there for so long: for what is wrong only when it lasts."""
    there = age(evidence, obj)
    return there is not None and there >= seconds


def severity(evidence: Evidence, obj: Object, seconds: float) -> str:
    """A warning in the first seconds of an object, in which this still mends itself; an error from then on."""
    there = age(evidence, obj)
    return WARNING if there is not None and there < seconds else ERROR


def is_settled(evidence: Evidence) -> bool:
    """Whether the Certificate is ready, nothing is being issued, and nothing has failed since."""
    ready = conditions.condition(evidence.certificate, "Ready")
    return (
        ready is not None
        and ready["status"] == "True"
        and conditions.is_current(evidence.certificate, ready)
        and not conditions.is_true(evidence.certificate, "Issuing")
        and not status(evidence.certificate).get("lastFailureTime")
    )


def status(obj: Object) -> t.Mapping[str, t.Any]:
    """status, empty where a controller has not written any."""
    found: t.Mapping[str, t.Any] = obj.get("status") or {}
    return found


def reason(obj: Object) -> str:
    """What an Order or Challenge says of its state, "" for nothing."""
    return str(status(obj).get("reason") or "")


def requests(evidence: Evidence) -> list[Object]:
    """The CertificateRequests of the revision that is being issued (pkg/apis/certmanager/v1/types.go, revision)."""
    if is_settled(evidence):
        return []
    issued = int(status(evidence.certificate).get("revision") or 0)
    newer = [item for item in evidence.requests if _revision(item, otherwise=issued + 1) > issued]
    return [item for item in newer if not _failed_before(evidence, item)]


def _failed_before(evidence: Evidence, request: Object) -> bool:
    """Whether it failed before this issuance began: cert-manager is about to replace it (deleteCurrentFailedRequests)."""
    issuing = conditions.condition(evidence.certificate, "Issuing")
    failed, began = status(request).get("failureTime"), (issuing or {}).get("lastTransitionTime")
    if not (failed and began and conditions.is_true(evidence.certificate, "Issuing")):
        return False
    return (moment(failed) or evidence.now) < (moment(began) or evidence.now)


def _revision(request: Object, otherwise: int) -> int:
    return int((request["metadata"].get("annotations") or {}).get(_REVISION) or otherwise)


def orders(evidence: Evidence) -> list[Object]:
    """The Orders of those requests."""
    return owned(evidence.orders, requests(evidence))


def challenges(evidence: Evidence) -> list[Object]:
    """The Challenges of those Orders."""
    return owned(evidence.challenges, orders(evidence))


def open_http01(evidence: Evidence) -> list[Object]:
    """The HTTP-01 challenges that are neither over nor said to be fine."""
    return [
        item
        for item in challenges(evidence)
        if item["spec"].get("type") == "HTTP-01"
        and status(item).get("state") not in ("valid", "invalid", "expired", "errored")
        and status(item).get("processing", True)
    ]


def owned(items: Objects, owners: Iterable[Object]) -> list[Object]:
    """Those that go back to one of the owners (metadata.ownerReferences)."""
    uids = {owner["metadata"]["uid"] for owner in owners}
    return [item for item in items if any(o["uid"] in uids for o in item["metadata"].get("ownerReferences") or ())]


def has_failed(obj: Object) -> bool:
    """Whether an Order or Challenge ended badly (RFC 8555, 7.1.6; pkg/acme, IsFailureState)."""
    return status(obj).get("state") in ("invalid", "expired", "errored")


def title(kind: kinds.Kind, obj: Object) -> str:
    """How messages name it; objects out of a list don't say their kind themselves."""
    return kind.title(obj["metadata"].get("namespace"), obj["metadata"]["name"])


def warnings(evidence: Evidence, obj: Object, *reasons: str) -> list[str]:
    """What Warning events of these reasons say about an object, the newest first."""
    found = [
        event
        for event in evidence.events_about(obj)
        if event.get("type") == "Warning" and event.get("reason") in reasons
    ]
    return [str(event.get("message") or "") for event in sorted(found, key=_seen, reverse=True)]


def _seen(event: Object) -> str:
    series = event.get("series") or {}
    return str(series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime") or "")
