# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run that was cut off has left of an order: answers to challenges, a kept key, the order itself."""

from __future__ import annotations

import typing as t

from ...spec.certificate import CertificateSpec
from ...spec.direct import record
from . import next_key, observe, orders, presented, records

if t.TYPE_CHECKING:
    from ...diagnose.finding import Finding
    from .. import ports, protocol
    from . import ports as direct_ports
    from .job import Job


def tidied(run: ports.Run, parts: direct_ports.Parts, job: Job) -> tuple[Job, Finding | None]:
    """Of a certificate that needs no order (any more): nothing of one is left. And what could not be taken away."""
    order, answers = orders.of(job), presented.kept(job.config_map)
    under_way = record.under_way(job.config_map)
    if orders.claimed(job, run.clock.now()) or not under_way and not answers:
        return job, None  # in the first case, another run is about to order it all the same
    left, note = presented.clean_up(run, parts, job.issuer, job.seen.wanted, answers)
    issued = None
    if under_way:
        next_key.drop(run, job.seen)
        served = job.decision.served
        if served is not None and orders.served(job):
            issued = {"serialNumber": served.serial_number, "orderURL": order["url"]}
    return job.kept(orders.note(run, job, None, issued, [one.as_json() for one in left])), note


def swept(run: ports.Run, parts: direct_ports.Parts, job: Job) -> tuple[Job, Finding | None]:
    """Of a certificate that is asked for again later: no answers are left that belong to no order."""
    answers = presented.left_over(job.config_map)
    if not answers:
        return job, None
    left, note = presented.clean_up(run, parts, job.issuer, job.seen.wanted, answers)
    work = record.read(job.config_map, "work") | {"left": [one.as_json() for one in left]}
    return job.kept(records.note(run, job.config_map, work={key: value for key, value in work.items() if value})), note


def cleared(
    run: ports.Run, parts: direct_ports.Parts, target: protocol.CertificateTarget, config_map: ports.Object | None
) -> Finding | None:
    """Of a certificate that is to be removed: nobody will know any more what was presented for it."""
    answers = presented.kept(config_map) if config_map else ()
    if not answers:
        return None
    wanted = CertificateSpec(target.name, target.namespace, record.read(config_map, "spec"))
    issuer = observe.issuer(run, observe.place_of(run, wanted))
    return presented.clean_up(run, parts, issuer, wanted, answers)[1] if issuer else None
