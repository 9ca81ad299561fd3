# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Removing objects in order, and seeing them gone."""

from __future__ import annotations

import typing as t

from .. import errors

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..spec import kinds

from . import ports
from .diff import pair

_PAUSE_SECONDS = 0.2


class Doomed(t.NamedTuple):
    """An object that is there and has to go."""

    kind: kinds.Kind
    namespace: str | None
    name: str

    @property
    def title(self) -> str:
        """How messages name it."""
        return self.kind.title(self.namespace, self.name)


def remove(run: ports.Run, doomed: Sequence[Doomed], facts: Mapping[str, t.Any]) -> ports.Outcome:
    """Delete them in this order; with wait, return only when all are gone.

    :raises NotReady: a finalizer keeps one of them for longer than the timeout
    """
    outcome = ports.Outcome(bool(doomed), facts, [pair(one.title, {"state": "present"}, {}) for one in doomed])
    if run.check_mode:
        return outcome
    for one in doomed:
        run.cluster.delete(one.kind, one.namespace, one.name)
    if run.wait:
        _see_gone(run, doomed)
    return outcome


def _see_gone(run: ports.Run, doomed: Sequence[Doomed]) -> None:
    deadline = run.clock.monotonic() + run.timeout
    left = list(doomed)
    while True:
        left = [one for one in left if run.cluster.get(one.kind, one.namespace, one.name) is not None]
        if not left:
            return
        if run.clock.monotonic() >= deadline:
            names = ", ".join(one.title for one in left)
            raise errors.NotReady(f"Still there {run.timeout:.0f} s after their deletion, held by finalizers: {names}")
        run.clock.sleep(_PAUSE_SECONDS)
