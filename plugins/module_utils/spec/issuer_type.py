# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How an Issuer or ClusterIssuer signs, read from its spec (cert-manager, pkg/apis/certmanager/v1/types_issuer.go)."""

from __future__ import annotations

import typing as t

from . import convert

# The one field of spec that is set says the type.
_TYPES = ("acme", "ca", "selfSigned", "vault", "venafi")


def facts(issuer: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Its type as the option of M(certops.kubernetes.issuer) is named, and the ACME server and account; else None."""
    spec, status = issuer["spec"], issuer.get("status") or {}
    acme = spec.get("acme") or {}
    return {
        "type": next((convert.snake(name) for name in _TYPES if name in spec), None),
        "server": acme.get("server"),
        "account_uri": (status.get("acme") or {}).get("uri"),
    }
