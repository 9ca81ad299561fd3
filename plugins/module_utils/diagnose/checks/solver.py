# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pod that answers an HTTP-01 challenge: scheduled, its image pulled, running."""

from __future__ import annotations

import typing as t

from ...spec import kinds
from ..finding import ERROR, Finding
from . import chain

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..evidence import Evidence, Object

_START_SECONDS = 30.0
_SCHEDULE_SECONDS = 20.0

# Reasons of a container that waits (kubelet, images and container runtime).
_NO_IMAGE = ("ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "RegistryUnavailable")
_NO_START = ("CrashLoopBackOff", "CreateContainerConfigError", "CreateContainerError", "RunContainerError")


def pod(evidence: Evidence) -> Iterator[Finding]:
    """The solver's pod is there and runs."""
    for item in chain.open_http01(evidence):
        pods = chain.owned(evidence.solver_pods, [item])
        for each in pods:
            finding = not_running(evidence, each)
            if finding:
                yield finding
        if not pods and _should_have_one(evidence, item):
            message = "the solver's pod is gone, and cert-manager has not made another."
            remedy = "see what deletes pods in this namespace, and cert-manager's log"
            yield Finding("solver.pod_missing", ERROR, chain.title(kinds.CHALLENGE, item), message, remedy)


def _should_have_one(evidence: Evidence, challenge: Object) -> bool:
    presented = chain.status(challenge).get("presented")
    return bool(presented) and "pods" not in evidence.errors and chain.lasted(evidence, challenge, _START_SECONDS)


def not_running(evidence: Evidence, live: Object) -> Finding | None:
    """The finding for a solver's pod that doesn't answer, None where it does or may still come."""
    title, status = chain.title(kinds.POD, live), chain.status(live)
    if live["metadata"].get("deletionTimestamp"):
        return None
    scheduled = _condition(status, "PodScheduled")
    if scheduled.get("status") == "False":
        return _not_scheduled(evidence, live, title, scheduled)
    for container in status.get("containerStatuses") or ():
        finding = _container(container, title)
        if finding:
            return finding
    if status.get("phase") == "Failed":
        message = f"the solver's pod has failed: {status.get('reason') or ''} {status.get('message') or ''}".rstrip()
        return Finding("solver.pod_failed", ERROR, title, message, "delete it: cert-manager makes another")
    ready = _condition(status, "Ready")
    if ready.get("status") == "True" or not chain.lasted(evidence, live, _START_SECONDS):
        return None
    return _not_ready(evidence, live, title, ready)


def _condition(status: Mapping[str, t.Any], kind: str) -> Mapping[str, t.Any]:
    found: Mapping[str, t.Any] = next((item for item in status.get("conditions") or () if item["type"] == kind), {})
    return found


def _not_scheduled(evidence: Evidence, live: Object, title: str, condition: Mapping[str, t.Any]) -> Finding:
    return Finding(
        "solver.not_scheduled",
        chain.severity(evidence, live, _SCHEDULE_SECONDS),
        title,
        f"the solver's pod finds no node: {condition.get('message') or condition.get('reason')}",
        "give it room, or set tolerations, nodeSelector or resources in the solver's pod_template",
        {"reason": condition.get("reason")},
    )


def _container(container: Mapping[str, t.Any], title: str) -> Finding | None:
    waits = (container.get("state") or {}).get("waiting") or {}
    reason, message, image = waits.get("reason"), waits.get("message") or "", container.get("image")
    seen = {"reason": reason, "message": message, "image": image}
    if reason in _NO_IMAGE:
        said = f"the solver's image {image} can't be pulled, {reason}: {message}"
        remedy = "see the registry, its credentials and the node's way to it; the chart's acmesolver.image names it"
        return Finding("solver.image_not_pulled", ERROR, title, said, remedy, seen)
    if reason in _NO_START:
        said = f"the solver's container does not start, {reason}: {message}"
        return Finding(
            "solver.not_starting", ERROR, title, said, "see the pod's log and the solver's pod_template", seen
        )
    return None


def _not_ready(evidence: Evidence, live: Object, title: str, ready: Mapping[str, t.Any]) -> Finding:
    events = chain.warnings(evidence, live, "FailedCreatePodSandBox", "FailedMount", "Failed", "Unhealthy")
    reason = events[0] if events else ready.get("message") or "no reason given"
    message = f"the solver's pod is not ready after {chain.age(evidence, live):.0f} s: {reason}"
    return Finding("solver.not_ready", ERROR, title, message, "see the pod's events and the node it is on")
