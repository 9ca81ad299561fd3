# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an Issuer.spec of the direct engine has beside cert-manager's own fields."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Body = t.Mapping[str, t.Any]


def options(body: Body) -> Iterator[str]:
    """The options of the module that such fields come from, as far as they are used."""
    acme = body.get("acme") or {}
    if "rateLimits" in acme:
        yield "acme.rate_limits"
    for index, solver in enumerate(acme.get("solvers") or ()):
        where = f"acme.solvers[{index}]"
        for field in sorted((solver.get("http01") or {}).get("responder") or ()):
            yield f"{where}.http01.responder_{field}"
        if (solver.get("dns01") or {}).get("persist"):
            yield f"{where}.dns01.persist"


def keeps_responder(body: Body) -> bool:
    """Whether a responder stays when its challenges are over."""
    return any(_responder(solver).get("keep") for solver in (body.get("acme") or {}).get("solvers") or ())


def answers_http(body: Body) -> bool:
    """Whether a responder is ever made for it."""
    return any("http01" in solver for solver in (body.get("acme") or {}).get("solvers") or ())


def _responder(solver: Body) -> Mapping[str, t.Any]:
    return (solver.get("http01") or {}).get("responder") or {}
