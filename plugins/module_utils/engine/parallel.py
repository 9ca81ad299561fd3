# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The same request for many objects at once."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WORKERS = 8

Item = t.TypeVar("Item")
Result = t.TypeVar("Result")


def each(function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Call the function for every item, some at a time; results in the items' order.

    Every call is finished before the first error is raised, so nothing goes on behind the caller's back.
    """
    if len(items) < 2:
        return [function(item) for item in items]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(WORKERS) as pool:
        return [future.result() for future in [pool.submit(function, item) for item in items]]


def at_once(reads: Sequence[Callable[[], t.Any]], alone: bool = True) -> list[t.Any]:
    """The results of several requests, in their order.

    :param alone: whether nothing else goes on; in one of many threads they are made one after the other
    """
    return each(_call, reads) if alone else [read() for read in reads]


def _call(read: Callable[[], t.Any]) -> t.Any:
    return read()
