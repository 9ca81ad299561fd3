# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One HTTP/1.1 request over a connection that is there already."""

from __future__ import annotations

import http.client
import io
import typing as t

from ..diagnose.served import NOT_HTTP, Failure, Response
from .connection import Deadline, failure

if t.TYPE_CHECKING:
    import socket

_MOST = 65536  # bytes of status line and headers


def ask(sock: socket.socket, host: str, path: str, deadline: Deadline) -> Response | Failure:
    """Ask for a path of a host; neither the body is read nor a redirect followed.

    :param host: what goes into the Host header, with the port where it isn't the scheme's own
    """
    try:
        sock.settimeout(deadline.left())
        sock.sendall(request(host, path))
        response = http.client.HTTPResponse(t.cast("socket.socket", _Replay(_head(sock, deadline))))
        response.begin()
    except OSError as error:
        return failure(error)
    except http.client.HTTPException as error:
        return Failure(NOT_HTTP, f"{type(error).__name__}: {error}".strip())
    headers = (response.getheader(name) for name in ("Location", "Server", "Content-Type", "Content-Length"))
    return Response(response.status, *headers)


def request(host: str, path: str) -> bytes:
    """A GET, after whose answer the server closes the connection.

    :raises UnicodeError: host or path have other characters than ASCII's; a ValueError
    """
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "User-Agent: certops.kubernetes",
        "Accept: */*",
        "Connection: close",
    )
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("ascii")


def authority(host: str, port: int, default: int) -> str:
    """Write host and port as in a URL, without the scheme's own port (RFC 9110, 7.2)."""
    name = f"[{host}]" if ":" in host else host
    return name if port == default else f"{name}:{port}"


def _head(sock: socket.socket, deadline: Deadline) -> bytes:
    """Read up to the end of the headers; the deadline holds for all of it, however slowly it drips."""
    head = b""
    while b"\r\n\r\n" not in head and len(head) < _MOST:
        sock.settimeout(deadline.left())
        part = sock.recv(4096)
        if not part:
            break
        head += part
    return head


class _Replay:
    """All of a socket that http.client needs to read a response."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, _mode: str) -> io.BytesIO:
        """What was received."""
        return io.BytesIO(self._data)
