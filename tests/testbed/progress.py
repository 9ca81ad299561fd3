# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is being done, how far it is, and how long it took: one line a step, and on a terminal a live one below."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[str], None]


class Progress:
    """Safe to use from several threads."""

    def __init__(self) -> None:
        self._terminal = sys.stdout.isatty()
        self._lock = threading.Lock()
        self._running: dict[str, tuple[float, str]] = {}
        if self._terminal:
            threading.Thread(target=self._refresh, daemon=True).start()

    def say(self, line: str) -> None:
        with self._lock:
            self._erase()
            print(line, flush=True)

    @contextmanager
    def step(self, title: str) -> Iterator[Report]:
        """Yields a function that takes how far the step is, as a short text."""
        started = time.monotonic()
        with self._lock:
            self._running[title] = (started, "")

        def report(state: str) -> None:
            with self._lock:
                self._running[title] = (started, state)

        outcome = "failed after "
        try:
            yield report
            outcome = ""
        finally:
            with self._lock:
                del self._running[title]
            self.say(f"{title}: {outcome}{time.monotonic() - started:.1f} s")

    def _refresh(self) -> None:
        while True:
            time.sleep(1)
            with self._lock:
                if self._running:
                    self._erase()
                    line = " | ".join(self._describe(title) for title in self._running)
                    sys.stdout.write(line[: shutil.get_terminal_size().columns - 1])
                    sys.stdout.flush()

    def _describe(self, title: str) -> str:
        started, state = self._running[title]
        seconds = f"{time.monotonic() - started:.0f} s"
        return f"{title} ({state}, {seconds})" if state else f"{title} ({seconds})"

    def _erase(self) -> None:
        if self._terminal:
            sys.stdout.write("\r\x1b[K")
