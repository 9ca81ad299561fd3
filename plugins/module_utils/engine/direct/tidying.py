# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run that was cut off has left of an order: answers to challenges, a kept key, the order itself."""

from __future__ import annotations

import contextlib
import typing as t

from ...errors import CertopsError
from . import challenges, next_key, orders

if t.TYPE_CHECKING:
    from ..ports import Run
    from .job import Job
    from .ports import Parts


def tidied(run: Run, parts: Parts, job: Job) -> Job:
    """Of a certificate that needs no order (any more): nothing of one is left."""
    left = orders.of(job)
    if not left:
        return job
    wanted, presented = job.seen.wanted, left.get("presented") or ()
    if presented and "acme" in job.issuer.body:
        with contextlib.suppress(CertopsError):
            challenges.clean_up(run, parts, job.issuer, wanted.namespace, presented)
    next_key.drop(run, job.seen)
    served = job.decision.served
    issued = {"serialNumber": served.serial_number, "orderURL": left["url"]} if served and orders.served(job) else None
    return job.kept(orders.note(run, job, None, issued))
