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
    """What says when to be asked again, and when it was seen to be so."""

    @property
    def retry_at(self) -> datetime | None: ...

    @property
    def seen_at(self) -> datetime | None: ...


D = t.TypeVar("D", bound=Dated)


def pause(state: Dated, now: datetime, first: float, looks: int, remaining: float) -> float:
    """Seconds until the next look; since they count from the last one, those of many orders pass at the same time.

    :param first: between two looks, at least; a Retry-After that is a date may be over in a moment
    :param looks: how many there have been since the wait began
    :param remaining: seconds until the deadline; a last look is taken there, whatever the server asks for
    """
    seen_at = state.seen_at or now
    if state.retry_at is not None and state.retry_at > seen_at:
        wanted = max((state.retry_at - seen_at).total_seconds(), first)
    else:
        wanted = min(first * GROWTH ** min(looks, 20), LONGEST_PAUSE)
    # A clock that was set back meanwhile has no pause start anew.
    wanted -= max((now - seen_at).total_seconds(), 0.0)
    return max(min(wanted, remaining), 0.0)


def wait(start: D, look: Callable[[], D], done: Callable[[D], bool], first: float, deadline: float, clock: Clock) -> D:
    """Look until it is done or the deadline has passed; the last look's state is returned in both cases.

    :param start: what is known already; no look is taken when that is done
    :param first: seconds between what is known and the first look; VALIDATION or ISSUANCE
    :param deadline: in seconds of the clock's monotonic time
    """
    state, looks = start, 0
    while not done(state):
        remaining = deadline - clock.monotonic()
        if remaining <= 0:
            break
        clock.sleep(pause(state, clock.now(), first, looks, remaining))
        state, looks = look(), looks + 1
    return state
