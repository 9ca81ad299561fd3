# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates of an ACME issuer: all their orders together, and each of them to its own end."""

from __future__ import annotations

import typing as t
from dataclasses import replace
from datetime import timedelta

from ... import errors
from ...diagnose.finding import ERROR, Finding, in_words
from ...spec.direct import failure, record, status
from ...x509 import requests
from ...x509.leaf import X509Error, parse_chain
from ...x509.signing import Issued
from .. import parallel
from . import (
    account_server,
    accounts,
    challenges,
    manifests,
    next_key,
    orders,
    plan,
    presented,
    records,
    renewal_info,
    secrets,
)
from .job import Done, Job, failed

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ...x509.leaf import CertificateInfo
    from .. import ports
    from . import ports as direct_ports
    from .observe import Issuer
    from .orders import Going

_USUAL_LIFETIME = timedelta(days=90)
_LEAST_PATIENCE = 60.0  # seconds


class _Taken(t.NamedTuple):
    """What came of an order."""

    leaf: CertificateInfo
    secret: ports.Object


def issue(
    run: ports.Run, parts: direct_ports.Parts, issuer: Issuer, jobs: Sequence[Job]
) -> list[Done | errors.Conflict]:
    """Issue them all; a Conflict stands for one that another run has taken further meanwhile."""
    deadline = run.clock.monotonic() + run.timeout
    try:
        client = accounts.client(run, parts, issuer, max(run.timeout, _LEAST_PATIENCE))
    except errors.NotReady as error:
        return [Done(job, job.seen.secret, error.findings) for job in jobs]
    batches = challenges.Batches(run, parts, issuer)
    opened = _opened(run, parts, issuer, client, batches, jobs)
    asked = [one for one in opened if isinstance(one, challenges.Answering)]
    ended = iter(_carried_through(run, client, batches, asked, deadline))
    return [next(ended) if isinstance(one, challenges.Answering) else one for one in opened]


def _carried_through(
    run: ports.Run,
    client: direct_ports.Client,
    batches: challenges.Batches,
    items: Sequence[challenges.Answering],
    deadline: float,
) -> list[Done | errors.Conflict]:
    """From the challenges to the record.

    Each step is done for all before the next one: the CA's pauses pass at the same time. What was made for the challenges
    goes when the Secrets are written, since an ingress controller that has just taken up a change makes others wait.
    """
    taken: list[_Taken | None] = [None] * len(items)
    try:
        items = challenges.answer(client, batches, items, deadline)
        items = parallel.each(lambda item: _finalized(client, item), items)
        results = parallel.each(lambda item: _taken(run, client, item, deadline), items)
        items, taken = [item for item, _took in results], [took for _item, took in results]
    finally:
        items = batches.clean_up(items)
    return parallel.each(lambda pair: _ended(run, client, *pair), list(zip(items, taken, strict=True)))


def _opened(
    run: ports.Run,
    parts: direct_ports.Parts,
    issuer: Issuer,
    client: direct_ports.Client,
    batches: challenges.Batches,
    jobs: Sequence[Job],
) -> list[challenges.Answering | Done | errors.Conflict]:
    """The orders, and then what is to be proven for them.

    Not both at once: Pebble 2.10 locks up where an authorization is read while an order is opened (wfe.Authorization holds
    the authorization and asks for the store, db.FindValidAuthorization the other way round).
    """

    def looked(one: Going | Done | errors.Conflict) -> challenges.Answering | Done | errors.Conflict:
        if isinstance(one, (Done, errors.Conflict)):
            return one
        item = challenges.look(run, issuer, client, one)
        batches.prepare(item)
        return item

    return parallel.each(looked, parallel.each(lambda job: _begun(run, parts, client, job), jobs))


def _begun(
    run: ports.Run, parts: direct_ports.Parts, client: direct_ports.Client, job: Job
) -> Going | Done | errors.Conflict:
    try:
        if orders.served(job):
            return _finished(run, parts, client, job)
        return orders.begin(run, parts, client, job)
    except errors.Conflict as error:
        return error
    except errors.CertopsError as error:
        return _failed(run, job, error)


def _finished(run: ports.Run, parts: direct_ports.Parts, client: direct_ports.Client, job: Job) -> Done:
    """What is left to do where the run before ended after its last step but one."""
    url, answers = orders.of(job)["url"], presented.kept(job.config_map)
    left, note = presented.clean_up(run, parts, job.issuer, job.seen.wanted, answers)
    job = orders.presenting(job, [one.as_json() for one in left])
    next_key.drop(run, job.seen)
    done = _written_down(run, client, job, t.cast("CertificateInfo", job.decision.served), url)
    return Done(done, job.seen.secret, notes=(note,) if note else ())


def _ended(
    run: ports.Run, client: direct_ports.Client, item: challenges.Answering, taken: _Taken | None
) -> Done | errors.Conflict:
    notes = (item.note,) if item.note else ()
    job = item.going.job
    try:
        if item.error is not None or taken is None:
            raise item.error or _not_yet(job, item.going.order)
        next_key.drop(run, job.seen)
        return Done(_written_down(run, client, job, taken.leaf, item.going.order.url), taken.secret, notes=notes)
    except errors.Conflict as error:
        return error
    except errors.CertopsError as error:
        return replace(_failed(run, job, error), notes=notes)


def _finalized(client: direct_ports.Client, item: challenges.Answering) -> challenges.Answering:
    """Hand in the requests of the orders that are ready."""
    if item.error or item.going.order.status != "ready":
        return item
    going = item.going
    try:
        csr = requests.certificate_request(going.job.seen.wanted.body, going.key)
        return replace(item, going=replace(going, order=_handed_in(client, going.order, csr)))
    except X509Error as error:
        return replace(item, error=errors.CertopsError(f"{going.job.seen.wanted.title} can't be asked for: {error}"))
    except errors.CertopsError as error:
        return replace(item, error=error)


def _taken(
    run: ports.Run, client: direct_ports.Client, item: challenges.Answering, deadline: float
) -> tuple[challenges.Answering, _Taken | None]:
    """Wait for the certificate and write it into its Secret; None where it is not issued."""
    if item.error is not None:
        return item, None
    job, key = item.going.job, item.going.key
    try:
        order = client.await_issued(item.going.order, deadline)
        item = replace(item, going=replace(item.going, order=order))
        if order.status == "invalid":
            raise errors.AcmeError(f"have order {order.url} issued", order.error or orders.UNSAID)
        if order.status != "valid":
            return item, None
        issued = Issued(client.certificate(order, job.issuer.body["acme"].get("preferredChain")))
        secrets.prove(job, issued, key, run.clock.now())
        secret = secrets.write(run, job.seen.secret, manifests.secret(run, job.seen, issued, key))
        return item, _Taken(parse_chain(issued.chain)[0], secret)
    except errors.CertopsError as error:
        return replace(item, error=error), None


def _handed_in(client: direct_ports.Client, order: t.Any, csr: bytes) -> t.Any:
    try:
        return client.finalize(order, csr)
    except errors.AcmeError as error:
        if error.problem.type != "orderNotReady":
            raise
        return client.order(order.url)  # another run has finalized it, for the same key


def _written_down(run: ports.Run, client: direct_ports.Client, job: Job, leaf: CertificateInfo, url: str) -> Job:
    """The last word of an order: what was issued, when to renew, and that nothing is under way any more."""
    work = {
        "issued": {"serialNumber": leaf.serial_number, "orderURL": url},
        "renewalInfo": renewal_info.ask(run, client, leaf, {}),
        **_left(job),
    }
    told_before = record.read(job.config_map, "status")
    predicted = {**job.config_map, "data": {**job.config_map["data"], "work": record.text(work)}}
    at = plan.due_at(job.kept(predicted).seen, leaf)
    told = status.served(told_before, leaf, at, run.clock.now(), issued=True)
    return job.kept(records.amend(run, job.config_map, status=told, work=work))


def _left(job: Job) -> dict[str, t.Any]:
    """What is still presented, when its order is over."""
    left = [one.as_json() for one in presented.kept(job.config_map)]
    return {"left": left} if left else {}


def _not_yet(job: Job, order: t.Any) -> errors.NotReady:
    said = f"the CA has not got further than {order.status!r} with order {order.url} in time; it stays under way."
    finding = Finding("order.pending", ERROR, job.seen.wanted.title, said, "run the task again: it goes on from there")
    return errors.NotReady(in_words(f"{job.seen.wanted.title} is not issued yet.", [finding]), [finding])


def _failed(run: ports.Run, job: Job, error: errors.CertopsError) -> Done:
    """What the CA refused, or did not answer, counts: it makes the next run wait."""
    title = job.seen.wanted.title
    if isinstance(error, errors.AcmeError):
        refused = account_server.refused(title, f"could not {error.action}", error)
        return Done(_counted(run, job, error, refused.findings[0]), job.seen.secret, refused.findings)
    remedy = "mend what this names; then retry_failed: true tries at once"
    findings = error.findings or (Finding("certificate.not_issued", ERROR, title, f"{error}", remedy),)
    return failed(run, job, findings)


def _counted(run: ports.Run, job: Job, error: errors.AcmeError, finding: Finding) -> Job:
    now, served = run.clock.now(), job.decision.served
    work = record.read(job.config_map, "work")
    lifetime = served.not_after - served.not_before if served else _USUAL_LIFETIME
    asked, before = plan.asked(job.seen.wanted, job.issuer), failure.from_json(work.get("failure"))
    said = (error.problem.retry_at, error.problem.document)
    counted = failure.after(before, now, finding.message, asked, lifetime, *said)
    told = status.failed(record.read(job.config_map, "status"), finding.message, now, counted.count, job.decision.valid)
    kept = {key: value for key, value in work.items() if key not in (*record.OF_ORDER, "left")} | _left(job)
    if error.problem.may_pass and "order" in work:
        kept = work  # nobody has said that it is over
    kept = kept | {"failure": counted.as_json()}
    return job.kept(records.amend(run, job.config_map, status=told, work=kept))
