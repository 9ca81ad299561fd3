# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ingress-nginx, its forks, and Traefik's provider for ingress-nginx annotations.

Source: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
"""

from __future__ import annotations

from .. import kinds
from .dialect import Dialect, OpenPath, Rendering, Traffic

_PREFIX = "nginx.ingress.kubernetes.io/"


def render(wanted: Traffic) -> Rendering:
    """Redirect by ssl-redirect. HSTS by custom-headers, which the controller's ConfigMap must allow
    (``global-allowed-response-headers: Strict-Transport-Security``)."""
    annotations = {}
    objects = []
    if wanted.redirect is not None:
        annotations[f"{_PREFIX}ssl-redirect"] = "true" if wanted.redirect else "false"
    if wanted.hsts is not None:
        name = f"{wanted.ingress}-headers"
        annotations[f"{_PREFIX}custom-headers"] = f"{wanted.namespace}/{name}"
        config_map = {
            "apiVersion": kinds.CONFIG_MAP.api_version,
            "kind": kinds.CONFIG_MAP.kind,
            "metadata": {"name": name, "namespace": wanted.namespace},
            "data": {"Strict-Transport-Security": wanted.hsts.header()},
        }
        objects.append((kinds.CONFIG_MAP, config_map))
    return Rendering(annotations, tuple(objects))


# Its check of paths takes a dot in Exact and Prefix for an attack, in some releases (strict-validate-path-type).
_OPEN_PATH = OpenPath(
    "ImplementationSpecific",
    {
        f"{_PREFIX}ssl-redirect": "false",
        f"{_PREFIX}force-ssl-redirect": "false",
        f"{_PREFIX}whitelist-source-range": "0.0.0.0/0,::/0",
    },
)
DIALECT = Dialect("ingress_nginx", ("k8s.io/ingress-nginx",), render, open_path=_OPEN_PATH)
