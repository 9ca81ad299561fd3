# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates of the direct engine as they are read: which they are, and why one waits for its next try."""

from __future__ import annotations

import typing as t

from ..spec import duration
from ..spec.direct import failure, record
from ..x509.leaf import rfc3339
from .finding import ERROR, WARNING, Finding

if t.TYPE_CHECKING:
    from datetime import datetime

Object = t.Mapping[str, t.Any]


def keeps(obj: Object) -> bool:
    """Whether the direct engine keeps this certificate or issuer."""
    return obj.get("engine") == record.ENGINE


def engine(obj: Object) -> str:
    """The engine that keeps it, as the option is named."""
    return record.ENGINE if keeps(obj) else "cert_manager"


def failed(certificate: Object) -> failure.Failure | None:
    """The failures in a row that the CA has answered, None without one."""
    return failure.from_json((certificate.get("work") or {}).get("failure"))


def held(title: str, kept: failure.Failure, valid: bool, now: datetime) -> Finding:
    """That it is too early for another try.

    :param valid: whether what is served is as wanted all the same
    """
    times = "once" if kept.count == 1 else f"{kept.count} times"
    who = "the CA allows the next try" if kept.named_by_ca else "the next try is"
    wait = duration.in_words(kept.next_try - now)
    return Finding(
        "certificate.backoff",
        WARNING if valid else ERROR,
        title,
        f"has failed {times}; {who} in {wait}, at {rfc3339(kept.next_try)}. The last failure: {kept.message}",
        "mend the cause; then retry_failed: true asks at once",
        {"failed_attempts": kept.count, "last_failure_time": rfc3339(kept.at)} | {"next_try": rfc3339(kept.next_try)},
    )
