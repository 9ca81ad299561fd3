# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which faults there are for which host, and what was asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .faults import Fault

ANY = ""


@dataclass(frozen=True)
class Seen:
    """A request and what became of it: the status that was answered, 0 where there was no answer.

    at: seconds of time.time(). spared: whether no fault befell it.
    """

    host: str
    method: str
    endpoint: str
    path: str
    status: int
    spared: bool
    at: float = field(default_factory=time.time)


class Book:
    """Safe for concurrent use. Hosts are names without a port, in lower case; ANY stands for those without an entry."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: dict[str, list[Fault]] = {}
        self._met: dict[tuple[str, int], int] = {}
        self._seen: list[Seen] = []

    def put(self, faults: Iterable[Fault], host: str = ANY) -> None:
        """These instead of the host's earlier ones, each counted from the start."""
        with self._lock:
            self._faults[host] = list(faults)
            self._met = {key: count for key, count in self._met.items() if key[0] != host}

    def clear(self, host: str = ANY) -> None:
        """The host gets what the server answers."""
        self.put([], host)

    def before(self, host: str, method: str, endpoint: str) -> Fault | None:
        """The fault that befalls a request, whatever the server would answer."""
        return self._first(host, lambda fault: fault.patch is None and fault.fits(method, endpoint))

    def after(self, host: str, method: str, endpoint: str, document: Mapping[str, Any]) -> Fault | None:
        """The fault that changes the server's answer."""

        def wanted(fault: Fault) -> bool:
            fits = fault.patch is not None and fault.fits(method, endpoint)
            return fits and all(document.get(name) == value for name, value in fault.where.items())

        return self._first(host, wanted)

    def _first(self, host: str, wanted: Any) -> Fault | None:
        with self._lock:
            own = host if host in self._faults else ANY
            for number, fault in enumerate(self._faults.get(own, ())):
                if not wanted(fault):
                    continue
                met = self._met.get((own, number), 0)
                if fault.times is not None and met >= fault.skip + fault.times:
                    continue
                self._met[own, number] = met + 1
                if met >= fault.skip:
                    return fault
        return None

    def note(self, seen: Seen) -> None:
        with self._lock:
            self._seen.append(seen)

    def requests(self, endpoint: str = "", host: str = "") -> list[Seen]:
        """What was asked, the oldest first; "" is everything."""
        with self._lock:
            return [seen for seen in self._seen if endpoint in ("", seen.endpoint) and host in ("", seen.host)]

    def count(self, endpoint: str = "", host: str = "") -> int:
        return len(self.requests(endpoint, host))
