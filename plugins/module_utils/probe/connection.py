# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections that end in time, and their failures as data."""

from __future__ import annotations

import socket
import ssl
import typing as t

from ..diagnose.served import (
    NOT_RESOLVED,
    NOT_TLS,
    REFUSED,
    RESET,
    TIMEOUT,
    TLS_REJECTED,
    UNREACHABLE,
    Failure,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable

# What OpenSSL says to bytes that are no TLS record; the names differ between its versions.
_NO_RECORD = frozenset(
    {"HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL", "WRONG_VERSION_NUMBER"}
)


class Deadline:
    """A moment on a monotonic clock by which all must be done."""

    def __init__(self, clock: Callable[[], float], seconds: float) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def left(self) -> float:
        """Seconds until then.

        :raises TimeoutError: there are none
        """
        seconds = self._end - self._clock()
        if seconds <= 0:
            raise TimeoutError("timed out")
        return seconds


def connect(address: str, port: int, deadline: Deadline) -> socket.socket:
    """Open a TCP connection to the first of a name's addresses that takes it; each gets its share of the time.

    The time limit doesn't hold for asking the system's resolver, which can't be interrupted.

    :raises OSError: none does; the last one's error
    """
    found = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)
    error: OSError = OSError("the name has no address")
    for index, (family, kind, protocol, _name, target) in enumerate(found):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(deadline.left() / (len(found) - index))
            sock.connect(target)
            return sock
        except OSError as caught:
            sock.close()
            error = caught
    raise error


def failure(error: OSError) -> Failure:
    """Say why there is no answer."""
    return Failure(_reason(error), _words(error))


def _reason(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return NOT_RESOLVED
    if isinstance(error, TimeoutError):
        return TIMEOUT
    if isinstance(error, ConnectionRefusedError):
        return REFUSED
    if isinstance(error, (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return RESET
    if isinstance(error, ssl.SSLError):
        return NOT_TLS if error.reason in _NO_RECORD else TLS_REJECTED
    return UNREACHABLE


def _words(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or str(error)).lower().replace("_", " ")
    return error.strerror or str(error)
