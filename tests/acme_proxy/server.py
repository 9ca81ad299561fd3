# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proxy itself: HTTPS on one side, HTTPS to the ACME server on the other."""

from __future__ import annotations

import http.client
import http.server
import json
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

from .book import Book, Seen
from .faults import ENDPOINTS, Fault, endpoint_of

_SECONDS = 30.0
# Of one connection only (RFC 9110, 7.6.1), or written anew.
_NOT_PASSED_ON = {"connection", "keep-alive", "transfer-encoding", "content-length", "te", "upgrade"}


@dataclass(frozen=True)
class Answer:
    """What a client gets. A header may be there more than once, as Link is."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        """The body as a JSON object, empty for any other body."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Asked:
    """A request as it came; path is with its query."""

    method: str
    path: str
    content_type: str
    body: bytes


class Meet(Protocol):
    """Stands in the way of requests: passes one on or doesn't, and may let nobody have the answer (None)."""

    def __call__(self, asked: Asked, pass_on: Callable[[], Answer]) -> Answer | None: ...


class Proxy:
    """Serves from `start` to `stop`, or in a with statement.

    upstream: "https://127.0.0.1:14000". trust: file with the PEM root of its certificate.
    certificate, key: files with the proxy's own. address: host and port to listen on, port 0 for a free one.
    meet: what happens to those requests that no fault keeps from the server.
    """

    def __init__(
        self,
        upstream: str,
        trust: Path,
        certificate: Path,
        key: Path,
        address: tuple[str, int] = ("127.0.0.1", 0),
        meet: Meet = lambda asked, pass_on: pass_on(),
    ) -> None:
        self.book, self.meet = Book(), meet
        target = urlsplit(upstream)
        self._upstream = (target.hostname or "", target.port or 443)
        self._trust = ssl.create_default_context(cafile=trust)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._server = _Server(address, context, self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """Of the server by way of the proxy."""
        host, port = self._server.server_address[:2]
        return f"https://{host!s}:{port}"

    @property
    def directory(self) -> str:
        """The URL of the ACME directory."""
        return self.url + ENDPOINTS["directory"]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def connect(self) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection(*self._upstream, timeout=_SECONDS, context=self._trust)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], context: ssl.SSLContext, proxy: Proxy) -> None:
        super().__init__(address, _Handler)
        self.context, self.proxy = context, proxy

    def finish_request(self, request: Any, client_address: Any) -> None:
        # In the client's own thread: a slow handshake keeps nobody else waiting.
        request.settimeout(_SECONDS)
        with self.context.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are no errors."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        super().setup()
        self._upstream = self.server.proxy.connect()

    def finish(self) -> None:
        self._upstream.close()
        super().finish()

    def log_message(self, format: str, *arguments: Any) -> None:
        """The book has it all."""

    def do_GET(self) -> None:
        self._serve()

    do_DELETE = do_HEAD = do_PATCH = do_POST = do_GET

    def _serve(self) -> None:
        asked = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        host = urlsplit(f"//{self.headers.get('Host')}").hostname or ""
        endpoint = endpoint_of(urlsplit(self.path).path)
        book = self.server.proxy.book
        fault = book.before(host, self.command, endpoint)
        if fault and fault.delay:
            time.sleep(fault.delay)
        answer = self._made_up(fault) if fault else None
        if answer is None and not (fault and fault.cut is not None and not fault.reaches):
            answer = self._met(asked)
            change = book.after(host, self.command, endpoint, answer.document) if answer else None
            if answer and change:
                fault, answer = change, _merged(answer, change)
        cut = fault.cut if fault else None
        status = answer.status if answer and cut != -1 else 0
        # Noted before it is answered, so that a client that has its answer finds it in the book.
        book.note(Seen(host, self.command, endpoint, self.path, status, spared=fault is None))
        self._send(answer, cut)

    def _met(self, body: bytes) -> Answer | None:
        asked = Asked(self.command, self.path, self.headers.get("Content-Type") or "", body)
        return self.server.proxy.meet(asked, lambda: self._pass_on(self.command, self.path, body))

    def _made_up(self, fault: Fault) -> Answer | None:
        if not fault.status:
            return None
        headers = list(fault.headers.items())
        if self.command == "POST":
            # So that a client's next request isn't refused for want of a fresh nonce (RFC 8555, 6.5).
            nonce = self._pass_on("HEAD", ENDPOINTS["newNonce"], b"")
            headers += [(name, value) for name, value in nonce.headers if name.lower() == "replay-nonce"]
        body = fault.body if isinstance(fault.body, str) else json.dumps(fault.body)
        return Answer(fault.status, tuple(headers), body.encode())

    def _pass_on(self, method: str, path: str, body: bytes) -> Answer:
        try:
            self._upstream.request(method, path, body or None, dict(_passed_on(self.headers.items())))
            found = self._upstream.getresponse()
            return Answer(found.status, _passed_on(found.getheaders()), found.read())
        except (OSError, http.client.HTTPException) as error:
            self._upstream.close()
            said = f"the ACME server does not answer: {error}"
            return Answer(502, (("Content-Type", "text/plain"),), said.encode())

    def _send(self, answer: Answer | None, cut: int | None) -> None:
        if answer is None or cut == -1:
            self._end()
            return
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body if cut is None else answer.body[:cut])
        if cut is not None:
            self._end()

    def _end(self) -> None:
        """Without TLS's good-bye, as when a cable is pulled."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


def _passed_on(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in headers if name.lower() not in _NOT_PASSED_ON)


def _merged(answer: Answer, fault: Fault) -> Answer:
    replaced = {name.lower() for name in fault.headers}
    headers = [(name, value) for name, value in answer.headers if name.lower() not in replaced]
    changed = json.dumps(_merge(answer.document, fault.patch))
    return Answer(fault.status or answer.status, (*headers, *fault.headers.items()), changed.encode())


def _merge(target: Any, patch: Any) -> Any:
    """RFC 7396, 2."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _merge(merged.get(name), value)
    return merged
