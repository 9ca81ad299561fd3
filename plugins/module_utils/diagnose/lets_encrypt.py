# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Let's Encrypt in figures: lifetimes, names in a certificate, and how many certificates it gives.

Sources: letsencrypt.org/docs/rate-limits and /docs/profiles as of August 2026; the lifetimes to come are those of its
post of 2025-12-02. The limits are token buckets: full at first, each certificate takes one token, and one comes back
after ``period / capacity``.
"""

from __future__ import annotations

import typing as t
from datetime import datetime, timedelta, timezone

if t.TYPE_CHECKING:
    from collections.abc import Iterable

PRODUCTION = "acme-v02.api.letsencrypt.org"
STAGING = "acme-staging-v02.api.letsencrypt.org"

_DAY = timedelta(days=1)
WEEK = 7 * _DAY
_CLASSIC = "classic"  # the default profile
_CLASSIC_FROM = (
    (datetime(2028, 2, 16, tzinfo=timezone.utc), 45 * _DAY),
    (datetime(2027, 2, 10, tzinfo=timezone.utc), 64 * _DAY),
)
_LIFETIMES = {_CLASSIC: 90 * _DAY, "tlsserver": 45 * _DAY, "shortlived": timedelta(hours=160)}
_MOST_NAMES = {_CLASSIC: 100, "tlsserver": 25, "shortlived": 25}


class Limit(t.NamedTuple):
    """So many certificates, orders or failures in a time."""

    capacity: int
    period: timedelta


EXACT_SET = Limit(5, WEEK)  # of exactly the same names
REGISTERED_DOMAIN = Limit(50, WEEK)  # that are no renewals, for a domain and all below it
NEW_ORDERS = Limit(300, timedelta(hours=3))  # of an account
FAILED_VALIDATIONS = Limit(5, timedelta(hours=1))  # of a name
CONSECUTIVE_FAILURES = Limit(1152, 1152 * _DAY)  # of a name, which is then paused; a success fills it again


def lifetime(profile: str | None, now: datetime) -> timedelta | None:
    """How long a certificate of a profile is valid, None for an unknown profile."""
    name = profile or _CLASSIC
    if name == _CLASSIC:
        return next((span for since, span in _CLASSIC_FROM if now >= since), _LIFETIMES[_CLASSIC])
    return _LIFETIMES.get(name)


def most_names(profile: str | None) -> int | None:
    """How many names a certificate of a profile can have, None for an unknown profile."""
    return _MOST_NAMES.get(profile or _CLASSIC)


def free_at(limit: Limit, issued: Iterable[datetime], now: datetime) -> datetime | None:
    """When the limit lets the next certificate through, None for now.

    :param issued: when those that are known were given
    """
    refill = limit.period / limit.capacity
    tokens, last = float(limit.capacity), None
    for moment in sorted(issued):
        if last is not None:
            tokens = min(float(limit.capacity), tokens + (moment - last) / refill)
        tokens, last = tokens - 1, moment
    if last is None:
        return None
    tokens = min(float(limit.capacity), tokens + (now - last) / refill)
    return None if tokens >= 1 else now + (1 - tokens) * refill


# Second levels below which countries' registries give names away, as far as they are common to many of them.
_SECOND_LEVELS = frozenset({"ac", "co", "com", "edu", "gob", "gov", "gv", "ne", "net", "nom", "or", "org", "sch"})


def registered_domain(name: str) -> str:
    """The domain that the limit counts for a name, by a rule of thumb: the Public Suffix List is not at hand."""
    labels = name.lower().removeprefix("*.").rstrip(".").split(".")
    own = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVELS else 2
    return ".".join(labels[-own:])
