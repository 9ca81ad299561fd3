# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look again and again, until there is nothing left to look for."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..spec.challenge import Task
    from . import ports


def until_all_seen(
    clock: ports.Clock,
    deadline: float,
    tasks: Sequence[Task],
    look: Callable[[Sequence[Task]], list[Task]],
    first_pause: float,
    longest_pause: float,
) -> list[Task]:
    """The tasks that are still not seen at the deadline.

    :param deadline: a moment of the monotonic clock, seconds
    :param look: which of these tasks are not seen
    :param first_pause: seconds; each pause is half as long again as the one before, up to the longest
    """
    pause, left = first_pause, list(tasks)
    while left:
        left = look(left)
        seconds = deadline - clock.monotonic()
        if seconds <= 0:
            break
        if left:
            clock.sleep(min(pause, seconds))
            pause = min(pause * 1.5, longest_pause)
    return left
