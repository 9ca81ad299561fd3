# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The book over HTTP, for tests that run elsewhere than the proxy: `Remote` has the verbs of Book.

PUT /faults/<host>      the faults as a JSON list       GET /requests/<host>      what was asked, as a JSON list
"""

from __future__ import annotations

import dataclasses
import http.server
import json
import urllib.request
from collections.abc import Iterable
from typing import Any

from .book import Book, Seen
from .faults import Fault

_SECONDS = 5.0


def serve(address: tuple[str, int], book: Book) -> http.server.ThreadingHTTPServer:
    """A server that is not running yet."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            book.put([Fault(**each) for each in given], self._host)
            self._answer([])

        def do_GET(self) -> None:
            self._answer([dataclasses.asdict(seen) for seen in book.requests(host=self._host)])

        @property
        def _host(self) -> str:
            return self.path.rpartition("/")[2]

        def _answer(self, document: list[dict[str, Any]]) -> None:
            body = json.dumps(document).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            """The book has it all."""

    return http.server.ThreadingHTTPServer(address, Handler)


class Remote:
    """The book of a proxy that runs as a process. url: "http://198.18.0.2:14101"."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def put(self, faults: Iterable[Fault], host: str = "") -> None:
        self._ask("PUT", f"/faults/{host}", json.dumps([fault.as_json() for fault in faults]).encode())

    def clear(self, host: str = "") -> None:
        self.put([], host)

    def requests(self, endpoint: str = "", host: str = "") -> list[Seen]:
        found = [Seen(**each) for each in self._ask("GET", f"/requests/{host}")]
        return [seen for seen in found if endpoint in ("", seen.endpoint)]

    def count(self, endpoint: str = "", host: str = "") -> int:
        return len(self.requests(endpoint, host))

    def _ask(self, method: str, path: str, body: bytes | None = None) -> Any:
        """Raises OSError if the proxy does not answer, or not with 200."""
        request = urllib.request.Request(self._url + path, body, method=method)
        with self._opener.open(request, timeout=_SECONDS) as answer:
            return json.load(answer)
