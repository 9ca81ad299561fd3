# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for certificates by watching, not by polling: one watch a namespace, the Secrets read when they may be right."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from .. import errors
from ..diagnose import readiness
from ..diagnose.finding import WARNING, Finding
from ..spec import kinds
from . import parallel, wanted_leaf
from .looking import Looks

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..spec.certificate import CertificateSpec
    from . import ports

Key = tuple[str, str]

# A Secret that lags behind its Certificate's conditions is read again after this time.
_TICK_SECONDS = 1.0


@dataclass(frozen=True)
class State:
    """What is known of one certificate.

    :param live: the Certificate, None when there is none
    :param secret: its Secret, as last read
    :param after_revision: the revision that a renewal must exceed, None without one
    :param notes: warnings for the user
    """

    wanted: CertificateSpec
    live: Mapping[str, t.Any] | None
    secret: Mapping[str, t.Any] | None = None
    after_revision: int | None = None
    verdict: readiness.Verdict = readiness.UNKNOWN
    seconds: float = 0.0
    notes: tuple[Finding, ...] = field(default=())

    @property
    def ready(self) -> bool:
        """Served and proven."""
        return self.verdict.state == readiness.READY

    @property
    def key(self) -> Key:
        """Namespace and name."""
        return self.wanted.namespace, self.wanted.name


def until_ready(run: ports.Run, states: Sequence[State]) -> list[State]:
    """Wait until none is pending any more, or until the time is out: the states as they are then."""
    began = run.clock.monotonic()
    known = {state.key: state for state in _judge(run, states, began)}
    if _pending(known):
        events = run.cluster.follow(*_watches(_pending(known)))
        try:
            _follow(run, events, known, began)
        finally:
            events.close()
    return [known[state.key] for state in states]


def _follow(run: ports.Run, events: ports.Events, known: dict[Key, State], began: float) -> None:
    deadline, looks, last_news = began + run.timeout, Looks(run), began
    while _pending(known):
        left = deadline - run.clock.monotonic()
        touched = _drain(events, known, min(_TICK_SECONDS, left)) if left > 0 else set(known)
        if touched:
            last_news = run.clock.monotonic()
        # Without news, those whose conditions are good wait for their Secret: read it again.
        again = touched or {state.key for state in _pending(known) if _conditions_good(state)}
        for state in _judge(run, [known[key] for key in again if known[key].verdict.state == readiness.PENDING], began):
            known[state.key] = state
        if left <= 0:
            return
        for key, verdict in looks.verdicts(_pending(known), run.clock.monotonic() - last_news).items():
            known[key] = replace(known[key], verdict=verdict, seconds=run.clock.monotonic() - began)


def _drain(events: ports.Events, known: dict[Key, State], timeout: float) -> set[Key]:
    """Take in everything that has arrived; wait only for the first."""
    touched: set[Key] = set()
    event = events.next(timeout)
    while event is not None:
        _kind, change, obj = event
        if change == "ERROR":
            raise obj
        key = (obj["metadata"]["namespace"], obj["metadata"]["name"])
        if key in known:
            known[key] = replace(known[key], live=None if change == "DELETED" else obj)
            touched.add(key)
        event = events.next(0)
    return touched


def _pending(known: Mapping[Key, State]) -> list[State]:
    return [state for state in known.values() if state.verdict.state == readiness.PENDING]


def _watches(states: Iterable[State]) -> list[kinds.Watch]:
    by_namespace: dict[str, list[str]] = {}
    for state in states:
        by_namespace.setdefault(state.wanted.namespace, []).append(state.wanted.name)
    return [
        kinds.Watch(kinds.CERTIFICATE, namespace, f"metadata.name={names[0]}" if len(names) == 1 else None)
        for namespace, names in by_namespace.items()
    ]


def _conditions_good(state: State) -> bool:
    return state.live is not None and readiness.needs_secret(state.live, state.after_revision)


def _judge(run: ports.Run, states: Sequence[State], began: float) -> list[State]:
    return parallel.each(lambda state: _judged(run, state, began), states)


def _judged(run: ports.Run, state: State, began: float) -> State:
    state = replace(state, seconds=run.clock.monotonic() - began)
    title, live = state.wanted.title, state.live
    if live is None:
        gone = Finding(
            "certificate.missing", "error", title, "does not exist.", "run the task again, and see who removes it"
        )
        return replace(state, verdict=readiness.Verdict(readiness.PENDING, gone))
    if _conditions_good(state):
        try:
            secret = run.cluster.get(kinds.SECRET, state.wanted.namespace, live["spec"]["secretName"])
        except errors.Forbidden as error:
            return _unseen(state, error)
        state = replace(state, secret=secret)
    wanted = wanted_leaf.from_body(state.wanted.body)
    verdict = readiness.certificate(live, state.secret, wanted, title, run.clock.now(), state.after_revision)
    return replace(state, verdict=verdict)


def _unseen(state: State, error: errors.Forbidden) -> State:
    """Without the right to read the Secret, the conditions are all there is to go by; the user is told."""
    note = Finding(
        "secret.not_readable",
        WARNING,
        kinds.SECRET.title(state.wanted.namespace, state.wanted.secret_name),
        f"could not be read, so only cert-manager's word was taken: {error.detail}",
        "allow get on this Secret to have its certificate checked",
    )
    return replace(state, verdict=readiness.Verdict(readiness.READY), notes=(note,))


def diagnosed(run: ports.Run, state: State) -> list[Finding]:
    """Why it isn't ready: the causes found in what is around it, then what was waited for."""
    from ..diagnose import causes  # not needed, and not loaded, while all goes well
    from . import dns_evidence, evidence

    own = [state.verdict.finding] if state.verdict.finding else []
    if state.live is None:
        return own
    found = causes.run_all(dns_evidence.added(run, evidence.gather(run, state.live)))
    return found + [finding for finding in own if finding not in found]
