# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the direct engine can't do, said before anything is changed."""

from __future__ import annotations

import typing as t

from .. import convert

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SIGNERS = ("selfSigned", "ca", "acme")


def issuer(body: Mapping[str, t.Any]) -> Iterator[str]:
    """Rules of an Issuer.spec."""
    kind = next(iter(body), "")
    if kind not in SIGNERS:
        yield f"{convert.snake(kind)}: not allowed with engine: direct, which signs by self_signed, ca or acme"
    for index, solver in enumerate((body.get("acme") or {}).get("solvers") or ()):
        yield from _solver(f"acme.solvers[{index}]", solver)


def _solver(where: str, solver: Mapping[str, t.Any]) -> Iterator[str]:
    http01, dns01 = solver.get("http01"), solver.get("dns01") or {}
    if http01 is not None and "gatewayHTTPRoute" in http01:
        yield f"{where}.http01.gateway: not allowed with engine: direct, which answers through an Ingress"
    if ((http01 or {}).get("ingress") or {}).get("name"):
        yield f"{where}.http01.ingress_name: not allowed with engine: direct, which makes an Ingress of its own"
    for provider in sorted(set(dns01) - {"cnameStrategy", "rfc2136", "route53"}):
        yield f"{where}.dns01.{provider}: not allowed with engine: direct, which knows route53 and rfc2136"


def certificate(body: Mapping[str, t.Any]) -> Iterator[str]:
    """Rules of a Certificate.spec."""
    if (body.get("renewal") or {}).get("windows"):
        yield "renewal.windows: not allowed with engine: direct, which renews when it is run"
    for store, options in sorted((body.get("keystores") or {}).items()):
        if "password" in (options or {}):
            yield (
                f"keystores.{store}.password: not allowed with engine: direct, which keeps what is wanted in a ConfigMap;"
                " name a Secret in password_secret_ref"
            )
