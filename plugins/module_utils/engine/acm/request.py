# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requesting a certificate from ACM, and waiting until it is issued."""

from __future__ import annotations

import hashlib
import json
import typing as t
from dataclasses import replace

from ... import errors
from ...diagnose import acm as diagnosis
from ...diagnose.finding import in_words
from ...spec.acm import ISSUED, PENDING
from .. import ports
from ..diff import pair
from . import choice

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...diagnose.dns_answers import Answer
    from ...spec.acm import AcmSpec, Known
    from .ports import AcmRun

# ACM makes the records some seconds after the request, which it has to even where nobody waits for the certificate.
_RECORDS_SECONDS = 60.0
_PAUSES = (1.0, 15.0)  # seconds between looks, the first and the longest


def ensure(run: AcmRun, spec: AcmSpec) -> ports.Outcome:
    """Have the certificate issued, with its validation records in DNS, where they stay for its renewal.

    :raises SpecError: the given ARN is not one for these names
    :raises NotReady: with findings: ACM refuses to issue, or the time is out
    :raises ProviderError: AWS refuses a request
    """
    found = choice.requested(run, spec)
    known = found.known
    if known is None and found.failed and not spec.retry_failed:
        raise _ended(found.failed[-1], changed=False)
    untagged = choice.untagged(spec, known)
    missing = run.records.missing(known.records) if known and run.records else {}
    diff = _diff(spec, known, untagged, missing)
    if run.check_mode:
        facts = _facts(known) if known else {"certificate_arn": None, "certificate": None}
        return ports.Outcome(bool(diff), facts, diff, list(diagnosis.renewal(known)) if known else [])
    if known is None:
        arn = run.certificates.request(spec.dns_names, spec.key_algorithm, spec.all_tags, _token(spec, found.failed))
    else:
        arn = known.arn
        if untagged:
            run.certificates.tag(arn, untagged)
        if missing and run.records:
            run.records.write(missing)
    known = _until_issued(run, spec, arn, known, bool(diff))
    if diff:
        known = replace(known, tags=run.certificates.tags(arn))
    return ports.Outcome(bool(diff), _facts(known), diff, list(diagnosis.renewal(known)))


def _token(spec: AcmSpec, failed: Sequence[Known]) -> str:
    """The same for the same wish, so that ACM knows a repeated request; another after each request that has failed."""
    said = [sorted(spec.dns_names), spec.key_algorithm, sorted(spec.tags.items()), sorted(one.arn for one in failed)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def _until_issued(run: AcmRun, spec: AcmSpec, arn: str, known: Known | None, changed: bool) -> Known:
    """Look until it is issued, or, where nobody waits for that, until its records are there; write those that come."""
    clock = run.clock
    end = clock.monotonic() + (run.timeout if run.wait else min(run.timeout, _RECORDS_SECONDS))
    written = known.records if known else {}
    tags = known.tags if known else {}
    pause, longest = _PAUSES
    while True:
        if known is not None:
            known = replace(known, tags=tags)
            fresh = {name: value for name, value in known.records.items() if written.get(name) != value}
            if fresh and run.records:
                run.records.write(fresh)
            written = {**written, **known.records}
            if known.status == ISSUED or (not run.wait and known.has_all_records and known.status == PENDING):
                return known
            if known.status != PENDING:
                raise _ended(known, changed)
        if clock.monotonic() >= end:
            raise _too_long(run, spec, arn, known, changed)
        clock.sleep(max(min(pause, end - clock.monotonic()), 0.1))
        pause = min(pause * 1.5, longest)
        known = run.certificates.describe(arn) or known


def _ended(known: Known, changed: bool) -> errors.CertopsError:
    finding = diagnosis.failure(known)
    summary = f"{known.title} of {', '.join(known.names)} is {known.status}."
    return errors.NotReady(in_words(summary, [finding]), [finding], {"changed": changed, **_facts(known)})


def _too_long(run: AcmRun, spec: AcmSpec, arn: str, known: Known | None, changed: bool) -> errors.CertopsError:
    seconds = run.timeout if run.wait else min(run.timeout, _RECORDS_SECONDS)
    if known is None:
        message = (
            f"ACM has taken the request for {', '.join(spec.dns_names)}, but does not show {arn} {seconds:.0f} s later."
        )
        return errors.NotReady(message, (), {"changed": changed, "certificate_arn": arn, "certificate": None})
    findings = diagnosis.pending(known, _seen(run, known.records), run.records is not None)
    summary = f"{known.title} of {', '.join(known.names)} is not issued after {seconds:.0f} s."
    return errors.NotReady(in_words(summary, findings), findings, {"changed": changed, **_facts(known)})


def _seen(run: AcmRun, records: Mapping[str, str]) -> dict[str, Answer]:
    """What DNS says of the records; nothing where it can't be asked."""
    if run.resolver is None:
        return {}
    try:
        return {name: run.resolver.answer(name, "CNAME") for name in records}
    except ImportError:  # dnspython only makes the finding better
        return {}


def _diff(
    spec: AcmSpec, known: Known | None, untagged: Mapping[str, str], missing: Mapping[str, str]
) -> list[dict[str, t.Any]]:
    """What will be different."""
    if known is None:
        after = {"dns_names": list(spec.dns_names), "key_algorithm": spec.key_algorithm, "tags": spec.all_tags}
        return [pair(spec.title, {}, after)]
    records = [pair(f"CNAME record {name}", {}, {"value": value}) for name, value in sorted(missing.items())]
    return [*([choice.tagged(known, untagged)] if untagged else []), *records]


def _facts(known: Known) -> dict[str, t.Any]:
    return {"certificate_arn": known.arn, "certificate": known.facts()}
