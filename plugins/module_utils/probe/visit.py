# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One HTTP request to port 80 of an address, for a host."""

from __future__ import annotations

import typing as t
from contextlib import closing

from ..diagnose.served import Failure, Response
from . import http
from .connection import Deadline, connect, failure

if t.TYPE_CHECKING:
    from collections.abc import Callable


class Visit:
    """Asks for paths over plain HTTP.

    :param clock: seconds, monotonic
    """

    def __init__(self, clock: Callable[[], float], port: int = 80) -> None:
        self._clock, self._port = clock, port

    def __call__(self, host: str, address: str, path: str, seconds: float) -> Response | Failure:
        """Ask an address for a path of a host, no redirect followed; every failure is an answer.

        :param address: a name or an IP literal; the host's own DNS isn't asked
        :param seconds: for all of it
        """
        deadline = Deadline(self._clock, seconds)
        try:
            with closing(connect(address, self._port, deadline)) as sock:
                return http.ask(sock, http.authority(host, self._port, 80), path, deadline)
        except OSError as error:
            return failure(error)
