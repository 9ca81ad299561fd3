# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One certificate on its way: what was planned for it, and what came of it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ...diagnose import direct, readiness
from ...diagnose.finding import Finding, in_words
from ...spec import kinds
from ...spec.direct import record, status
from .. import certificate_facts, objects, waiting
from ..diff import pair
from . import records

if t.TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from .. import ports
    from .observe import Issuer, Seen
    from .plan import Decision


@dataclass(frozen=True)
class Job:
    """What is planned for one certificate.

    :param todo: the plan of its record
    :param rewrite: before and after of what changes around the certificate in its Secret, None for nothing
    """

    seen: Seen
    todo: objects.Plan
    decision: Decision
    rewrite: tuple[dict[str, t.Any], dict[str, t.Any]] | None = None

    @property
    def changed(self) -> bool:
        """Whether the user would see a difference."""
        return self.todo.changed or self.decision.due or self.rewrite is not None

    @property
    def issuer(self) -> Issuer:
        """Who signs; a job is made only where there is one."""
        return t.cast("Issuer", self.seen.issuer)

    @property
    def config_map(self) -> ports.Object:
        """The record, which is there from the moment that work begins."""
        return t.cast("ports.Object", self.seen.config_map)

    def kept(self, config_map: ports.Object) -> Job:
        """The same with its record as it is now."""
        return replace(self, seen=replace(self.seen, config_map=config_map))

    def diff(self) -> list[dict[str, t.Any]]:
        """One pair for each thing that changes."""
        spec = self.seen.wanted
        parts = [records.diff(self.todo, kinds.CERTIFICATE, spec.namespace)] if self.todo.changed else []
        title = kinds.SECRET.title(spec.namespace, spec.secret_name)
        if self.decision.due:
            parts.append(self.decision.diff(title))
        if self.rewrite is not None:
            parts.append(pair(title, *self.rewrite))
        return parts


@dataclass(frozen=True)
class Done:
    """What came of it.

    :param secret: what is served now
    :param errors: why it isn't as wanted
    :param notes: warnings
    """

    job: Job
    secret: ports.Object | None
    errors: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the user would see a difference; what another run has issued meanwhile is none of this one's."""
        return self.job.todo.changed if self.errors else self.job.changed


def failed(run: ports.Run, job: Job, findings: tuple[Finding, ...]) -> Done:
    """Write down that it failed, which makes no run wait. What is served stays.

    :param findings: why, at least one
    """
    before = record.read(job.config_map, "status")
    count = int(before.get("failedIssuanceAttempts") or 0) + 1
    told = status.failed(before, findings[0].message, run.clock.now(), count, job.decision.valid)
    return Done(job.kept(records.amend(run, job.config_map, status=told)), job.seen.secret, findings)


def held(job: Job, now: datetime) -> Finding | None:
    """What a run says instead of asking too early; a warning while what is served is as wanted."""
    kept = job.decision.held
    content = job.decision.valid and job.seen.wanted.renew != "key_exposed"
    return direct.held(job.seen.wanted.title, kept, content, now) if kept else None


def facts(job: Job, secret: ports.Object | None, ready: bool | None = None) -> dict[str, t.Any]:
    """The return value ``certificate``.

    :param ready: whether it is as wanted; by default, what its record says
    """
    config_map = job.seen.config_map
    live = record.as_object(config_map) if config_map else None
    verdict = readiness.Verdict(readiness.READY) if ready else readiness.UNKNOWN
    found = certificate_facts.facts(waiting.State(job.seen.wanted, live, secret, verdict=verdict))
    return found | ({} if ready is None else {"ready": ready})


def summary(done: Sequence[Done]) -> str:
    """One sentence about those that failed."""
    failed = [item.job.seen.wanted.title for item in done if item.errors]
    names = ", ".join(failed[:5]) + (" …" if len(failed) > 5 else "")
    return f"{names} {'is' if len(failed) == 1 else 'are'} not as wanted."


def findings_in_words(done: Sequence[Done]) -> str:
    """All of it, where only ``msg`` is shown."""
    return in_words(summary(done), [finding for item in done for finding in item.errors])
