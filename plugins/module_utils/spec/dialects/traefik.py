# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Traefik's own Ingress provider: middlewares, referred to by an annotation.

Source: https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/
"""

from __future__ import annotations

import typing as t

from .. import kinds
from .dialect import Dialect, Rendering, Traffic


def render(wanted: Traffic) -> Rendering:
    """One Middleware for each, in the order in which Traefik is to apply them."""
    objects = []
    if wanted.redirect:
        objects.append(_middleware(wanted, "redirect", {"redirectScheme": {"scheme": "https", "permanent": True}}))
    if wanted.hsts is not None:
        headers = {
            "stsSeconds": wanted.hsts.max_age,
            "stsIncludeSubdomains": wanted.hsts.include_subdomains,
            "stsPreload": wanted.hsts.preload,
        }
        objects.append(_middleware(wanted, "hsts", {"headers": headers}))
    if not objects:
        return Rendering()
    names = ",".join(f"{wanted.namespace}-{manifest['metadata']['name']}@kubernetescrd" for _kind, manifest in objects)
    return Rendering({"traefik.ingress.kubernetes.io/router.middlewares": names}, tuple(objects))


def _middleware(wanted: Traffic, purpose: str, spec: t.Mapping[str, t.Any]) -> tuple[t.Any, dict[str, t.Any]]:
    return kinds.MIDDLEWARE, {
        "apiVersion": kinds.MIDDLEWARE.api_version,
        "kind": kinds.MIDDLEWARE.kind,
        "metadata": {"name": f"{wanted.ingress}-{purpose}", "namespace": wanted.namespace},
        "spec": dict(spec),
    }


DIALECT = Dialect("traefik", ("traefik.io/ingress-controller",), render)
