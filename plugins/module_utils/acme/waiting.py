# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for an order or an authorization: as the server asks, else soon and then less and less often."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from .session import Clock

# The first look: a validation may be done at once; issuance takes a CA a second for its logs. Looking sooner brings nothing,
# and Pebble 2.10 locks up when an order is read in the very moment in which it is issued (core/types.go, recursive RLock).
VALIDATION, ISSUANCE = 0.05, 0.25
GROWTH, LONGEST_PAUSE = 1.6, 5.0


class Dated(t.Protocol):
    """What says when to be asked again."""

    @property
    def retry_at(self) -> datetime | None: ...


D = t.TypeVar("D", bound=Dated)


def pause(retry_at: datetime | None, now: datetime, first: float, looks: int, remaining: float) -> float:
    """Seconds until the next look.

    :param first: before the first look, and at least; a Retry-After that is a date may be over in a moment
    :param looks: how many there have been since the wait began
    :param remaining: seconds until the deadline; a last look is taken there, whatever the server asks for
    """
    if retry_at is not None and retry_at > now:
        wanted = max((retry_at - now).total_seconds(), first)
    else:
        wanted = min(first * GROWTH ** min(looks, 20), LONGEST_PAUSE)
    return max(min(wanted, remaining), 0.0)


def wait(start: D, look: Callable[[], D], done: Callable[[D], bool], first: float, deadline: float, clock: Clock) -> D:
    """Look until it is done or the deadline has passed; the last look's state is returned in both cases.

    :param start: what is known already; no look is taken when that is done
    :param first: seconds before the first look; VALIDATION or ISSUANCE
    :param deadline: in seconds of the clock's monotonic time
    """
    state, looks = start, 0
    while not done(state):
        remaining = deadline - clock.monotonic()
        if remaining <= 0:
            break
        clock.sleep(pause(state.retry_at, clock.now(), first, looks, remaining))
        state, looks = look(), looks + 1
    return state
