# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates of cert-manager: one or many, in one process, concurrently."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .. import errors
from ..diagnose.finding import Finding, in_words
from ..spec import kinds
from . import certificate_facts, existing, objects, parallel, ports, reading, removal, renewal, waiting

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ..spec.certificate import CertificateSpec
    from . import protocol

Key = tuple[str, str]


@dataclass(frozen=True)
class Job:
    """One certificate on its way."""

    wanted: CertificateSpec
    plan: objects.Plan
    renewal: renewal.Decision

    @property
    def changed(self) -> bool:
        """Whether the user would see a difference."""
        return self.plan.changed or self.renewal.due

    @property
    def issues(self) -> bool:
        """Whether there will be an order for it."""
        fresh = self.plan.action == objects.CREATE or any(path[0] == "spec" for path, _old, _new in self.plan.changes)
        return fresh or self.renewal.due


def ensure(run: ports.Run, wanted: Sequence[CertificateSpec]) -> ports.Outcome:
    """Make the certificates as wanted and wait until each Secret proves it.

    :raises Unfit: the preflight's findings forbid it; nothing was changed
    :raises NotReady: with the findings of all that aren't
    """
    jobs = _plan(run, wanted)
    changed = any(job.changed for job in jobs)
    diff = [job.plan.diff() for job in jobs if job.plan.changed]
    diff += [job.renewal.diff(job.wanted.title) for job in jobs if job.renewal.due]
    notes = _preflight(run, [job for job in jobs if job.issues])
    if run.check_mode:
        states = [waiting.State(job.wanted, job.plan.live) for job in jobs]
        return ports.Outcome(changed, _facts(states), diff, notes)
    states = parallel.each(lambda job: _act(run, job), jobs)
    if run.wait:
        states = waiting.until_ready(run, states)
        _refuse_unready(run, states, changed)
    return ports.Outcome(changed, _facts(states), diff, notes + [note for state in states for note in state.notes])


def _preflight(run: ports.Run, jobs: Sequence[Job]) -> list[Finding]:
    if run.preflight == ports.OFF or not jobs:
        return []
    from . import preflight  # not needed, and not loaded, where nothing is issued
    from .preflight_evidence import Subject

    return preflight.check(run, [Subject(job.wanted, job.plan.live) for job in jobs])


def _plan(run: ports.Run, wanted: Sequence[CertificateSpec]) -> list[Job]:
    lives = _read_all(run, wanted)
    specs = existing.defined(wanted, {key: live["spec"] for key, live in lives.items()})

    def one(asked: CertificateSpec, spec: CertificateSpec) -> Job:
        live = lives.get((spec.namespace, spec.name))
        wish = objects.Wish(kinds.CERTIFICATE, spec.manifest())
        if asked.as_it_is:
            plan = objects.Plan(wish, objects.NOTHING, live)
        else:
            plan = objects.plan(wish, objects.observe(run, wish, live, alone=len(wanted) == 1))
        return Job(spec, plan, renewal.decide(run, spec, live))

    return parallel.each(lambda pair: one(*pair), list(zip(wanted, specs, strict=True)))


def _act(run: ports.Run, job: Job) -> waiting.State:
    live = objects.carry_out(run, job.plan)
    after_revision = None
    if job.renewal.due:
        after_revision = int((live.get("status") or {}).get("revision") or 0)
        live = renewal.trigger(run, live, job.renewal)
    return waiting.State(job.wanted, live, after_revision=after_revision)


def _read_all(run: ports.Run, wanted: Sequence[CertificateSpec]) -> dict[Key, ports.Object]:
    found = reading.objects(
        wanted,
        lambda namespace: run.cluster.list(kinds.CERTIFICATE, namespace)[0],
        lambda namespace, name: run.cluster.get(kinds.CERTIFICATE, namespace, name),
    )
    return {(live["metadata"]["namespace"], live["metadata"]["name"]): live for live in found}


def _refuse_unready(run: ports.Run, states: Sequence[waiting.State], changed: bool) -> None:
    unready = [state for state in states if not state.ready]
    if not unready:
        return
    findings: list[Finding] = []
    for state in unready:
        findings += waiting.diagnosed(run, state)
    names = ", ".join(state.wanted.title for state in unready[:5]) + (" …" if len(unready) > 5 else "")
    verb = "is" if len(unready) == 1 else "are"
    seconds = max(state.seconds for state in unready)
    raise errors.NotReady(
        in_words(f"{names} {verb} not ready after {seconds:.0f} s.", findings),
        findings,
        {"changed": changed, **_facts(states)},
    )


def _facts(states: Sequence[waiting.State]) -> dict[str, t.Any]:
    return {"certificates": [certificate_facts.facts(state) for state in states]}


def remove(run: ports.Run, targets: Sequence[protocol.CertificateTarget], delete_secret: bool) -> ports.Outcome:
    """Remove Certificates, with their Secrets when asked; cert-manager itself leaves those behind."""
    doomed: list[removal.Doomed] = []
    for target in targets:
        live = run.cluster.get(kinds.CERTIFICATE, target.namespace, target.name)
        if live:
            doomed.append(removal.Doomed(kinds.CERTIFICATE, target.namespace, target.name))
        secret = live["spec"]["secretName"] if live else target.secret_name
        if delete_secret and secret and run.cluster.get(kinds.SECRET, target.namespace, secret):
            doomed.append(removal.Doomed(kinds.SECRET, target.namespace, secret))
    gone = [{"namespace": target.namespace, "name": target.name} for target in targets]
    return removal.remove(run, doomed, {"certificates": gone})
