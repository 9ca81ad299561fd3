# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ingresses that share a load balancer: what one says holds for all, and what two say differently stops the whole group.

listen-ports are merged; ssl-redirect is exclusive; a port has one protocol and one ssl-policy. What IngressClassParams say
comes before annotations. Source: pkg/ingress/model_builder.go of the AWS Load Balancer Controller 3.5, and its
https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#ingressgroup
"""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass

from . import alb
from .balancer import HTTP, HTTPS

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Annotations = t.Mapping[str, str]


@dataclass(frozen=True)
class Member:
    """What one Ingress says to its load balancer."""

    title: str
    ports: Mapping[int, str]
    redirect: str | None = None
    ssl_policy: str | None = None


def member(title: str, annotations: Annotations) -> Member:
    """Read an Ingress's annotations; what can't be read is as if it weren't there, as it stops the controller anyway."""
    default = [{HTTPS: 443}] if annotations.get(alb.CERTIFICATE_ARN) else [{HTTP: 80}]
    try:
        said = json.loads(annotations.get(alb.LISTEN_PORTS) or json.dumps(default))
        ports = {int(port): str(protocol) for one in said for protocol, port in one.items()}
    except (ValueError, TypeError, AttributeError):
        ports = {}
    return Member(title, ports, annotations.get(alb.SSL_REDIRECT), annotations.get(alb.SSL_POLICY))


def conflicts(ours: Member, others: Sequence[Member]) -> Iterator[str]:
    """Sentences for what would stop the group."""
    for other in others:
        same = f"{other.title}, of the same group,"
        if ours.redirect and other.redirect and ours.redirect != other.redirect:
            yield f"redirect: leads to port {ours.redirect}, but that of {same} to {other.redirect}; a group has one"
        for port in sorted(ours.ports.keys() & other.ports.keys()):
            if ours.ports[port] != other.ports[port]:
                yield f"alb.listen_ports: {port} is {ours.ports[port]}, but {same} has it as {other.ports[port]}"
            elif ours.ports[port] == HTTPS and ours.ssl_policy and other.ssl_policy not in (None, ours.ssl_policy):
                yield f"alb.ssl_policy: {ours.ssl_policy!r} differs from {other.ssl_policy!r} of {same} on port {port}"


def redirected(ours: Member, others: Sequence[Member]) -> list[str]:
    """Titles of those that answer over HTTP now, and will only redirect."""
    if not ours.redirect or any(other.redirect for other in others):
        return []
    return [other.title for other in others if HTTP in other.ports.values()]


def redirecting(others: Sequence[Member]) -> str | None:
    """The title of one that redirects for the whole group."""
    return next((other.title for other in others if other.redirect), None)


def class_conflicts(balancer_annotations: Annotations, title: str, params: Mapping[str, t.Any]) -> Iterator[str]:
    """Sentences for what can't have an effect, since the class's parameters come before it.

    :param params: spec of the IngressClassParams
    """
    said = balancer_annotations
    arns = params.get("certificateArn") or []
    if said.get(alb.CERTIFICATE_ARN) and arns and said[alb.CERTIFICATE_ARN].split(",") != arns:
        yield f"alb.certificate_arns: {title} sets certificateArn ({', '.join(arns)}), which comes first"
    policy = params.get("sslPolicy")
    if said.get(alb.SSL_POLICY) and policy and said[alb.SSL_POLICY] != policy:
        yield f"alb.ssl_policy: {title} sets sslPolicy {policy!r}, which comes first"
    port = params.get("sslRedirectPort")
    if said.get(alb.SSL_REDIRECT) and port and said[alb.SSL_REDIRECT] != port:
        yield f"redirect: {title} sets sslRedirectPort {port!r}, which comes first"
    group = (params.get("group") or {}).get("name")
    if said.get(alb.GROUP_NAME) and group and said[alb.GROUP_NAME] != group:
        yield f"alb.group_name: {title} sets the group {group!r}, which comes first"
