# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order for one certificate: begun, or taken up where another run left it.

next key ──► claim ──► order ──► its URL in the record ──► (challenges) ──► finalize ──► certificate ──► Secret ──► tidy
   └─ each is in the cluster before the next step, so that a run cut off anywhere is gone on with, not repeated

Of several runs at once, the one whose claim is in the record orders; the others wait for its order, and go on with that.
"""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ... import errors
from ...diagnose.acme_problem import Problem
from ...spec.direct import failure, record
from ...x509 import fields
from ...x509.leaf import rfc3339
from . import next_key, plan, records
from .job import Job

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ...x509.keys import PrivateKey
    from .. import ports
    from . import ports as direct_ports

# Who claims the order opens it at once. Whoever finds a claim waits this long, then its run was cut off.
_CLAIM = timedelta(seconds=10)
_PAUSE_SECONDS = 0.5
# Of an order that is invalid without an error (RFC 8555, 7.1.3 leaves it out where a challenge has one).
UNSAID = Problem("", None, "the server does not say why")


@dataclass(frozen=True)
class Going:
    """A certificate whose order is under way.

    :param order: as the server last told it
    """

    job: Job
    key: PrivateKey
    order: t.Any

    def kept(self, config_map: ports.Object) -> Going:
        """The same with its record as it is now."""
        return replace(self, job=self.job.kept(config_map))


def begin(run: ports.Run, parts: direct_ports.Parts, client: direct_ports.Client, job: Job) -> Going:
    """The order that is under way for what is wanted, else a new one.

    :raises AcmeError: the server refuses
    :raises Conflict: another run has begun meanwhile
    """
    job = _after_other(run, job)
    key = next_key.take(run, job.seen)
    digest = fields.key_sha256(key.key.public_key())
    kept = of(job)
    order = _resumed(client, kept, digest) if kept.get("asked") == plan.asked(job.seen.wanted, job.issuer) else None
    if order is not None and kept.get("keySHA256") == digest:
        return Going(job, key.key, order)
    if order is None:
        job = _claimed(run, job, key, digest)
        order = _new_order(run, parts, client, job)
    about = {
        "url": order.url,
        "asked": plan.asked(job.seen.wanted, job.issuer),
        "keySHA256": digest,
        "instead": job.decision.served.serial_number if job.decision.served else None,
        "presented": kept.get("presented") or [],
    }
    return Going(job, key.key, order).kept(note(run, job, about))


def of(job: Job) -> dict[str, t.Any]:
    """What is kept of the order under way, {} for none."""
    return record.read(job.config_map, "work").get("order") or {}


def claimed(job: Job, now: datetime) -> bool:
    """Whether a run is about to order, as far as can be told."""
    claim = _claim(job)
    return bool(claim) and timedelta() <= now - failure.moment(claim["at"]) < _CLAIM


def _claim(job: Job) -> dict[str, t.Any]:
    return record.read(job.config_map, "work").get("claim") or {}


def note(
    run: ports.Run,
    job: Job,
    about: dict[str, t.Any] | None,
    issued: dict[str, t.Any] | None = None,
    left: Sequence[t.Any] | None = None,
) -> ports.Object:
    """Keep something of the order; by the record's version, so that of two runs one goes on.

    :param left: answers to challenges that are in no order any more; None leaves those that are kept
    """
    work = {key: value for key, value in record.read(job.config_map, "work").items() if key not in record.OF_ORDER}
    if left is not None:
        work["left"] = list(left)
    work |= {key: value for key, value in (("order", about), ("issued", issued)) if value}
    return records.note(run, job.config_map, work={key: value for key, value in work.items() if value})


def presenting(job: Job, presented: Sequence[t.Any]) -> Job:
    """The job, knowing what is still presented for it. Not written down: the next word on the order will tell."""
    work = record.read(job.config_map, "work")
    kept = {key: value for key, value in work.items() if key != "left"}
    kept["order"] = {**of(job), "presented": list(presented)}
    return job.kept({**job.config_map, "data": {**job.config_map["data"], "work": record.text(kept)}})


def served(job: Job) -> bool:
    """Whether the Secret has the certificate of the order already: the run that ordered it ended just then."""
    kept, leaf = of(job), job.decision.served
    if leaf is None or kept.get("asked") != plan.asked(job.seen.wanted, job.issuer):
        return False
    if job.seen.wanted.renew == "key_exposed":
        return False  # it is the exposed one that ended so
    return kept["keySHA256"] == leaf.public_key_sha256 and kept.get("instead") != leaf.serial_number


def identifiers(job: Job) -> list[direct_ports.Identifier]:
    """What is ordered: all names, the common name among them (RFC 8555, 7.4).

    :raises CertopsError: there is none that an ACME server issues for
    """
    body = job.seen.wanted.body
    common_name = body.get("commonName")
    addresses = [str(fields.address(text)) for text in body.get("ipAddresses") or ()]
    names = [*(body.get("dnsNames") or ())]
    if common_name and common_name not in addresses:
        names.append(common_name)
    found: list[direct_ports.Identifier] = [("dns", name.lower().rstrip(".")) for name in names]
    found += [("ip", address) for address in addresses]
    if not found:
        raise errors.CertopsError(
            f"{job.seen.wanted.title}: ACME servers issue for dns_names and ip_addresses; it has none"
        )
    return list(dict.fromkeys(found))


def replaced(parts: direct_ports.Parts, job: Job) -> str | None:
    """The certificate that is renewed, if it came from this issuer (RFC 9773, 5)."""
    served, issued = job.decision.served, record.read(job.config_map, "work").get("issued") or {}
    if served is None or not (job.decision.valid or issued.get("serialNumber") == served.serial_number):
        return None
    return parts.certificate_id(served.pem)


def _resumed(client: direct_ports.Client, kept: dict[str, t.Any], digest: str) -> t.Any:
    """The order that was left, None where it leads nowhere: forgotten, failed, or for a key that is lost."""
    try:
        order = client.order(kept["url"])
    except errors.AcmeError as error:
        if error.problem.status not in (400, 401, 403, 404):
            raise
        return None
    lost = order.status in ("processing", "valid") and kept.get("keySHA256") != digest
    return None if order.status == "invalid" or lost else order


def _after_other(run: ports.Run, job: Job) -> Job:
    """The job as another run leaves it that is about to order.

    :raises Conflict: that run has come to its end meanwhile
    """
    waited = False
    while claimed(job, run.clock.now()):
        run.clock.sleep(_PAUSE_SECONDS)
        job, waited = job.kept(_fresh(run, job)), True
    if waited and not record.under_way(job.config_map):
        raise errors.Conflict(
            f"order {job.seen.wanted.title}", 409, {"message": "another run has worked on it meanwhile"}
        )
    return job


def _claimed(run: ports.Run, job: Job, key: next_key.NextKey, digest: str) -> Job:
    """The job with this run's claim; of several runs one gets it, since it is for one version of the record.

    :raises Conflict: another run has written to it since this one looked
    """
    claim = {"at": rfc3339(run.clock.now()), "keySHA256": digest}
    work = record.read(job.config_map, "work") | {"claim": claim}
    try:
        return job.kept(records.note(run, job.config_map, work=work))
    except errors.Conflict:
        now = job.kept(_fresh(run, job))
        if key.new and digest not in (_claim(now).get("keySHA256"), of(now).get("keySHA256")):
            next_key.drop(run, job.seen)  # the other run has come to its end, or has another key
        raise


def _new_order(run: ports.Run, parts: direct_ports.Parts, client: direct_ports.Client, job: Job) -> t.Any:
    """A new order. Where there is none, nobody has to wait for it."""
    try:
        return client.new_order(identifiers(job), job.issuer.body["acme"].get("profile"), replaced(parts, job))
    except errors.CertopsError:
        with contextlib.suppress(errors.Conflict):  # another run has taken over
            note(run, job, of(job))
        raise


def _fresh(run: ports.Run, job: Job) -> ports.Object:
    metadata = job.config_map["metadata"]
    return records.again(run, metadata["namespace"], metadata["name"]) or job.config_map
