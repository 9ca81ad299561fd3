# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""AWS Load Balancer Controller. It serves certificates of ACM, never those in Secrets.

Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
"""

from __future__ import annotations

from .dialect import Dialect, OpenPath, Rendering, Traffic

_PREFIX = "alb.ingress.kubernetes.io/"
_BOTH_PORTS = '[{"HTTP": 80}, {"HTTPS": 443}]'


def render(wanted: Traffic) -> Rendering:
    """Redirect needs a listener on both ports; HSTS is an attribute of the HTTPS listener."""
    annotations = {f"{_PREFIX}listen-ports": _BOTH_PORTS}
    if wanted.redirect:
        annotations[f"{_PREFIX}ssl-redirect"] = "443"
    if wanted.hsts is not None:
        attribute = "routing.http.response.strict_transport_security.header_value"
        annotations[f"{_PREFIX}listener-attributes.HTTPS-443"] = f"{attribute}={wanted.hsts.header()}"
    return Rendering(annotations)


# ssl-redirect is the load balancer's, so the path is served behind it too.
_OPEN_PATH = OpenPath(annotations={f"{_PREFIX}listen-ports": _BOTH_PORTS})
DIALECT = Dialect("alb", ("ingress.k8s.aws/alb",), render, serves_secrets=False, open_path=_OPEN_PATH)
