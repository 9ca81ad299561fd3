# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Was a certificate signed by somebody else than the issuer it names would have sign it now?

cert-manager doesn't ask: a change inside an issuer, from staging to production say, re-issues nothing
(https://github.com/cert-manager/cert-manager/issues/4223).
"""

from __future__ import annotations

import typing as t
from urllib.parse import urlsplit

from ..x509 import chain
from ..x509.default_certificate import staging_authority

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..x509.leaf import CertificateInfo

Object = t.Mapping[str, t.Any]


def other_signer(
    issuer: Object, orders: Sequence[Object], served: Sequence[CertificateInfo], authority: CertificateInfo | None
) -> str | None:
    """Who signed instead, as the end of a sentence; None when nothing speaks against the issuer.

    :param issuer: the Issuer or ClusterIssuer
    :param orders: the ACME orders that are left of the certificate, any order
    :param served: the chain in the Secret, the leaf first
    :param authority: the certificate of a CA issuer
    """
    spec, leaf = issuer["spec"], served[0]
    if "selfSigned" in spec:
        return None if leaf.self_signed else f"signed by {leaf.issuer or 'another key'}, not by its own key"
    if "ca" in spec:
        if authority is None or chain.signer(leaf, [authority]):
            return None
        return f"signed by {leaf.issuer or 'another key'}, not by {chain.label(authority)}"
    return _other_server(spec["acme"], orders, served) if "acme" in spec else None


def _other_server(acme: Mapping[str, t.Any], orders: Sequence[Object], served: Sequence[CertificateInfo]) -> str | None:
    now = urlsplit(acme["server"]).netloc
    finished = [order for order in orders if (order.get("status") or {}).get("state") == "valid"]
    latest = max(finished, key=lambda order: str(order["metadata"]["creationTimestamp"]), default=None)
    if latest is not None:
        then = urlsplit(latest["status"].get("url") or "").netloc
        return f"ordered from {then}, not from {now}" if then and then != now else None
    # Without an order left, a test CA's name is still telling.
    tester = staging_authority(served)
    real = "acme-v02.api.letsencrypt.org"
    return f"signed by {tester}, not by {now}" if tester and now == real else None
