# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gather what is around a Certificate that isn't ready. What can't be read is kept as an error, never fatal."""

from __future__ import annotations

import typing as t

from ..diagnose.evidence import Evidence
from ..errors import ApiError
from ..spec import kinds

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .ports import Object, Run


def gather(run: Run, certificate: Mapping[str, t.Any]) -> Evidence:
    """Read the chain Certificate → Issuer, CertificateRequest → Order → Challenge, and the Events about them."""
    namespace = certificate["metadata"]["namespace"]
    errors: dict[str, str] = {}
    requests = _owned(_list(run, kinds.CERTIFICATE_REQUEST, namespace, errors), [certificate])
    orders = _owned(_list(run, kinds.ORDER, namespace, errors), requests) if requests else []
    challenges = _owned(_list(run, kinds.CHALLENGE, namespace, errors), orders) if orders else []
    return Evidence(
        certificate=certificate,
        issuer=_issuer(run, certificate, errors),
        requests=tuple(requests),
        orders=tuple(orders),
        challenges=tuple(challenges),
        errors=errors,
    )


def _issuer(run: Run, certificate: Mapping[str, t.Any], errors: dict[str, str]) -> Object | None:
    reference = certificate["spec"]["issuerRef"]
    if (reference.get("group") or "cert-manager.io") != "cert-manager.io":
        return None
    cluster_wide = reference.get("kind") == "ClusterIssuer"
    kind = kinds.CLUSTER_ISSUER if cluster_wide else kinds.ISSUER
    namespace = None if cluster_wide else certificate["metadata"]["namespace"]
    try:
        return run.cluster.get(kind, namespace, reference["name"])
    except ApiError as error:
        errors[kind.plural] = error.detail
        return None


def _list(run: Run, kind: kinds.Kind, namespace: str, errors: dict[str, str]) -> list[Object]:
    try:
        return run.cluster.list(kind, namespace)[0]
    except ApiError as error:
        errors[kind.plural] = error.detail
        return []


def _owned(items: list[Object], owners: t.Sequence[Mapping[str, t.Any]]) -> list[Object]:
    uids = {owner["metadata"]["uid"] for owner in owners}
    return [item for item in items if any(o["uid"] in uids for o in item["metadata"].get("ownerReferences") or ())]
