# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of an issuer's solvers answers the challenge for a name, by cert-manager's own order.

Source: cert-manager v1.21, pkg/util/solverpicker and pkg/controller/acmeorders/selectors.
"""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Solver = t.Mapping[str, t.Any]

HTTP01, DNS01, DNS_PERSIST01 = "http-01", "dns-01", "dns-persist-01"
_TYPES = {"http01": HTTP01, "dns01": DNS01}


def choose(
    solvers: Iterable[Solver], name: str, labels: Mapping[str, str], offered: frozenset[str] | None = None
) -> Solver | None:
    """The solver whose selector fits the name best; of equals the first. None when none can be used.

    :param solvers: entries of spec.acme.solvers
    :param name: as in the order, ``*.`` included
    :param labels: of the Order, which are those of its Certificate
    :param offered: challenge types that the ACME server offers; those that RFC 8555 and 8738 allow by default
    """
    types = offered_for(name) if offered is None else offered
    best: Solver | None = None
    best_rank: tuple[bool, int, int] | None = None
    for solver in solvers:
        rank = _rank(solver.get("selector") or {}, name, labels) if types & challenge_types(solver) else None
        if rank is not None and (best_rank is None or rank > best_rank):
            best, best_rank = solver, rank
    return best


def offered_for(name: str) -> frozenset[str]:
    """What may validate a name: a wildcard DNS only (RFC 8555, 7.1.3), an IP address HTTP-01 only (RFC 8738, 4)."""
    if name.startswith("*."):
        return frozenset({DNS01, DNS_PERSIST01})
    return frozenset({HTTP01}) if _is_address(name) else frozenset({HTTP01, DNS01, DNS_PERSIST01})


def challenge_types(solver: Solver) -> frozenset[str]:
    """What a solver can answer."""
    if (solver.get("dns01") or {}).get("persist"):
        return frozenset({DNS_PERSIST01})
    return frozenset(kind for field, kind in _TYPES.items() if solver.get(field) is not None)


def _rank(selector: Mapping[str, t.Any], name: str, labels: Mapping[str, str]) -> tuple[bool, int, int] | None:
    """An exact name beats every zone, a longer zone a shorter one, and more labels fewer; None where it doesn't fit."""
    names, zones, wanted = selector.get("dnsNames"), selector.get("dnsZones"), selector.get("matchLabels") or {}
    depth = max((_depth(zone, name) for zone in zones or ()), default=0)
    if (names and name not in names) or (zones and not depth):
        return None
    if any(labels.get(key) != value for key, value in wanted.items()):
        return None
    return bool(names), depth, len(wanted)


def _depth(zone: str, name: str) -> int:
    """How many labels a zone has that a name is in; 0 where it isn't."""
    zone, name = zone.rstrip(".").lower(), name.lower()
    return zone.count(".") + 1 if name == zone or name.endswith(f".{zone}") else 0


def _is_address(name: str) -> bool:
    return ":" in name or name.replace(".", "").isdigit()
