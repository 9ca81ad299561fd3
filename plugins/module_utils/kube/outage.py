# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An API server that goes away while it is worked with comes back: it is restarted, or another one takes its place.

One that has never answered is not waited for: its address may be wrong.
"""

from __future__ import annotations

import threading
import time
import typing as t

RETURN_SECONDS = 45.0  # a static pod's restart, an upgraded control plane's leader
# One that has just come back doesn't know its roles yet, and refuses whom it will let in (seen for 0.4 s on v1.34).
SETTLE_SECONDS = 5.0
PAUSE_SECONDS = 0.3
# Twice is as good as once; of what is created, nobody could tell who made it.
_REPEATABLE = frozenset({"DELETE", "GET", "PATCH"})


class Outage:
    """Says whether a request is sent again, after a pause. Safe for concurrent use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known = False
        self._began: float | None = None
        self._over: float | None = None

    def outlasted(self, method: str, error: Exception) -> bool:
        """After a request without an answer.

        :param error: urllib3's
        """
        with self._lock:
            now = time.monotonic()
            if not self._known or not _repeatable(method, error):
                return False
            self._began = self._began or now
            if now - self._began > RETURN_SECONDS:
                return False
        time.sleep(PAUSE_SECONDS)
        return True

    def met(self) -> None:
        """After a connection that was lost, or refused at first: the server may be back before it is asked again."""
        with self._lock:
            self._began = self._began or time.monotonic()

    def unsettled(self, status: int) -> bool:
        """After an answer with this HTTP status."""
        with self._lock:
            now, self._known = time.monotonic(), True
            if self._began is not None:
                self._began, self._over = None, now
            if status not in (401, 403) or self._over is None or now - self._over > SETTLE_SECONDS:
                return False
        time.sleep(PAUSE_SECONDS)
        return True


def _repeatable(method: str, error: t.Any) -> bool:
    """Whether the request never got there, or may get there twice."""
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProtocolError

    reason = getattr(error, "reason", None) or error
    if isinstance(reason, (ConnectTimeoutError, NewConnectionError)):
        return True
    return isinstance(reason, ProtocolError) and method in _REPEATABLE
