# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a certificate that could not be issued is asked for again.

1 min, 10 min, 100 min, then daily (letsencrypt.org/docs/integration-guide, "Retrying failures"), each shortened for
certificates that live shorter than 90 days; never before the time that the CA itself names (RFC 8555, 6.6).
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from ...x509.leaf import rfc3339

if t.TYPE_CHECKING:
    from collections.abc import Mapping

_STEPS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(minutes=100), timedelta(days=1))
_USUAL_LIFETIME = timedelta(days=90)
_SHORTEST = timedelta(minutes=1)


@dataclass(frozen=True)
class Failure:
    """The failures in a row, as they are kept in the cluster.

    :param count: how many
    :param at: the last one
    :param next_try: not before this time
    :param named_by_ca: whether the CA itself named that time
    :param message: what the last one said
    :param wanted: a digest of what was asked for; for something else the ladder starts anew
    :param problem: the CA's problem document (RFC 8555, 6.7), {} where it gave none
    """

    count: int
    at: datetime
    next_try: datetime
    named_by_ca: bool
    message: str
    wanted: str
    problem: Mapping[str, t.Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, t.Any]:
        """The shape in which it is kept."""
        return {
            "count": self.count,
            "at": rfc3339(self.at),
            "nextTry": rfc3339(self.next_try),
            "namedByCA": self.named_by_ca,
            "message": self.message,
            "wanted": self.wanted,
            **({"problem": dict(self.problem)} if self.problem else {}),
        }

    def holds(self, now: datetime, wanted: str) -> bool:
        """Whether it is too early to ask for this. What the CA named holds whatever is asked for."""
        return now < self.next_try and (self.named_by_ca or wanted == self.wanted)


def from_json(kept: Mapping[str, t.Any] | None) -> Failure | None:
    """What was kept; None without a failure."""
    if not kept:
        return None
    return Failure(
        int(kept["count"]),
        moment(kept["at"]),
        moment(kept["nextTry"]),
        bool(kept.get("namedByCA")),
        str(kept.get("message") or ""),
        str(kept.get("wanted") or ""),
        kept.get("problem") or {},
    )


def after(
    before: Failure | None,
    now: datetime,
    message: str,
    wanted: str,
    lifetime: timedelta,
    retry_at: datetime | None,
    problem: Mapping[str, t.Any] | None = None,
) -> Failure:
    """One more failure.

    :param lifetime: of the certificate, as far as it is known
    :param retry_at: when the CA wants to be asked again, if it says so
    """
    count = before.count + 1 if before and before.wanted == wanted else 1
    by_ladder = now + pause(count, lifetime)
    by_ca = retry_at is not None and retry_at > now
    next_try = max(by_ladder, retry_at) if by_ca and retry_at else by_ladder
    return Failure(count, now, next_try, by_ca, message, wanted, problem or {})


def pause(count: int, lifetime: timedelta = _USUAL_LIFETIME) -> timedelta:
    """How long to wait after so many failures in a row."""
    step = _STEPS[min(max(count, 1), len(_STEPS)) - 1]
    return max(_SHORTEST, step * min(1.0, lifetime / _USUAL_LIFETIME))


def moment(text: str) -> datetime:
    """A time as the Kubernetes API writes it."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
