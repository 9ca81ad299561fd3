# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proving control of the names: the challenges of all orders of an issuer, a batch a solver.

authorizations ──► a solver each ──► kept ──► prepared ──► presented ──► seen ──► the CA is told ──► awaited ──► cleaned up
  └─ each order by itself ─────────────────────────────┘    └─ a batch of all orders                     └─ the Secrets first
"""

from __future__ import annotations

import contextlib
import functools
import threading
import typing as t
from dataclasses import dataclass, replace

from ... import errors
from ...diagnose.finding import ERROR, Finding, in_words
from ...spec import solver_choice
from ...spec.challenge import Task
from .. import parallel
from . import orders, presented
from .presented import Pending

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .. import ports
    from . import ports as direct_ports
    from .observe import Issuer
    from .orders import Going

# Of a batch that is not seen as a whole, each order is looked at once more by itself.
_LAST_LOOK_SECONDS = 1.0


@dataclass(frozen=True)
class Answering:
    """An order and what is still to be proven for it; with an error it is given up, and the others go on.

    :param left: what an earlier run has presented, and is proven by now; at the end, all that could not be taken away
    :param note: why it could not
    """

    going: Going
    pending: tuple[Pending, ...] = ()
    left: tuple[Pending, ...] = ()
    error: errors.CertopsError | None = None
    note: Finding | None = None


def answer(
    client: direct_ports.Client, batches: Batches, items: Sequence[Answering], deadline: float
) -> list[Answering]:
    """Have every order authorized, as far as that goes; results in the orders' order. What is presented stays.

    :param items: as ``look`` found them
    :param deadline: a moment of the monotonic clock, seconds
    """
    items = batches.present(items)
    items = batches.see(items, deadline)
    # First all are told, then all are awaited: the CA's pauses pass at the same time.
    items = parallel.each(lambda item: _told(client, item), items)
    return parallel.each(lambda item: _awaited(client, item, deadline), items)


def look(run: ports.Run, issuer: Issuer, client: direct_ports.Client, going: Going) -> Answering:
    """What is to be proven for an order; kept, before anything is made for it."""
    left = presented.kept(going.job.config_map)
    if going.order.status != "pending":
        return Answering(going, left=left)
    try:
        found = [client.authorization(url) for url in going.order.authorizations]
        pending = tuple(_pending(issuer, client, one) for one in found if one.status == "pending")
        asked = {one.task for one in pending}
        left = tuple(one for one in left if one.task not in asked)
        about = {**orders.of(going.job), "presented": [one.as_json() for one in (*pending, *left)]}
        config_map = orders.note(run, going.job, about, left=())
        return Answering(going.kept(config_map), pending, left)
    except errors.CertopsError as error:
        return Answering(going, left=left, error=error)


def _pending(issuer: Issuer, client: direct_ports.Client, found: direct_ports.Authorization) -> Pending:
    name = f"*.{found.identifier[1]}" if found.wildcard else found.identifier[1]
    solvers = issuer.body["acme"].get("solvers") or ()
    offered = {challenge.type: challenge for challenge in found.challenges}
    chosen = solver_choice.choose(solvers, name, {}, frozenset(offered))
    if chosen is None:
        said = f"none of its solvers can prove {name}; the server offers {', '.join(sorted(offered)) or 'nothing'}."
        remedy = "add a solver whose selector takes the name; a wildcard needs dns01"
        finding = Finding("order.no_solver", ERROR, issuer.title, said, remedy)
        raise errors.NotReady(in_words(f"{name} can't be proven.", [finding]), [finding])
    [kind] = solver_choice.challenge_types(chosen) & set(offered)
    challenge = offered[kind]
    domain, wildcard, authorization = found.identifier[1], found.wildcard, client.key_authorization(challenge.token)
    lasting = client.dns_persist01_value(challenge, domain, wildcard) if kind == solver_choice.DNS_PERSIST01 else None
    task = Task(domain, wildcard, challenge.token, authorization, lasting)
    return Pending(challenge, task, list(solvers).index(chosen), found.url)


def _told(client: direct_ports.Client, item: Answering) -> Answering:
    """Tell the CA to look."""
    if item.error is not None or item.going.order.status != "pending":
        return item
    try:
        for one in item.pending:
            _respond(client, one)
    except errors.CertopsError as error:
        return replace(item, error=error)
    return item


def _awaited(client: direct_ports.Client, item: Answering, deadline: float) -> Answering:
    """Wait until the CA has looked."""
    if item.error is not None or item.going.order.status != "pending":
        return item
    try:
        order = client.await_authorized(item.going.order, deadline)
        item = replace(item, going=replace(item.going, order=order))
        return replace(item, error=_failed(client, order)) if order.status == "invalid" else item
    except errors.CertopsError as error:
        return replace(item, error=error)


def _respond(client: direct_ports.Client, one: Pending) -> None:
    try:
        if one.challenge.status == "pending":
            client.respond(one.challenge)
    except errors.AcmeError:
        if client.authorization(one.authorization).status == "pending":
            raise  # else another run has told the CA, and it has looked


def _failed(client: direct_ports.Client, order: t.Any) -> errors.AcmeError:
    """Why the order is invalid: the first challenge's own words, else the order's."""
    problems = []
    for url in order.authorizations:
        found = client.authorization(url)
        problems += [(found.identifier[1], problem) for problem in found.problems]
        if found.status == "pending":  # no later order should meet what is given up
            with contextlib.suppress(errors.AcmeError):
                client.deactivate_authorization(url)
    if problems:
        name, problem = problems[0]
        return errors.AcmeError(f"prove {name}", problem)
    return errors.AcmeError(f"prove the names of order {order.url}", order.error or orders.UNSAID)


class Batches:
    """The tasks of all orders by solver and namespace: each solver is asked for all of them at once."""

    def __init__(self, run: ports.Run, parts: direct_ports.Parts, issuer: Issuer) -> None:
        self._run, self._parts, self._issuer = run, parts, issuer
        self._solvers: dict[tuple[int, str], ports.Solver] = {}
        self._lock = threading.Lock()

    def prepare(self, item: Answering) -> None:
        """Have solvers begin, once each, while other orders are still looked at. What fails is told by ``present``."""
        for key in _keys([item]):
            with self._lock:
                first = key not in self._solvers
                solver = self._solver(key)
            if first:
                with contextlib.suppress(errors.CertopsError):
                    solver.prepare(_tasks([item], key))

    def present(self, items: Sequence[Answering]) -> list[Answering]:
        """Those whose solver fails are given up."""
        for key in _keys(items):
            try:
                self._solver(key).present(_tasks(items, key))
            except errors.CertopsError as error:
                items = _given_up(items, key, error)
        return list(items)

    def see(self, items: Sequence[Answering], deadline: float) -> list[Answering]:
        """Those that are not seen in time are given up: the CA would not see them either."""
        for key in _keys(items):
            try:
                self._solver(key).await_visible(_tasks(items, key), deadline)
            except errors.NotReady:
                items = [self._seen_alone(item, key) for item in items]
            except errors.CertopsError as error:
                items = _given_up(items, key, error)
        return list(items)

    def _seen_alone(self, item: Answering, key: tuple[int, str]) -> Answering:
        tasks = _tasks([item], key)
        if not tasks:
            return item
        try:
            self._solver(key).await_visible(tasks, self._run.clock.monotonic() + _LAST_LOOK_SECONDS)
        except errors.CertopsError as error:
            return replace(item, error=error)
        return item

    def clean_up(self, items: Sequence[Answering]) -> list[Answering]:
        """Of all that may have been presented; with what is left of it, which the record keeps for the next run."""
        failed = {}
        for key in _keys(items, whole=True):
            error = presented.taken_away(functools.partial(self._solver, key), _tasks(items, key, whole=True))
            if error is not None:
                failed[key] = error
        return [_cleaned(item, failed) for item in items]

    def _solver(self, key: tuple[int, str]) -> ports.Solver:
        if key not in self._solvers:
            index, namespace = key
            body = self._issuer.body["acme"]["solvers"][index]
            self._solvers[key] = self._parts.solver(self._run, body, namespace, self._issuer.place[1])
        return self._solvers[key]


def _keys(items: Iterable[Answering], whole: bool = False) -> list[tuple[int, str]]:
    return sorted({_key(item, one) for item in items for one in _of(item, whole)})


def _of(item: Answering, whole: bool) -> tuple[Pending, ...]:
    """What is to be answered; as a whole also what was given up, and what others have left."""
    if whole:
        return (*item.pending, *item.left)
    return () if item.error else item.pending


def _key(item: Answering, one: Pending) -> tuple[int, str]:
    return one.solver, item.going.job.seen.wanted.namespace


def _tasks(items: Iterable[Answering], key: tuple[int, str], whole: bool = False) -> list[Task]:
    found = [one.task for item in items for one in _of(item, whole) if _key(item, one) == key]
    return list(dict.fromkeys(found))


def _given_up(items: Sequence[Answering], key: tuple[int, str], error: errors.CertopsError) -> list[Answering]:
    return [replace(item, error=error) if item.error is None and _tasks([item], key) else item for item in items]


def _cleaned(item: Answering, failed: Mapping[tuple[int, str], errors.CertopsError]) -> Answering:
    left = tuple(one for one in _of(item, whole=True) if _key(item, one) in failed)
    job = orders.presenting(item.going.job, [one.as_json() for one in left])
    note = presented.not_cleaned(job.seen.wanted, left, failed[_key(item, left[0])]) if left else None
    return replace(item, going=replace(item.going, job=job), left=left, note=note)
