# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One Kubernetes object: observe it, plan what would change, carry it out.

    observe ──► settled by its own managedFields? ──yes──► nothing to do, one request in all
                     │ no
                     ├──► new, alone, and not check mode? ──yes──► create; the server checks it then
                     │ no
                     └──► server-side dry run ──► plan: create / update / adopt / nothing ──► apply

"adopt" is an apply that changes nothing but who owns the fields: not a change for the user.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .. import errors
from ..spec import ownership
from . import applying, refusals
from .diff import pair

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ..spec import kinds
    from . import ports

CREATE, UPDATE, ADOPT, NOTHING = "create", "update", "adopt", "nothing"


@dataclass(frozen=True)
class Wish:
    """An object with just the fields that are ours.

    :param yielding: fields (".spec.tls") that are taken from other managers, since our value already holds theirs
    """

    kind: kinds.Kind
    manifest: Mapping[str, t.Any]
    manager: str = ownership.FIELD_MANAGER
    yielding: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """metadata.name."""
        return str(self.manifest["metadata"]["name"])

    @property
    def namespace(self) -> str | None:
        """metadata.namespace, None for cluster-wide kinds."""
        namespace: str | None = self.manifest["metadata"].get("namespace")
        return namespace

    @property
    def title(self) -> str:
        """How messages name it."""
        return self.kind.title(self.namespace, self.name)


@dataclass(frozen=True)
class Observation:
    """What is there, and what the server says it would become (the wish itself where it can't say)."""

    live: ports.Object | None
    result: Mapping[str, t.Any]
    settled: bool = False


@dataclass(frozen=True)
class Plan:
    """What is to be done with one object."""

    wish: Wish
    action: str
    live: ports.Object | None
    changes: tuple[tuple[tuple[str, ...], t.Any, t.Any], ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the user would see a difference."""
        return self.action in (CREATE, UPDATE)

    def diff(self) -> dict[str, t.Any]:
        """Only the fields that change; values of Secrets are hidden."""
        before: dict[str, t.Any] = {}
        after: dict[str, t.Any] = {}
        for path, old, new in self.changes:
            if _is_secret(self.wish.kind, path):
                old, new = (None if old is None else "(hidden)"), (None if new is None else "(hidden, changed)")
            for side, value in ((before, old), (after, new)):
                if value is not None:
                    ownership.put(side, path, value)
        return pair(self.wish.title, before, after)


def _is_secret(kind: kinds.Kind, path: tuple[str, ...]) -> bool:
    """Values of Secrets, and the passwords of keystores."""
    return (kind.kind == "Secret" and path[0] in ("data", "stringData")) or path[-1] == "password"


def read(run: ports.Run, wish: Wish) -> ports.Object | None:
    """The object as it is."""
    return run.cluster.get(wish.kind, wish.namespace, wish.name)


def observe(run: ports.Run, wish: Wish, live: ports.Object | None, alone: bool = False) -> Observation:
    """Find out what applying the wish would do; writes nothing.

    :param alone: nothing else is to be changed, so that the server may refuse a new object when it is applied
    :raises CertopsError: the server would refuse it
    """
    if live is not None and ownership.compare(wish.manifest, live, wish.manager).settled:
        return Observation(live, live, settled=True)
    if live is None and alone and not run.check_mode:
        return Observation(live, wish.manifest)
    try:
        result = applying.apply(run, wish, live, dry_run=True)
    except errors.NotFound as error:
        if not run.check_mode:
            raise refusals.explained(error, wish.title, wish.kind) from error
        # An earlier task of the play would have made the namespace or the kind; our own rules have passed.
        return Observation(live, wish.manifest)
    except errors.CertopsError as error:
        raise refusals.explained(error, wish.title, wish.kind) from error
    return Observation(live, result)


def plan(wish: Wish, seen: Observation) -> Plan:
    """Decide. Pure: nothing but the observation counts."""
    if seen.settled:
        return Plan(wish, NOTHING, seen.live)
    if seen.live is None:
        return Plan(wish, CREATE, None, tuple(ownership.changes({}, wish.manifest)))
    found = tuple(ownership.changes(seen.live, seen.result))
    return Plan(wish, UPDATE if found else ADOPT, seen.live, found)


def carry_out(run: ports.Run, todo: Plan) -> ports.Object:
    """Apply what was planned: the object as it is now.

    :raises CertopsError: the server refuses it
    """
    if todo.action == NOTHING and todo.live is not None:
        return todo.live
    wish = todo.wish
    try:
        return applying.apply(run, wish, todo.live)
    except errors.CertopsError as error:
        raise refusals.explained(error, wish.title, wish.kind) from error
