# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What cert-manager made to answer an HTTP-01 challenge, as the API describes it."""

from __future__ import annotations

import typing as t

from ..spec.ingress import class_of

Object = t.Mapping[str, t.Any]


def ingress(item: Object) -> dict[str, t.Any]:
    """A solver's Ingress: which class serves it, and at which addresses."""
    balancer = ((item.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    return {
        "name": item["metadata"]["name"],
        "class": class_of(item, None),
        "addresses": [entry.get("ip") or entry.get("hostname") for entry in balancer],
    }


def service(item: Object) -> dict[str, t.Any]:
    """A solver's Service."""
    return {"name": item["metadata"]["name"], "type": item["spec"].get("type")}


def pod(item: Object) -> dict[str, t.Any]:
    """A solver's Pod: where it stands, and what keeps it from being ready, word for word."""
    status = item.get("status") or {}
    found = {each["type"]: each for each in status.get("conditions") or ()}
    ready, scheduled = found.get("Ready") or {}, found.get("PodScheduled") or {}
    reason, message = _waiting(status)
    blocked = scheduled if scheduled.get("status") == "False" else ready if ready.get("status") != "True" else {}
    return {
        "name": item["metadata"]["name"],
        "phase": status.get("phase"),
        "ready": ready.get("status") == "True",
        "reason": reason or blocked.get("reason"),
        "message": message or blocked.get("message"),
        "node": item["spec"].get("nodeName"),
    }


def _waiting(status: Object) -> tuple[str | None, str | None]:
    """Why a container doesn't run (core/v1 ContainerStateWaiting): ErrImagePull and the like."""
    for container in status.get("containerStatuses") or ():
        waiting = (container.get("state") or {}).get("waiting")
        if waiting:
            return waiting.get("reason"), waiting.get("message")
    return None, None
