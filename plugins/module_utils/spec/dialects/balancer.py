# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wanted of an Application Load Balancer of AWS.

Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

if t.TYPE_CHECKING:
    from collections.abc import Iterator

Parameters = t.Mapping[str, t.Any]

HTTP, HTTPS = "HTTP", "HTTPS"
DEFAULT_PORTS = ((HTTP, 80), (HTTPS, 443))

_ARN = re.compile(r"arn:aws[a-z-]*:(acm|iam):[a-z0-9-]*:\d{12}:(certificate|server-certificate)/[\w+=,.@/-]+")
_POLICY = re.compile(r"ELBSecurityPolicy-[A-Za-z0-9-]+")
_GROUP = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
_ORDERS = (-1000, 1000)


@dataclass(frozen=True)
class Balancer:
    """Listeners of the load balancer and their certificates.

    :param certificate_arns: the first is the default one; none: the controller looks for certificates of the hosts in ACM
    :param listen_ports: protocol and port, HTTPS at least once
    :param group_name: Ingresses with the same one share a load balancer
    :param group_order: whose rules come first, the least first
    """

    certificate_arns: tuple[str, ...] = ()
    listen_ports: tuple[tuple[str, int], ...] = DEFAULT_PORTS
    ssl_policy: str | None = None
    group_name: str | None = None
    group_order: int | None = None

    @property
    def https_ports(self) -> tuple[int, ...]:
        """Those that TLS is spoken on; redirects lead to the first."""
        return tuple(port for protocol, port in self.listen_ports if protocol == HTTPS)


def from_parameters(p: Parameters) -> Balancer:
    """Build it from the checked option ``alb``."""
    ports = p.get("listen_ports")
    return Balancer(
        certificate_arns=tuple(p.get("certificate_arns") or ()),
        listen_ports=tuple((one["protocol"], one["port"]) for one in ports) if ports is not None else DEFAULT_PORTS,
        ssl_policy=p.get("ssl_policy"),
        group_name=p.get("group_name"),
        group_order=p.get("group_order"),
    )


def problems(p: Parameters) -> Iterator[str]:
    """Broken rules of the option ``alb``."""
    for arn in p.get("certificate_arns") or ():
        if not _ARN.fullmatch(arn):
            yield f"alb.certificate_arns: {arn!r} is no ARN of a certificate (arn:aws:acm:REGION:ACCOUNT:certificate/ID)"
    ports = p.get("listen_ports")
    numbers = [one["port"] for one in ports or ()]
    for number in sorted(set(numbers)):
        if not 1 <= number <= 65535:
            yield f"alb.listen_ports: {number} is not allowed: 1 to 65535"
        if numbers.count(number) > 1:
            yield f"alb.listen_ports: {number} is given more than once"
    if ports is not None and not any(one["protocol"] == HTTPS for one in ports):
        yield "alb.listen_ports: none of them is HTTPS; TLS needs one"
    policy, group, order = p.get("ssl_policy"), p.get("group_name"), p.get("group_order")
    if policy is not None and not _POLICY.fullmatch(policy):
        yield f"alb.ssl_policy: {policy!r} is no security policy of load balancers (ELBSecurityPolicy-…)"
    if group is not None and (len(group) > 63 or not _GROUP.fullmatch(group)):
        yield f"alb.group_name: {group!r} is not allowed: at most 63 lower case letters, digits, '-' and '.'"
    if order is not None and not _ORDERS[0] <= order <= _ORDERS[1]:
        yield f"alb.group_order: {order} is not allowed: {_ORDERS[0]} to {_ORDERS[1]}"
