# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""AWS Load Balancer Controller. It serves certificates of ACM, never those in Secrets.

Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
"""

from __future__ import annotations

import json

from .balancer import Balancer
from .dialect import Dialect, OpenPath, Rendering, Traffic

PREFIX = "alb.ingress.kubernetes.io/"
CERTIFICATE_ARN = f"{PREFIX}certificate-arn"
GROUP_NAME, GROUP_ORDER = f"{PREFIX}group.name", f"{PREFIX}group.order"
LISTEN_PORTS = f"{PREFIX}listen-ports"
SSL_POLICY, SSL_REDIRECT = f"{PREFIX}ssl-policy", f"{PREFIX}ssl-redirect"

_HSTS = "routing.http.response.strict_transport_security.header_value"


def render(wanted: Traffic) -> Rendering:
    """Redirect needs a listener on both ports; HSTS is an attribute of each HTTPS listener.

    Without an ARN the controller looks for certificates by the hosts, only where a listener is HTTPS.
    """
    balancer = wanted.balancer or Balancer()
    annotations = {LISTEN_PORTS: _listeners(balancer)}
    if balancer.certificate_arns:
        annotations[CERTIFICATE_ARN] = ",".join(balancer.certificate_arns)
    if balancer.ssl_policy:
        annotations[SSL_POLICY] = balancer.ssl_policy
    if balancer.group_name:
        annotations[GROUP_NAME] = balancer.group_name
    if balancer.group_order is not None:
        annotations[GROUP_ORDER] = str(balancer.group_order)
    if wanted.redirect:
        annotations[SSL_REDIRECT] = str(balancer.https_ports[0])
    if wanted.hsts is not None:
        for port in balancer.https_ports:
            annotations[f"{PREFIX}listener-attributes.HTTPS-{port}"] = f"{_HSTS}={wanted.hsts.header()}"
    return Rendering(annotations)


def _listeners(balancer: Balancer) -> str:
    return json.dumps([{protocol: port} for protocol, port in balancer.listen_ports])


# ssl-redirect is the load balancer's, so the path is served behind it too.
_OPEN_PATH = OpenPath(annotations={LISTEN_PORTS: _listeners(Balancer())})
DIALECT = Dialect("alb", ("ingress.k8s.aws/alb",), render, serves_secrets=False, open_path=_OPEN_PATH)
