# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an ACME server's rate limits let an order through, by what was ordered, issued and refused before. Pure.

Each limit is a token bucket, as at Let's Encrypt (letsencrypt.org/docs/rate-limits): full at first, and refilled evenly.
So all there is to know of one is the moment from which on it is full again:

    tokens left = capacity - (that moment - now) / (period / capacity)
"""

from __future__ import annotations

import hashlib
import ipaddress
import typing as t
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from . import lets_encrypt
from .lets_encrypt import Limit

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# Bucket → when it is full again; one that isn't there is full.
Ledger = t.Mapping[str, datetime]
Identifier = tuple[str, str]

_PUBLISHED = {
    lets_encrypt.PRODUCTION: {
        "newOrders": lets_encrypt.NEW_ORDERS,
        "certificatesPerDomain": lets_encrypt.REGISTERED_DOMAIN,
        "certificatesPerNames": lets_encrypt.EXACT_SET,
        "failedValidations": lets_encrypt.FAILED_VALIDATIONS,
        "consecutiveFailures": lets_encrypt.CONSECUTIVE_FAILURES,
    },
    # letsencrypt.org/docs/staging-environment
    lets_encrypt.STAGING: {
        "newOrders": Limit(1500, timedelta(hours=3)),
        "certificatesPerNames": Limit(30000, lets_encrypt.WEEK),
        "failedValidations": Limit(200, timedelta(hours=1)),
        "consecutiveFailures": Limit(3600, timedelta(hours=6)),
    },
}
_PERIODS = {
    "newOrders": timedelta(hours=3),
    "certificatesPerDomain": lets_encrypt.WEEK,
    "certificatesPerNames": lets_encrypt.WEEK,
    "failedValidations": timedelta(hours=1),
}


@dataclass(frozen=True)
class Bucket:
    """One limit for one thing.

    :param key: its name in the ledger
    :param field: of acme.rateLimits
    :param words: what it counts, for people
    """

    key: str
    field: str
    limit: Limit
    words: str

    @property
    def refill(self) -> timedelta:
        """The time in which one token comes back."""
        return self.limit.period / self.limit.capacity


def limits(server: str, given: Mapping[str, t.Any] | None) -> dict[str, Limit]:
    """The limits that count, by the fields of acme.rateLimits; {} for none.

    :param server: the URL of the server's directory
    :param given: acme.rateLimits
    """
    numbers = dict(given or {})
    if numbers.pop("enforce", True) is False:
        return {}
    known: dict[str, Limit] = _PUBLISHED.get(urlsplit(server).hostname or "", {})
    return known | {
        field: Limit(number, _PERIODS.get(field) or number * timedelta(days=1)) for field, number in numbers.items()
    }


class Charge(t.NamedTuple):
    """What an order takes from when it is opened, and what its certificate takes from."""

    order: list[Bucket]
    certificate: list[Bucket]


def charge(ledger: Ledger, limits: Mapping[str, Limit], names: Sequence[Identifier], now: datetime) -> Charge:
    """What a certificate for these names costs.

    One for the very names of another that was issued before is a renewal, which counts neither as an order nor for its
    domains.
    """
    key = f"names {_digest(names)}"
    exact = _some(limits, "certificatesPerNames", [(key, "certificates for exactly these names")])
    if ledger.get(key, now) > now:
        return Charge([], exact)
    domains = [
        (f"domain {domain}", f"certificates of {domain}") for domain in sorted({_domain(*each) for each in names})
    ]
    order = _some(limits, "newOrders", [("orders", "orders of the account")])
    return Charge(order, [*exact, *_some(limits, "certificatesPerDomain", domains)])


def failures(limits: Mapping[str, Limit], names: Iterable[str]) -> list[Bucket]:
    """What failed validations of these names take from."""
    distinct = sorted({name.removeprefix("*.") for name in names})
    failed = [(f"failed {name}", f"failed validations of {name}") for name in distinct]
    in_a_row = [(f"in a row {name}", f"validations of {name} that failed one after another") for name in distinct]
    return [*_some(limits, "failedValidations", failed), *_some(limits, "consecutiveFailures", in_a_row)]


def _some(limits: Mapping[str, Limit], field: str, buckets: Iterable[tuple[str, str]]) -> list[Bucket]:
    return [Bucket(key, field, limits[field], words) for key, words in buckets] if field in limits else []


def refusals(
    ledger: Ledger, limits: Mapping[str, Limit], names: Sequence[Identifier], now: datetime
) -> list[tuple[Bucket, datetime]]:
    """The buckets that are too empty for an order of these names, and when each has a token again; the last one first."""
    costs = charge(ledger, limits, names, now)
    asked = [*costs.order, *costs.certificate, *failures(limits, [value for _type, value in names])]
    found = [(bucket, at) for bucket in asked if (at := free_at(ledger, bucket, now)) is not None]
    return sorted(found, key=lambda each: each[1], reverse=True)


def free_at(ledger: Ledger, bucket: Bucket, now: datetime) -> datetime | None:
    """When the bucket has a token, None for now."""
    at = ledger.get(bucket.key, now) - (bucket.limit.capacity - 1) * bucket.refill
    return at if at > now else None


def taken(ledger: Ledger, buckets: Iterable[Bucket], now: datetime) -> dict[str, datetime]:
    """The ledger with a token less in each of these buckets, without those that are full; none is emptier than empty."""
    after = {key: full for key, full in ledger.items() if full > now}
    for bucket in buckets:
        after[bucket.key] = min(max(after.get(bucket.key, now), now) + bucket.refill, now + bucket.limit.period)
    return after


def filled(ledger: Ledger, buckets: Iterable[Bucket]) -> dict[str, datetime]:
    """The ledger with these buckets full."""
    gone = {bucket.key for bucket in buckets}
    return {key: full for key, full in ledger.items() if key not in gone}


def _digest(names: Sequence[Identifier]) -> str:
    text = " ".join(sorted(value.lower() for _type, value in names))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _domain(kind: str, value: str) -> str:
    """What a limit of registered domains counts: of addresses, one of IPv4 and a /64 of IPv6."""
    if kind != "ip":
        return lets_encrypt.registered_domain(value)
    address = ipaddress.ip_address(value)
    return value if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))
