# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""cert-manager itself runs, told by its Deployments, where any were found by their labels."""

from __future__ import annotations

import typing as t

from ...spec import kinds
from ..finding import ERROR, Finding
from . import chain

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ..evidence import Evidence

_COMPONENT = "app.kubernetes.io/component"

# Component → code, and what follows from its absence.
_NEEDED = {
    "controller": ("cert_manager.not_available", "cert-manager's controller is down, so nobody works on certificates."),
    "webhook": (
        "webhook.not_available",
        "cert-manager's webhook is down, so the API server refuses every change of its objects, also the controller's.",
    ),
}


def not_available(evidence: Evidence) -> Iterator[Finding]:
    """Each part that was found has a pod that is ready."""
    for component, (code, message) in _NEEDED.items():
        parts = [
            item for item in evidence.controllers if (item["metadata"].get("labels") or {}).get(_COMPONENT) == component
        ]
        if any(chain.status(item).get("availableReplicas") for item in parts):
            continue
        for item in parts:
            remedy = "see the Deployment's pods, their events and logs; scale it to 1 if it was scaled to 0"
            yield Finding(code, ERROR, chain.title(kinds.DEPLOYMENT, item), message, remedy, dict(chain.status(item)))
