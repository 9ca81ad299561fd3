# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates of the direct engine: what its last run has met, and whether runs come often enough."""

from __future__ import annotations

import typing as t
from dataclasses import replace
from datetime import timedelta

from ...spec import conditions, duration, kinds
from ...x509.leaf import rfc3339
from .. import acme_problem, direct
from ..finding import ERROR, WARNING, Finding
from . import acme, chain

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ..evidence import Evidence

# Somebody runs it once a day, at least.
PATIENCE = timedelta(days=1, hours=1)


def _title(evidence: Evidence) -> str:
    return chain.title(kinds.CERTIFICATE, evidence.certificate)


def claimed(evidence: Evidence) -> Iterator[Finding]:
    """No other certificate, of whichever engine, is kept in the same Secret."""
    if evidence.claimants:
        names = [item["metadata"]["name"] for item in evidence.claimants]
        title = kinds.SECRET.title(evidence.namespace, evidence.certificate["spec"]["secretName"])
        message = f"is also wanted by Certificate {', '.join(names)}: each would replace what the other has issued."
        remedy = "give each certificate a secret_name of its own, or remove all but one of them"
        yield Finding("secret.claimed", ERROR, title, message, remedy, {"certificates": names})


def refused(evidence: Evidence) -> Iterator[Finding]:
    """The CA has refused nothing."""
    kept = direct.failed(evidence.certificate)
    if kept is None:
        return
    problem = acme_problem.from_document(kept.problem)
    if problem.type:
        yield replace(acme.finding(_title(evidence), "the last try failed", problem), message=kept.message)
    else:
        remedy = "correct what the message names; then retry_failed: true asks at once"
        yield Finding("certificate.issuance_failed", ERROR, _title(evidence), kept.message, remedy)


def order(evidence: Evidence) -> Iterator[Finding]:
    """No run was cut off in the middle of an order."""
    going = (evidence.certificate.get("work") or {}).get("order") or {}
    if going and direct.failed(evidence.certificate) is None:
        message = f"has an order under way, {going.get('url') or 'which was not placed yet'}."
        remedy = "run the task again: it goes on from there"
        yield Finding("order.pending", WARNING, _title(evidence), message, remedy)


def overdue(evidence: Evidence) -> Iterator[Finding]:
    """What is due has been renewed by some run."""
    live, status = evidence.certificate, chain.status(evidence.certificate)
    due = chain.moment(status.get("renewalTime"))
    disabled = (live["spec"].get("renewal") or {}).get("policy") == "Disabled"
    if due is None or disabled or direct.failed(live) or evidence.now - due <= PATIENCE:
        return
    late = duration.in_words(evidence.now - due)
    message = f"should have been renewed {late} ago, at {rfc3339(due)}, but no run has done so."
    remedy = "run the playbook certops.kubernetes.renew; the role renewal_job has it run regularly"
    yield Finding("renewal.overdue", WARNING, _title(evidence), message, remedy, {"renewal_time": rfc3339(due)})


def backoff(evidence: Evidence) -> Iterator[Finding]:
    """No failure waits for its next try."""
    kept = direct.failed(evidence.certificate)
    if kept is not None and kept.next_try > evidence.now:
        valid = conditions.is_true(evidence.certificate, "Ready")
        yield replace(direct.held(_title(evidence), kept, valid, evidence.now), severity=WARNING)
