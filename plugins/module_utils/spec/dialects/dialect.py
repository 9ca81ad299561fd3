# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a dialect is."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .. import kinds
    from .balancer import Balancer


@dataclass(frozen=True)
class Hsts:
    """Strict-Transport-Security (RFC 6797, 6.1); ``max_age`` in seconds."""

    max_age: int
    include_subdomains: bool = False
    preload: bool = False

    def header(self) -> str:
        """The value of the header."""
        extra = [("includeSubDomains", self.include_subdomains), ("preload", self.preload)]
        return "; ".join([f"max-age={self.max_age}", *(directive for directive, on in extra if on)])


@dataclass(frozen=True)
class Traffic:
    """What is wanted of one Ingress; None leaves it to the controller's own default.

    :param balancer: of a load balancer of AWS, which has the certificate itself
    """

    namespace: str
    ingress: str
    redirect: bool | None = None
    hsts: Hsts | None = None
    balancer: Balancer | None = None


@dataclass(frozen=True)
class Rendering:
    """The Ingress's annotations, and the objects that they refer to."""

    annotations: Mapping[str, str] = field(default_factory=dict)
    objects: tuple[tuple[kinds.Kind, Mapping[str, t.Any]], ...] = ()


@dataclass(frozen=True)
class OpenPath:
    """How a path is kept open to everybody, over plain HTTP, whatever else holds for its host.

    :param path_type: the one that stands for a path and all below it
    """

    path_type: str = "Prefix"
    annotations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Dialect:
    """One controller's way.

    :param controllers: the values of IngressClass ``spec.controller`` that it stands behind
    :param serves_secrets: whether it serves the certificates that are in Secrets
    :param open_path: how ACME's HTTP-01 gets through redirects and allow lists
    """

    name: str
    controllers: tuple[str, ...]
    render: Callable[[Traffic], Rendering]
    serves_secrets: bool = True
    open_path: OpenPath = field(default_factory=OpenPath)
