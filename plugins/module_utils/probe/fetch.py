# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The body of a page, found as an ACME server finds it: from port 80 on, through redirects, whatever the certificate."""

from __future__ import annotations

import http.client
import typing as t
from contextlib import closing
from urllib.parse import urljoin, urlsplit

from ..diagnose.served import NOT_HTTP, TOO_MANY_REDIRECTS, Failure, Page
from . import handshake
from .connection import Deadline, connect, failure
from .http import authority, request

if t.TYPE_CHECKING:
    import socket
    from collections.abc import Callable

_REDIRECTS = 10  # https://letsencrypt.org/docs/challenge-types/
_MOST = 65536  # bytes of body


class Fetch:
    """Fetches pages.

    :param clock: seconds, monotonic
    """

    def __init__(self, clock: Callable[[], float], http_port: int = 80, https_port: int = 443) -> None:
        self._clock = clock
        self._ports = {"http": http_port, "https": https_port}

    def __call__(self, host: str, address: str, path: str, seconds: float) -> Page | Failure:
        """Get http://host/path from this address; every failure is an answer.

        :param address: where the host is asked, also after a redirect to itself; "" asks DNS
        :param seconds: for all of it
        """
        deadline = Deadline(self._clock, seconds)
        url = f"http://{authority(host, 80, 80)}{path}"
        for _step in range(_REDIRECTS + 1):
            page = self._get(url, host, address, deadline)
            if isinstance(page, Failure) or page.location is None:
                return page
            url = urljoin(url, page.location)
            if urlsplit(url).scheme not in self._ports or not urlsplit(url).hostname:
                return Failure(NOT_HTTP, f"redirected to {url}")
        return Failure(TOO_MANY_REDIRECTS, f"{_REDIRECTS} redirects, the last to {url}")

    def _get(self, url: str, host: str, address: str, deadline: Deadline) -> Page | Failure:
        asked = urlsplit(url)
        name, secure = asked.hostname or "", asked.scheme == "https"
        where = address if name == host and address else name
        default = 443 if secure else 80
        port = asked.port or default
        try:
            with closing(connect(where, self._ports[asked.scheme] if port == default else port, deadline)) as sock:
                if secure:
                    sock = handshake.shake_hands(sock, name, handshake.trusting(), deadline)
                with closing(sock):
                    path = (asked.path or "/") + (f"?{asked.query}" if asked.query else "")
                    return _page(sock, url, authority(name, port, default), path, deadline)
        except OSError as error:
            return failure(error)
        except (http.client.HTTPException, ValueError) as error:
            return Failure(NOT_HTTP, f"{type(error).__name__}: {error}".strip())


def _page(sock: socket.socket, url: str, host: str, path: str, deadline: Deadline) -> Page:
    sock.settimeout(deadline.left())
    sock.sendall(request(host, path))
    response = http.client.HTTPResponse(sock)
    response.begin()
    location = response.getheader("Location") if response.status in (301, 302, 303, 307, 308) else None
    body = b""
    while location is None and len(body) < _MOST:
        sock.settimeout(deadline.left())
        part = response.read1(4096)
        if not part:
            break
        body += part
    return Page(url, response.status, body, location)
