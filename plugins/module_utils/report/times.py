# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times for people who read a report: how far away, and the day."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from ..spec.duration import in_words

_YEARS = timedelta(days=730)


def moment(text: str | None) -> datetime | None:
    """A time of the API (RFC 3339, to the second, UTC); None where there is none.

    :raises ValueError: it isn't one
    """
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc) if text else None


@dataclass(frozen=True)
class When:
    """A time as it is shown: ``in 62 d``, ``25 Jan 2027``, ``2027-01-25T08:00:00Z``."""

    words: str
    day: str
    iso: str


def when(text: str | None, now: datetime) -> When | None:
    """As seen from now."""
    found = moment(text)
    if found is None:
        return None
    return When(away(found - now), f"{found.day} {found:%b %Y}", t.cast(str, text))


def away(span: timedelta) -> str:
    """``in 62 d``, ``3 h ago``, ``in 10 years``."""
    size = abs(span)
    words = f"{size.days // 365} years" if size >= _YEARS else in_words(size)
    return f"{words} ago" if span < timedelta(0) else f"in {words}"
