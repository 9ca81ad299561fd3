# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gather what tells who signed a certificate, and who would sign it now."""

from __future__ import annotations

import typing as t

from ..diagnose import readiness, signer
from ..spec import kinds
from ..x509.leaf import X509Error, parse_chain
from .evidence import owned

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ..x509.leaf import CertificateInfo
    from . import ports


def other_signer(run: ports.Run, certificate: Mapping[str, t.Any]) -> str | None:
    """Who signed the certificate instead of its issuer; None when it was the issuer, or nobody can tell.

    :raises ApiError: the issuer or the Secret can't be read
    """
    namespace, place = certificate["metadata"]["namespace"], kinds.issuer_of(certificate)
    if place is None:
        return None
    issuer = run.cluster.get(*place)
    secret = run.cluster.get(kinds.SECRET, namespace, certificate["spec"]["secretName"])
    if issuer is None or secret is None:
        return None
    try:
        served = parse_chain(readiness.value(secret, "tls.crt"))
    except X509Error:
        return None  # nothing is served that could be the wrong one
    authority = _authority(run, issuer, namespace) if place[0] is kinds.ISSUER else None
    orders = _orders(run, certificate) if "acme" in issuer["spec"] else []
    return signer.other_signer(issuer, orders, served, authority)


def _authority(run: ports.Run, issuer: Mapping[str, t.Any], namespace: str) -> CertificateInfo | None:
    name = (issuer["spec"].get("ca") or {}).get("secretName")
    secret = run.cluster.get(kinds.SECRET, namespace, name) if name else None
    try:
        return readiness.leaf_of(secret) if secret else None
    except X509Error:
        return None


def _orders(run: ports.Run, certificate: Mapping[str, t.Any]) -> list[ports.Object]:
    """Orders are owned by requests, requests by the Certificate."""
    namespace = certificate["metadata"]["namespace"]
    requests = owned(run.cluster.list(kinds.CERTIFICATE_REQUEST, namespace)[0], [certificate])
    return owned(run.cluster.list(kinds.ORDER, namespace)[0], requests)
