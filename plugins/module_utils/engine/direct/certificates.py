# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates of the direct engine: one or many, in one process, concurrently.

    look ──► decide (pure) ──► records ──► issue: local keys | ACME, all orders of an issuer together ──► status
                  │
                  └── check mode ends here

A certificate that another run has issued meanwhile is looked at again, and is then as wanted or not.
"""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import replace

from ... import errors
from ...diagnose.finding import ERROR, Finding, in_words
from ...spec import kinds
from ...spec.direct import limits, record
from .. import existing, objects, parallel, ports, removal
from . import issuing, next_key, observe, plan, records, renewal_info, rewriting, rivals, tidying
from .job import Job, facts, findings_in_words, held

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...spec.certificate import CertificateSpec
    from .. import protocol
    from . import ports as direct_ports


def ensure(run: ports.Run, parts: direct_ports.Parts, wanted: Sequence[CertificateSpec]) -> ports.Outcome:
    """Make each Secret hold a certificate as wanted.

    :raises SpecError: something is wanted that this engine can't do
    :raises Unfit: the preflight's findings forbid an order; nothing was changed
    :raises NotReady: with the findings of all that aren't as wanted
    """
    wanted = existing.defined(wanted, _recorded(run, wanted))
    problems = [f"{spec.title}: {problem}" for spec in wanted for problem in limits.certificate(spec.body)]
    if problems:
        raise errors.SpecError(problems)
    jobs = _plan(run, parts, wanted)
    if run.check_mode:
        warnings = _preflight(run, jobs)
        changed, diff = any(job.changed for job in jobs), [part for job in jobs for part in job.diff()]
        notes = [note for job in jobs if (note := held(job, run.clock.now())) is not None]
        notes += _foreseen(run, parts, jobs)
        return ports.Outcome(
            changed, {"certificates": [facts(job, job.seen.secret) for job in jobs]}, diff, warnings + notes
        )
    with _begun(run, parts, jobs) as warnings:
        done = issuing.carry_out(run, parts, jobs)
    changed, diff = any(item.changed for item in done), [part for item in done for part in item.job.diff()]
    found = {"certificates": [facts(item.job, item.secret, not item.errors) for item in done]}
    causes = [finding for item in done for finding in item.errors]
    if causes:
        raise errors.NotReady(findings_in_words(done), causes, {"changed": changed, **found})
    return ports.Outcome(changed, found, diff, warnings + [note for item in done for note in item.notes])


@contextlib.contextmanager
def _begun(run: ports.Run, parts: direct_ports.Parts, jobs: Sequence[Job]) -> Iterator[list[Finding]]:
    """The preflight's warnings. Responders start meanwhile, or after it where it may still forbid all orders."""
    ordered = _ordered(jobs)
    if not ordered:
        yield []
        return
    from . import early  # not needed, and not loaded, where nothing is ordered

    forbidding = run.preflight == ports.FAIL
    warnings = _preflight(run, jobs) if forbidding else []
    with early.started(run, parts, ordered):
        yield warnings if forbidding else _preflight(run, jobs)


def _preflight(run: ports.Run, jobs: Sequence[Job]) -> list[Finding]:
    """What speaks against the orders that are due; only an ACME server is asked for something that it may refuse."""
    ordered = _ordered(jobs)
    if run.preflight == ports.OFF or not ordered:
        return []
    from .. import preflight  # not needed, and not loaded, where nothing is ordered
    from ..preflight_evidence import Subject

    lives = [record.as_object(job.seen.config_map) if job.seen.config_map else None for job in ordered]
    subjects = [
        Subject(job.seen.wanted, live, direct=True, secret=job.seen.secret)
        for job, live in zip(ordered, lives, strict=True)
    ]
    return preflight.check(run, subjects)


def _foreseen(run: ports.Run, parts: direct_ports.Parts, jobs: Sequence[Job]) -> list[Finding]:
    """What the budget of an issuer would refuse."""
    ordered = _ordered(jobs)
    if not ordered:
        return []
    from . import budget  # not needed, and not loaded, where nothing is ordered

    return budget.foreseen(run, parts, ordered)


def _ordered(jobs: Sequence[Job]) -> list[Job]:
    """Those for which an ACME server is asked."""
    return [job for job in jobs if job.decision.due and job.seen.issuer and "acme" in job.issuer.body]


def _recorded(run: ports.Run, wanted: Sequence[CertificateSpec]) -> dict[existing.Key, t.Any]:
    """What is kept of those that are not defined here."""
    keys = [(spec.namespace, spec.name) for spec in wanted if spec.as_it_is]
    kept = parallel.each(lambda key: records.read(run, kinds.CERTIFICATE, *key), keys)
    return {key: record.read(found, "spec") for key, found in zip(keys, kept, strict=True)}


def _plan(run: ports.Run, parts: direct_ports.Parts, wanted: Sequence[CertificateSpec]) -> list[Job]:
    seen = observe.look(run, wanted)
    missing = [_no_issuer(run, item) for item in seen if item.issuer is None]
    if missing and not run.check_mode:
        raise errors.CertopsError(in_words("Nothing was issued.", missing), missing)
    _acme_rules(seen)
    seen = renewal_info.refreshed(run, parts, seen)
    first = {item.wanted.namespace: item for item in reversed(seen) if item.config_map is None}
    jobs = parallel.each(lambda item: _job(run, item, item is not first.get(item.wanted.namespace)), seen)
    touched = [job for job in jobs if job.todo.action != objects.NOTHING or job.decision.reason]
    rivals.refuse(run, [job.seen.wanted for job in touched])
    return jobs


def _acme_rules(seen: Sequence[observe.Seen]) -> None:
    by_acme = [item.wanted for item in seen if item.issuer and "acme" in item.issuer.body]
    problems = [f"{spec.title}: {problem}" for spec in by_acme for problem in limits.by_acme(spec.body)]
    if problems:
        raise errors.SpecError(problems)


def _job(run: ports.Run, seen: observe.Seen, one_of_many: bool) -> Job:
    spec = seen.wanted
    todo = records.plan(run, kinds.CERTIFICATE, spec.namespace, spec.name, spec.body, seen.config_map, one_of_many)
    # In check mode an earlier task of the play would have made the issuer.
    decision = plan.decide(seen, run.clock.now()) if seen.issuer else plan.Decision("its issuer is made before it")
    return Job(seen, todo, decision, None if decision.reason else rewriting.changes(run, seen))


def _no_issuer(run: ports.Run, seen: observe.Seen) -> Finding:
    kind, namespace, name = observe.place_of(run, seen.wanted)
    remedy = "make it with the module certops.kubernetes.issuer and engine: direct, or correct issuer_ref"
    said = f"there is no such issuer of the direct engine, kept in namespace {namespace}."
    return Finding("issuer.missing", ERROR, kind.title(namespace, name), said, remedy)


def remove(
    run: ports.Run, parts: direct_ports.Parts, targets: Sequence[protocol.CertificateTarget], delete_secret: bool
) -> ports.Outcome:
    """Remove what is kept about certificates, with their Secrets when asked, and what a run cut off has presented."""
    kept = {target: _record(run, target) for target in targets}
    notes = [] if run.check_mode else [tidying.cleared(run, parts, *item) for item in kept.items()]
    all_doomed = [one for target in targets for one in _doomed(run, target, kept[target], delete_secret)]
    gone = [{"namespace": target.namespace, "name": target.name} for target in targets]
    outcome = removal.remove(run, all_doomed, {"certificates": gone})
    return replace(outcome, findings=[note for note in notes if note])


def doomed(run: ports.Run, target: protocol.CertificateTarget, delete_secret: bool) -> list[removal.Doomed]:
    """What is kept about a certificate, with its Secret when asked; whoever may not read records has none."""
    return _doomed(run, target, _record(run, target), delete_secret)


def _record(run: ports.Run, target: protocol.CertificateTarget) -> ports.Object | None:
    try:
        return records.read(run, kinds.CERTIFICATE, target.namespace, target.name)
    except errors.Forbidden:
        return None


def _doomed(
    run: ports.Run, target: protocol.CertificateTarget, kept: ports.Object | None, delete_secret: bool
) -> list[removal.Doomed]:
    found = [removal.Doomed(kinds.CONFIG_MAP, target.namespace, kept["metadata"]["name"])] if kept else []
    if record.under_way(kept):  # a run was cut off, and nobody wants its order any more
        found.append(removal.Doomed(kinds.SECRET, target.namespace, next_key.name(target.name)))
    secret = record.read(kept, "spec").get("secretName") or target.secret_name
    if delete_secret and secret and run.cluster.get(kinds.SECRET, target.namespace, secret):
        found.append(removal.Doomed(kinds.SECRET, target.namespace, secret))
    return found
