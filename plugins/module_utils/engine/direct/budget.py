# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A budget of orders, certificates and failures, kept beside the issuer for all runs, and minded before the CA is asked.

An order is counted when it is opened, a certificate when it is issued, a failure when the CA has told it. Of several threads
that have something to write, one writes for all.
"""

from __future__ import annotations

import threading
import typing as t
from dataclasses import replace

from ... import errors
from ...diagnose import acme_budget
from ...diagnose.finding import ERROR, WARNING, Finding, in_words
from ...spec import convert, duration
from ...spec.direct import failure, record
from ...x509.leaf import rfc3339
from . import orders, records

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from ...diagnose.acme_budget import Bucket, Identifier
    from ...diagnose.lets_encrypt import Limit
    from .. import ports
    from . import ports as direct_ports
    from .job import Job
    from .observe import Issuer, Place

Change: t.TypeAlias = "Callable[[dict[str, datetime]], dict[str, datetime]]"
_PART = "ledger"
_NAMED = 3


class Budget:
    """What is left of an issuer's limits. Thread-safe."""

    def __init__(self, run: ports.Run, issuer: Issuer, limits: Mapping[str, Limit]) -> None:
        self.limits = limits
        self._run, self._title, self._config_map = run, issuer.title, issuer.config_map
        self._ledger = _ledger(record.read(issuer.config_map, _PART))
        self._charged: dict[frozenset[Identifier], acme_budget.Charge] = {}
        self._unwritten: list[Change] = []
        self._lock, self._writing = threading.Lock(), threading.Lock()

    def admit(self, names: Sequence[Identifier]) -> None:
        """Take an order from it, and in this run also the certificate that comes of it.

        :raises NotReady: a limit would be broken
        """
        now = self._run.clock.now()
        with self._lock:
            found = acme_budget.refusals(self._ledger, self.limits, names, now)
            if found:
                finding = _finding(self._title, names, found, now)
                raise errors.NotReady(in_words(f"{_listing(names)} was not ordered.", [finding]), [finding])
            costs = acme_budget.charge(self._ledger, self.limits, names, now)
            self._ledger = acme_budget.taken(self._ledger, [*costs.order, *costs.certificate], now)
            self._charged[frozenset(names)] = costs
        self._keep(lambda ledger: acme_budget.taken(ledger, costs.order, now))

    def ordered(self, names: Sequence[Identifier]) -> None:
        """An order that was thought to be free is not."""
        now = self._run.clock.now()
        self._keep(lambda ledger: acme_budget.taken(ledger, self._costs(names, now).order, now))

    def issued(self, names: Sequence[Identifier]) -> None:
        """A certificate was issued."""
        now = self._run.clock.now()
        self._keep(lambda ledger: acme_budget.taken(ledger, self._costs(names, now).certificate, now))

    def _costs(self, names: Sequence[Identifier], now: datetime) -> acme_budget.Charge:
        """What was charged when it was admitted; another run's order is charged now."""
        known = self._charged.get(frozenset(names))
        return known or acme_budget.charge(self._ledger, self.limits, names, now)

    def failed(self, name: str) -> None:
        """The CA has found no proof of a name."""
        now, buckets = self._run.clock.now(), acme_budget.failures(self.limits, [name])
        with self._lock:
            self._ledger = acme_budget.taken(self._ledger, buckets, now)
        self._keep(lambda ledger: acme_budget.taken(ledger, buckets, now))

    def proven(self, names: Sequence[Identifier]) -> None:
        """The CA has found the proofs of all these: what failed in a row did so before."""
        values = [value for _type, value in names]
        in_a_row = [one for one in acme_budget.failures(self.limits, values) if one.field == "consecutiveFailures"]
        with self._lock:
            if not any(bucket.key in self._ledger for bucket in in_a_row):
                return
            self._ledger = acme_budget.filled(self._ledger, in_a_row)
        self._keep(lambda ledger: acme_budget.filled(ledger, in_a_row))

    def _keep(self, change: Change) -> None:
        """Write it down, with all that other threads have to write down; who may not write there counts for itself."""
        with self._lock:
            self._unwritten.append(change)
        with self._writing:
            with self._lock:
                changes, self._unwritten = self._unwritten, []
            if not changes:
                return  # another thread has written it meanwhile

            def changed(part: dict[str, t.Any]) -> dict[str, t.Any]:
                ledger = _ledger(part)
                for one in changes:
                    ledger = one(ledger)
                return {key: rfc3339(full) for key, full in ledger.items()}

            try:
                self._config_map = records.revise(self._run, self._config_map, _PART, changed)
            except errors.Forbidden:
                return


class BudgetedClient:
    """Implements direct_ports.Client by another one, within a budget. Thread-safe."""

    def __init__(self, client: direct_ports.Client, budget: Budget) -> None:
        self._client, self._budget = client, budget
        self._counted: set[str] = set()  # URLs of what is counted already
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> t.Any:
        return getattr(self._client, name)

    def new_order(
        self, identifiers: Sequence[Identifier], profile: str | None = None, replaces: str | None = None
    ) -> t.Any:
        """See acme/client.py.

        :raises NotReady: a limit would be broken; nothing was asked
        """
        if not replaces:
            self._budget.admit(identifiers)
        order = self._client.new_order(identifiers, profile, replaces)
        if replaces and not order.replaces:
            self._budget.ordered(identifiers)
        return order

    def authorization(self, url: str) -> t.Any:
        """See acme/client.py."""
        found = self._client.authorization(url)
        if found.status == "invalid" and self._first(url):
            self._budget.failed(found.identifier[1])
        return found

    def finalize(self, order: t.Any, csr_der: bytes) -> t.Any:
        """See acme/client.py."""
        self._budget.proven(order.identifiers)
        finalized = self._client.finalize(order, csr_der)
        self._count(order)
        return finalized

    def certificate(self, order: t.Any, preferred_chain: str | None = None) -> bytes:
        """See acme/client.py."""
        chain = self._client.certificate(order, preferred_chain)
        self._count(order)
        return chain

    def _count(self, order: t.Any) -> None:
        if not order.replaces and self._first(order.url):
            self._budget.issued(order.identifiers)

    def _first(self, url: str) -> bool:
        with self._lock:
            first = url not in self._counted
            self._counted.add(url)
            return first


def foreseen(run: ports.Run, parts: direct_ports.Parts, jobs: Sequence[Job]) -> list[Finding]:
    """What would be refused of these, which are to be ordered, as warnings; nobody is asked."""
    found, now = [], run.clock.now()
    ledgers: dict[Place, dict[str, datetime]] = {}
    for job in jobs:
        acme, place = job.issuer.body["acme"], job.issuer.place
        limits = acme_budget.limits(acme["server"], acme.get("rateLimits"))
        if not limits or orders.of(job) or orders.replaced(parts, job):
            continue
        ledger = ledgers.setdefault(place, _ledger(record.read(job.issuer.config_map, _PART)))
        names = orders.identifiers(job)
        refusals = acme_budget.refusals(ledger, limits, names, now)
        if refusals:
            finding = _finding(job.seen.wanted.title, names, refusals, now)
            found.append(replace(finding, severity=WARNING))
        else:
            costs = acme_budget.charge(ledger, limits, names, now)
            ledgers[place] = acme_budget.taken(ledger, [*costs.order, *costs.certificate], now)
    return found


def _ledger(part: Mapping[str, str]) -> dict[str, datetime]:
    return {key: failure.moment(text) for key, text in part.items()}


def _finding(
    title: str, names: Sequence[Identifier], found: Sequence[tuple[Bucket, datetime]], now: datetime
) -> Finding:
    reached = "; ".join(
        f"{bucket.words}: {bucket.limit.capacity} in {duration.in_words(bucket.limit.period)}" for bucket, _at in found
    )
    bucket, at = found[0]
    said = (
        f"an order for {_listing(names)} is not sent, since it would break a limit of the CA ({reached}). "
        f"The next one is allowed in {duration.in_words(at - now)}, at {rfc3339(at)}."
    )
    remedy = (
        f"wait until then; where the CA allows more, set acme.rate_limits.{convert.snake(bucket.field)} of the issuer"
    )
    seen = {"limits": [one.words for one, _at in found], "names": [value for _type, value in names]}
    return Finding("acme.local_limit", ERROR, title, said, remedy, {**seen, "next_try": rfc3339(at)})


def _listing(names: Sequence[Identifier]) -> str:
    return ", ".join([value for _type, value in names][:_NAMED]) + (" …" if len(names) > _NAMED else "")
