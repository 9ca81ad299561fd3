# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An API server on 127.0.0.1 that answers as it is told to."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import pytest
import urllib3

from ansible_collections.certops.kubernetes.plugins.module_utils.kube.cluster import Cluster
from ansible_collections.certops.kubernetes.plugins.module_utils.kube.connect import Connection


class Request(NamedTuple):
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: list[tuple[str, str]]
    body: Any

    def header(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]


class Answer(NamedTuple):
    """What to say; chunks are sent one by one, with a wait in between for those that are an Event."""

    status: int = 200
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    chunks: Iterable[bytes | threading.Event] | None = None


class ApiServer(http.server.ThreadingHTTPServer):
    """Gives its answers one after another, the last one for ever, and remembers what it was asked.

    Where requests come in any order, `choose` is put in the place of `next_answer`.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[Answer] = [Answer(body={})]
        self.requests: list[Request] = []
        self.choose: Callable[[Request], Answer] = self.next_answer

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def next_answer(self, _request: Request) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ApiServer

    def answer(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request(
            self.command,
            parts.path,
            dict(parse_qsl(parts.query)),
            list(self.headers.items()),
            json.loads(body) if body else None,
        )
        self.server.requests.append(request)
        answer = self.server.choose(request)
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.chunks is None:
            data = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        else:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self._stream(answer.chunks)

    def _stream(self, chunks: Iterable[bytes | threading.Event]) -> None:
        for chunk in chunks:
            if isinstance(chunk, threading.Event):
                chunk.wait(5.0)
            elif chunk:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
            else:  # an empty chunk stands for a lost connection
                self.close_connection = True
                return
        self.wfile.write(b"0\r\n\r\n")

    do_GET = do_PATCH = do_POST = do_DELETE = answer

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def api() -> Iterator[ApiServer]:
    with ApiServer() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def cluster(api: ApiServer) -> Cluster:
    return Cluster(Connection(urllib3.PoolManager(), api.url, lambda: {"authorization": "Bearer token-1"}))
