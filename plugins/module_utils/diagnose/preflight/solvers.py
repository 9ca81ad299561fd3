# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names that an ACME server is to validate, and the solver that cert-manager takes for each."""

from __future__ import annotations

import typing as t

from ...spec import kinds, solver_choice
from ...spec.solver_choice import DNS01, HTTP01
from ..checks import chain, order

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..evidence import Evidence
    from ..finding import Finding

Solver = t.Mapping[str, t.Any]


class Name(t.NamedTuple):
    """A name, ``*.`` included, and how it is validated; None where no solver can be used."""

    name: str
    solver: Solver | None

    @property
    def method(self) -> str | None:
        """Its challenge type."""
        types = solver_choice.challenge_types(self.solver) if self.solver else frozenset()
        return next((kind for kind in (HTTP01, DNS01) if kind in types), None)

    @property
    def host(self) -> str:
        """Without ``*.``."""
        return self.name.removeprefix("*.")

    @property
    def ingress(self) -> Mapping[str, t.Any] | None:
        """How its HTTP-01 solver makes an Ingress; None for every other way."""
        found: Mapping[str, t.Any] | None = (((self.solver or {}).get("http01")) or {}).get("ingress")
        return found


def names(evidence: Evidence) -> list[Name]:
    """The identifiers of the order, none for other issuers than ACME (pkg/controller/certificaterequests/acme)."""
    if evidence.acme is None:
        return []
    spec = evidence.certificate["spec"]
    common = [spec["commonName"]] if spec.get("commonName") else []
    wanted = dict.fromkeys([*common, *(spec.get("dnsNames") or ()), *(spec.get("ipAddresses") or ())])
    labels, solvers = evidence.certificate["metadata"].get("labels") or {}, order.solvers_of(evidence)
    return [Name(name, solver_choice.choose(solvers, name, labels)) for name in wanted]


def by(evidence: Evidence, method: str) -> list[Name]:
    """Those that are validated so."""
    return [each for each in names(evidence) if each.method == method]


def title(evidence: Evidence) -> str:
    """How messages name the Certificate."""
    return chain.title(kinds.CERTIFICATE, evidence.certificate)


def no_solver(evidence: Evidence) -> Iterator[Finding]:
    """One of the issuer's solvers can be used for each name."""
    labels, solvers = evidence.certificate["metadata"].get("labels") or {}, order.solvers_of(evidence)
    for name, solver in names(evidence):
        offered = solver_choice.offered_for(name)
        finding = None if solver else order.unsolved(solvers, name, labels, offered, title(evidence))
        if finding:
            yield finding
