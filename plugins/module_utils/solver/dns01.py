# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""DNS-01 (RFC 8555, 8.4): values in TXT records, written by any provider, seen on every authoritative server.

    present      CNAMEs of _acme-challenge followed; the values of all tasks handed to the provider at once
    await        the provider says that its servers have them, then each server of the zone is asked itself
    clean up     only our values

A name and the wildcard below it have one record with two values.
"""

from __future__ import annotations

import typing as t

from .. import errors
from ..diagnose import propagation
from ..spec import challenge
from .waiting import until_all_seen

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ..diagnose.dns_answers import Answer
    from ..spec.challenge import Task
    from . import ports

LABEL = "_acme-challenge"
# A sibling that nobody has: where it has the same CNAME, that comes from a wildcard record.
_SIBLING = "_no-such-name-by-certops"
_PAUSES = (0.2, 5.0)  # seconds, the first and the longest
_NAMED = 5  # names in an error message


class Dns01:
    """Answers DNS-01 challenges through one provider.

    :param follow: write where the CNAMEs of _acme-challenge lead (cert-manager's cnameStrategy)
    :param blind: seconds to wait instead of asking the authoritative servers, where they can't be asked from here
    """

    challenge_type = challenge.DNS01

    def __init__(
        self,
        resolver: ports.Resolver,
        clock: ports.Clock,
        each: ports.Each,
        writer: ports.Writer,
        follow: bool = True,
        blind: float | None = None,
        label: str = LABEL,
    ) -> None:
        self._resolver, self._clock, self._each, self._writer = resolver, clock, each, writer
        self._follow, self._blind, self._label = follow, blind, label
        self._targets: dict[str, str] = {}  # identifier → name of its record

    def prepare(self, tasks: Sequence[Task]) -> None:
        """Nothing has to be started."""

    def present(self, tasks: Sequence[Task]) -> None:
        """Add the values.

        :raises ProviderError: with the finding that tells why
        """
        self._writer.add(self._records(tasks))

    def clean_up(self, tasks: Sequence[Task]) -> None:
        """Take the values away.

        :raises ProviderError: with the finding that tells why
        """
        self._writer.remove(self._records(tasks))

    def await_visible(self, tasks: Sequence[Task], deadline: float) -> None:
        """Ask the servers until each has the values.

        :raises NotReady: some do not by then
        """
        self._writer.settle(self._clock, deadline)
        if self._blind is not None:
            self._clock.sleep(self._blind)
            return
        records = self._records(tasks)
        seen: dict[str, tuple[Answer, ...]] = {}

        def look(pending: Sequence[Task]) -> list[Task]:
            names = sorted({self._targets[task.identifier] for task in pending})
            answers = self._each(lambda name: self._resolver.authoritative(name, "TXT"), names)
            seen.update(zip(names, answers, strict=True))
            missing = {name for name in names if not propagation.complete(seen[name], records[name])}
            return [task for task in pending if self._targets[task.identifier] in missing]

        left = until_all_seen(self._clock, deadline, tasks, look, *_PAUSES)
        if left:
            names = sorted({self._targets[task.identifier] for task in left})
            findings = [propagation.explain(name, records[name], seen[name], self._zone(name)) for name in names]
            raise errors.NotReady(
                f"{len(names)} TXT records are not on all servers of their zone: {_list(names)}", findings
            )

    def _zone(self, name: str) -> str | None:
        found = self._resolver.zone(name)
        return found.apex if found else None

    def _records(self, tasks: Sequence[Task]) -> dict[str, list[str]]:
        unknown = sorted({task.identifier for task in tasks}.difference(self._targets))
        self._targets.update(zip(unknown, self._each(self._target, unknown), strict=True))
        records: dict[str, list[str]] = {}
        for task in tasks:
            values = records.setdefault(self._targets[task.identifier], [])
            if task.record_value not in values:
                values.append(task.record_value)
        return records

    def _target(self, identifier: str) -> str:
        """The name that the value is written to."""
        name = f"{self._label}.{identifier}"
        if not self._follow:
            return name
        target = self._resolver.canonical(name)
        if target != name and self._resolver.canonical(f"{_SIBLING}.{identifier}") == target:
            return name  # a record of its own goes before the wildcard's (RFC 4592, 2.2.1)
        return target


def _list(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
