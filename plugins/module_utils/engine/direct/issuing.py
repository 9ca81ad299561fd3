# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Doing what was planned for certificates."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ... import errors
from ...diagnose.finding import ERROR
from ...spec.direct import record, status
from ...x509.leaf import parse_chain
from .. import objects, parallel
from . import local, manifests, observe, orders, plan, records, rewriting, secrets, tidying
from .job import Done, Job, failed, held

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .. import ports
    from . import ports as direct_ports

# Another run was quicker: it needs about this long from its claim to its Secret.
_PAUSE_SECONDS = 1.0
_ATTEMPTS = 5


def carry_out(run: ports.Run, parts: direct_ports.Parts, jobs: Sequence[Job]) -> list[Done]:
    """Issue what is due, keep the rest as it is; results in the jobs' order."""
    left = dict(enumerate(parallel.each(lambda job: _recorded(run, job), jobs)))
    done: dict[int, Done] = {}
    for _attempt in range(_ATTEMPTS):
        results = _attempted(run, parts, list(left.values()))
        ended = dict(zip(left, results, strict=True))
        done |= {index: result for index, result in ended.items() if isinstance(result, Done)}
        left = {index: job for index, job in left.items() if index not in done}
        if not left:
            return [done[index] for index in range(len(jobs))]
        run.clock.sleep(_PAUSE_SECONDS)
        left = dict(zip(left, parallel.each(lambda job: again(run, job), list(left.values())), strict=True))
    names = ", ".join(job.seen.wanted.title for job in left.values())
    raise errors.CertopsError(f"{names}: changed by others {_ATTEMPTS} times while this run wrote it")


def _recorded(run: ports.Run, job: Job) -> Job:
    """The job with its record; looked at again where another run has worked on it since this one looked.

    By the record's version this run would hold its own write for the last word, and not know of the other's certificate.
    """
    kept = job.kept(objects.carry_out(run, job.todo))
    return kept if record.came_of(kept.config_map) == record.came_of(job.seen.config_map) else again(run, kept)


def _attempted(run: ports.Run, parts: direct_ports.Parts, jobs: Sequence[Job]) -> list[Done | errors.Conflict]:
    """What came of each; a Conflict where another run was quicker."""
    ordered = {index: job for index, job in enumerate(jobs) if job.decision.due and "acme" in job.issuer.body}
    others = {index: job for index, job in enumerate(jobs) if index not in ordered}
    ended = dict(zip(others, parallel.each(lambda job: _one(run, parts, job), list(others.values())), strict=True))
    for place in dict.fromkeys(job.issuer.place for job in ordered.values()):
        from . import acme  # not needed, and not loaded, while nothing is ordered

        batch = {index: job for index, job in ordered.items() if job.issuer.place == place}
        several = list(batch.values())
        ended |= dict(zip(batch, acme.issue(run, parts, several[0].issuer, several), strict=True))
    return [ended[index] for index in range(len(jobs))]


def _one(run: ports.Run, parts: direct_ports.Parts, job: Job) -> Done | errors.Conflict:
    try:
        return _issue(run, job) if job.decision.due else settle(run, parts, job)
    except errors.Conflict as error:
        return error
    except errors.NotReady as error:
        return failed(run, job, error.findings)


def again(run: ports.Run, job: Job) -> Job:
    """The job as it is after another run's write."""
    seen = observe.again(run, job.seen)
    decision = plan.decide(seen, run.clock.now())
    if _done_meanwhile(job, decision):
        decision = replace(decision, reason="")
    return replace(job, seen=seen, decision=decision, rewrite=None if decision.reason else rewriting.changes(run, seen))


def _done_meanwhile(job: Job, now: plan.Decision) -> bool:
    """Whether another run has issued what this one was to, also where it would be due at every look (renew: always)."""
    before, after = job.decision.served, now.served
    if not job.decision.due or not now.valid or after is None:
        return False
    if before is not None and job.seen.wanted.renew == "key_exposed":
        return before.public_key_sha256 != after.public_key_sha256
    return before is None or before.serial_number != after.serial_number


def _issue(run: ports.Run, job: Job) -> Done:
    """By a key at hand. The record is written first, by its version: of two runs, one goes on to write the Secret."""
    now = run.clock.now()
    issued, key = local.issue(job.seen, job.issuer, now)
    secrets.prove(job, issued, key, now)
    manifest = manifests.secret(run, job.seen, issued, key)
    leaf = parse_chain(issued.chain)[0]
    before = record.read(job.config_map, "status")
    told = status.served(before, leaf, plan.due_at(job.seen, leaf), now, issued=True)
    job = job.kept(
        records.note(run, job.config_map, status=told, work={"issued": {"serialNumber": leaf.serial_number}})
    )
    return Done(job, secrets.write(run, job.seen.secret, manifest))


def settle(run: ports.Run, parts: direct_ports.Parts, job: Job) -> Done:
    """Nothing is issued: what is around the certificate is put right, and what was left by a run cut off goes."""
    secret: ports.Object | None = job.seen.secret
    if job.rewrite is not None:
        secret = secrets.write(run, secret, rewriting.manifest(run, job.seen))
    hold = held(job, run.clock.now())
    if hold is not None:
        job, note = tidying.swept(run, parts, job)
        causes, notes = ((hold,), ()) if hold.severity == ERROR else ((), (hold,))
        return Done(job, secret, causes, (*notes, note) if note else notes)
    ended = orders.served(job)
    job, note = tidying.tidied(run, parts, job)
    notes = (note,) if note else ()
    decision, before = job.decision, record.read(job.config_map, "status")
    if decision.served is None:
        return Done(job, secret, notes=notes)
    told = status.served(before, decision.served, decision.renewal_at, run.clock.now(), issued=ended)
    work = record.read(job.config_map, "work")
    return Done(job.kept(records.amend(run, job.config_map, status=told, work=work)), secret, notes=notes)
