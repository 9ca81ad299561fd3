# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Responders that are started before it is known what they will be asked: all that is done until then passes meanwhile.

A pod takes a second or two until it is there. Which account it answers for is all that it must know, and the issuer's
record tells that without a request.
"""

from __future__ import annotations

import contextlib
import typing as t

from ... import errors
from ...spec import solver_choice
from ...spec.challenge import Task
from . import accounts, orders

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .. import ports
    from . import ports as direct_ports
    from .job import Job
    from .observe import Issuer


@contextlib.contextmanager
def started(run: ports.Run, parts: direct_ports.Parts, jobs: Sequence[Job]) -> Iterator[None]:
    """Have them begin, and see afterwards that none is left that no challenge needs.

    What can't be started or taken away here is told where the challenges are answered.

    :param jobs: for each of which a CA will be asked
    """
    begun: list[tuple[ports.Solver, Task]] = []
    try:
        for issuer, namespace, index in _expected(jobs):
            task = _any(issuer)
            with contextlib.suppress(errors.CertopsError):
                solver = parts.solver(run, issuer.body["acme"]["solvers"][index], namespace, issuer.place[1])
                begun.append((solver, task))
                solver.prepare([task])
        yield
    finally:
        for solver, task in begun:
            with contextlib.suppress(errors.CertopsError):
                solver.clean_up([task])


def _expected(jobs: Sequence[Job]) -> list[tuple[Issuer, str, int]]:
    """Issuer, namespace, and place of the solver among the issuer's; by the first certificate of each."""
    found: dict[tuple[t.Any, str], tuple[Issuer, str, int]] = {}
    for job in jobs:
        issuer, namespace = job.issuer, job.seen.wanted.namespace
        key = (issuer.place, namespace)
        index = None if key in found or accounts.thumbprint(issuer) is None else _http01(job)
        if index is not None:
            found[key] = (issuer, namespace, index)
    return list(found.values())


def _http01(job: Job) -> int | None:
    solvers = job.issuer.body["acme"].get("solvers") or ()
    try:
        _kind, name = orders.identifiers(job)[0]
    except errors.CertopsError:
        return None
    chosen = solver_choice.choose(solvers, name, {}, solver_choice.offered_for(name))
    return list(solvers).index(chosen) if chosen and "http01" in chosen else None


def _any(issuer: Issuer) -> Task:
    """Stands for every challenge of the account."""
    return Task("", False, "", f".{accounts.thumbprint(issuer)}")
