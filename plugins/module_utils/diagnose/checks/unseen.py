# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What could not be read: it may hide the cause."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ..finding import ERROR, WARNING, Finding
from .refused import right

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ..evidence import Evidence

# The API server's whole answer to a request for a kind that it doesn't have.
_NO_SUCH_KIND = "the server could not find the requested resource"
_CRDS = {
    "certificaterequests": "cert-manager.io",
    "issuers": "cert-manager.io",
    "clusterissuers": "cert-manager.io",
    "orders": "acme.cert-manager.io",
    "challenges": "acme.cert-manager.io",
}


def missing_crds(evidence: Evidence) -> Iterator[Finding]:
    """cert-manager's kinds are all installed."""
    for plural, answer in evidence.errors.items():
        if plural in _CRDS and _NO_SUCH_KIND in answer:
            yield Finding(
                "crd.missing",
                ERROR,
                f"CustomResourceDefinition {plural}.{_CRDS[plural]}",
                "does not exist.",
                "install cert-manager with all its CRDs (crds.enabled=true; the role certops.kubernetes.cert_manager)",
                {"answer": answer},
            )


def unreadable(evidence: Evidence) -> Iterator[Finding]:
    """All of it could be read."""
    for plural, answer in evidence.errors.items():
        if plural in _CRDS and _NO_SUCH_KIND in answer:
            continue
        forbidden = right(plural, answer)
        if forbidden:
            message = f"{forbidden.message.removesuffix('.')}, so the cause may be among what was not seen."
            yield replace(forbidden, severity=WARNING, message=message)
        else:
            message = f"could not be read: {answer}"
            yield Finding("evidence.unreadable", WARNING, plural, message, "allow get and list on them")
