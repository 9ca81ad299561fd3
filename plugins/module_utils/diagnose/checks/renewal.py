# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When cert-manager tries again, and when it renews.

Source: cert-manager v1.21, pkg/controller/certificates/trigger and pkg/util/pki/renewaltime.go.
"""

from __future__ import annotations

import typing as t
from datetime import timedelta

from ...spec import conditions, duration, kinds
from ...x509 import renewal
from ...x509.leaf import rfc3339
from ..finding import ERROR, WARNING, Finding
from . import chain, secret

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ..evidence import Evidence

# Defaults of --certificate-request-minimum-backoff-duration and its maximum.
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(hours=1), timedelta(hours=32)
_OVERDUE = timedelta(minutes=10)


def next_try(last_failure: datetime, attempts: int) -> datetime:
    """When an issuance that failed is tried again (shouldBackoffReissuingOnFailure): 1, 2, 4 … at most 32 hours later.

    :param attempts: status.failedIssuanceAttempts
    """
    doublings = min(max(attempts, 1) - 1, 10)
    pause: timedelta = min(_FIRST_PAUSE * 2**doublings, _LONGEST_PAUSE)
    return last_failure + pause


def backoff(evidence: Evidence) -> Iterator[Finding]:
    """No failed issuance waits for its next try."""
    live, status = evidence.certificate, chain.status(evidence.certificate)
    failed = chain.moment(status.get("lastFailureTime"))
    if failed is None or conditions.is_true(live, "Issuing"):
        return
    attempts = int(status.get("failedIssuanceAttempts") or 1)
    again = next_try(failed, attempts)
    if again <= evidence.now:
        return
    wait, times = duration.in_words(again - evidence.now), "once" if attempts == 1 else f"{attempts} times"
    yield Finding(
        "certificate.backoff",
        WARNING,
        chain.title(kinds.CERTIFICATE, live),
        f"has failed {times}; cert-manager tries again in {wait}, at {rfc3339(again)}.",
        "mend the cause; then renew: always tries at once",
        {"failed_attempts": attempts, "last_failure_time": rfc3339(failed), "next_try": rfc3339(again)},
    )


def early(evidence: Evidence) -> Iterator[Finding]:
    """renewBefore fits the lifetime that the CA really gives, which may be shorter than what was asked for."""
    for leaf in secret.served(evidence)[:1]:
        yield from judge(evidence, leaf.not_before, leaf.not_after)


def judge(evidence: Evidence, not_before: datetime, not_after: datetime) -> Iterator[Finding]:
    """Whether renewBefore fits a certificate that is valid from then until then."""
    spec = evidence.certificate["spec"]
    lifetime = not_after - not_before
    before = _span(spec.get("renewBefore"))
    title = chain.title(kinds.CERTIFICATE, evidence.certificate)
    seen = {"renew_before": spec.get("renewBefore"), "lifetime": duration.in_words(lifetime)}
    remedy = f"set renew_before to a third of the lifetime, {duration.in_words(lifetime / 3)}, or leave it out"
    if before and before >= lifetime:
        message = (
            f"renew_before {spec['renewBefore']} is not shorter than the certificate's lifetime, "
            f"{seen['lifetime']}: cert-manager ignores it."
        )
        yield Finding("renewal.ignored", WARNING, title, message, remedy, seen)
    elif _too_early(evidence, not_before, not_after, before):
        message = (
            f"is renewed {duration.in_words(_wait(evidence, not_before, not_after, before))} after its "
            f"certificate begins, of {seen['lifetime']}: it is issued over and over."
        )
        yield Finding("renewal.too_early", ERROR, title, message, remedy, seen)


def _wait(evidence: Evidence, not_before: datetime, not_after: datetime, before: timedelta | None) -> timedelta:
    percentage = evidence.certificate["spec"].get("renewBeforePercentage")
    return renewal.renewal_time(not_before, not_after, before, percentage) - not_before


def _too_early(evidence: Evidence, not_before: datetime, not_after: datetime, before: timedelta | None) -> bool:
    """Within a twentieth of the lifetime. Let's Encrypt's begin an hour before they are issued, so that is at once."""
    return _wait(evidence, not_before, not_after, before) <= (not_after - not_before) / 20


def _span(text: str | None) -> timedelta | None:
    try:
        return duration.parse(text) if text else None
    except ValueError:
        return None


def overdue(evidence: Evidence) -> Iterator[Finding]:
    """What should have been renewed is being renewed."""
    live, status = evidence.certificate, chain.status(evidence.certificate)
    due = chain.moment(status.get("renewalTime"))
    disabled = (live["spec"].get("renewal") or {}).get("policy") == "Disabled"
    if due is None or disabled or status.get("lastFailureTime") or conditions.is_true(live, "Issuing"):
        return
    if due + _OVERDUE < evidence.now:
        late = duration.in_words(evidence.now - due)
        message = f"should have been renewed {late} ago, at {rfc3339(due)}, but nothing is being issued."
        remedy = "see whether cert-manager's controller runs, and its log"
        title = chain.title(kinds.CERTIFICATE, live)
        yield Finding("renewal.overdue", WARNING, title, message, remedy, {"renewal_time": rfc3339(due)})
