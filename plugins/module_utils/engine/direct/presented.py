# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers to challenges that are presented: kept in the record before they are, and until they are taken away.

work.order.presented   those of the order under way
work.left              those of orders that are over, which could not be taken away then
"""

from __future__ import annotations

import contextlib
import functools
import typing as t
from dataclasses import dataclass

from ... import errors
from ...diagnose.finding import WARNING, Finding
from ...spec.challenge import Task
from ...spec.direct import record

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ...spec.certificate import CertificateSpec
    from .. import ports
    from . import ports as direct_ports
    from .observe import Issuer


@dataclass(frozen=True)
class Pending:
    """A challenge that is to be answered.

    :param solver: its place in acme.solvers
    :param authorization: the URL of what it is a challenge of
    """

    challenge: t.Any
    task: Task
    solver: int
    authorization: str = ""

    def as_json(self) -> dict[str, t.Any]:
        """What a later run needs to take the answer away; the token is no secret (RFC 8555, 8)."""
        return {
            "solver": self.solver,
            "identifier": self.task.identifier,
            "wildcard": self.task.wildcard,
            "keyAuthorization": self.task.key_authorization,
            "token": self.task.token,
        }


def kept(config_map: ports.Object) -> tuple[Pending, ...]:
    """What runs have presented and not taken away, as far as the record tells."""
    order = record.read(config_map, "work").get("order") or {}
    of_order = tuple(_left(one) for one in order.get("presented") or ())
    return tuple(dict.fromkeys((*of_order, *left_over(config_map))))


def left_over(config_map: ports.Object) -> tuple[Pending, ...]:
    """That part of it that belongs to no order any more."""
    return tuple(_left(one) for one in record.read(config_map, "work").get("left") or ())


def _left(kept: Mapping[str, t.Any]) -> Pending:
    task = Task(kept["identifier"], kept["wildcard"], kept["token"], kept["keyAuthorization"])
    return Pending(None, task, kept["solver"])


def taken_away(solver: Callable[[], ports.Solver], tasks: Sequence[Task]) -> errors.CertopsError | None:
    """Have a solver clean up: why it could not; an issuer that has no such solver any more can't do it, nor ever will."""
    try:
        with contextlib.suppress(IndexError):
            solver().clean_up(tasks)
    except errors.CertopsError as error:
        return error
    return None


def not_cleaned(wanted: CertificateSpec, left: Sequence[Pending], error: errors.CertopsError) -> Finding:
    """What the user is told of it."""
    names = ", ".join(sorted({one.task.identifier for one in left}))
    said = f"the answers to the challenges of {names} could not be taken away: {error}"
    return Finding("challenge.left", WARNING, wanted.title, said, "each run tries it again until it works")


def clean_up(
    run: ports.Run, parts: direct_ports.Parts, issuer: Issuer, wanted: CertificateSpec, left: Sequence[Pending]
) -> tuple[tuple[Pending, ...], Finding | None]:
    """Take away what earlier runs have presented: what is still left then, and why."""
    solvers = (issuer.body.get("acme") or {}).get("solvers") or ()
    failed = {}
    for index in sorted({one.solver for one in left if one.solver < len(solvers)}):
        tasks, body = [one.task for one in left if one.solver == index], solvers[index]
        solver = functools.partial(parts.solver, run, body, wanted.namespace, issuer.place[1])
        error = taken_away(solver, tasks)
        if error is not None:
            failed[index] = error
    still = tuple(one for one in left if one.solver in failed)
    return still, not_cleaned(wanted, still, failed[still[0].solver]) if still else None
