# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs tasks side by side, each as soon as those that it needs are done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """work is handed an event that is set when another task has failed, so that it need not be finished."""

    work: Callable[[threading.Event], None]
    needs: Sequence[str] = ()


def run_all(tasks: Mapping[str, Task]) -> None:
    """Runs all tasks; a task comes after those that it needs in the mapping.

    Raises what the first failing task raised, once the others have ended. Raises KeyError for a need that does not come before.
    """
    if not tasks:
        return
    abandoned = threading.Event()
    futures: dict[str, Future[None]] = {}
    pool = ThreadPoolExecutor(max_workers=len(tasks))
    try:
        for name, task in tasks.items():
            futures[name] = pool.submit(_run, task, [futures[need] for need in task.needs], abandoned)
        done, _running = wait(futures.values(), return_when=FIRST_EXCEPTION)
        for future in done:
            future.result()
    except BaseException as error:
        abandoned.set()
        # Who interrupts does not want to wait.
        pool.shutdown(wait=isinstance(error, Exception), cancel_futures=True)
        raise
    pool.shutdown()


def _run(task: Task, needs: Sequence[Future[None]], abandoned: threading.Event) -> None:
    for need in needs:
        need.result()
    if not abandoned.is_set():
        task.work(abandoned)
