# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose the Secret is, before anything is written into it."""

from __future__ import annotations

import typing as t

from ...spec import kinds
from ..checks import chain, secret
from ..finding import ERROR, WARNING, Finding

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ..evidence import Evidence

_TYPE = "kubernetes.io/tls"


def of_another_type(evidence: Evidence) -> Iterator[Finding]:
    """A Secret that is there already has the type that cert-manager writes; a type can't be changed."""
    found = evidence.secret
    if found is not None and found.get("type") != _TYPE:
        message = f"is there already, with the type {found.get('type')}, which can't be changed to {_TYPE}."
        remedy = "use another secret_name, or remove this Secret if nobody needs it"
        yield Finding(
            "secret.wrong_type", ERROR, chain.title(kinds.SECRET, found), message, remedy, {"type": found.get("type")}
        )


def asked_for_by_ingress(evidence: Evidence) -> Iterator[Finding]:
    """No Ingress has cert-manager make another Certificate for the Secret: it gets the Secret's name.

    Source: cert-manager v1.21, pkg/controller/certificate-shim/sync.go.
    """
    name = evidence.certificate["spec"]["secretName"]
    if evidence.certificate["metadata"]["name"] == name or any(
        item["metadata"]["name"] == name for item in evidence.claimants
    ):
        return
    for ingress in evidence.ingresses:
        if secret.asks_cert_manager(ingress):
            title = chain.title(kinds.INGRESS, ingress)
            message = (
                f"has cert-manager make Certificate {name} for the same Secret, so that one of the two stays unissued."
            )
            remedy = "take its cert-manager.io annotations away, or use another secret_name"
            yield Finding("secret.asked_for_by_ingress", WARNING, title, message, remedy, {"secret": name})
