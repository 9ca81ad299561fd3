# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Between boto3 and moto: notes every request, makes faults, and judges requests by IAM policies with their conditions.

A rule is for one operation, such as "acm:DescribeCertificate", and holds for as many of the next requests as there are
answers: a Refusal, a function that edits the true answer, or None, which lets one through.
"""

from __future__ import annotations

import http.client
import http.server
import json
import re
import threading
import urllib.parse
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import botocore.session

from . import pod_identity
from .iam import Request, allowed

Edit = Callable[[bytes], bytes]
Body = tuple[int, dict[str, str], bytes]

_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")
_REST = ("route53", "eks")
_KEPT = frozenset({"content-type", "location", "x-amzn-errortype"})


@dataclass(frozen=True)
class Refusal:
    """An error of AWS, in the protocol of the service that was asked."""

    status: int
    code: str
    message: str = "as the test wants it"


class Cut(Exception):
    """Ends the connection without an answer; raised by an edit, so that the request has been carried out."""


def lose(_content: bytes) -> bytes:
    """An edit: the request is carried out, and nobody hears of it."""
    raise Cut


class Proxy:
    """What the tests see of it."""

    def __init__(self, url: str, upstream: str) -> None:
        self.url, self.upstream = url, upstream
        self.operations: list[str] = []
        self.requests: list[tuple[str, Request]] = []
        self.policies: dict[str, Callable[[], list[dict[str, Any]]]] = {}
        self._rules: dict[str, list[Refusal | Edit | None]] = defaultdict(list)
        self._always: dict[str, Refusal | Edit] = {}

    def rule(self, operation: str, *answers: Refusal | Edit | None) -> None:
        """The next such requests get these answers."""
        self._rules[operation] += answers

    def always(self, operation: str, answer: Refusal | Edit) -> None:
        """All such requests get this answer."""
        self._always[operation] = answer

    def enforce(self, access_key_id: str, policies: Callable[[], list[dict[str, Any]]]) -> None:
        """Whoever signs with this key may do what one of the policies allows, and nothing else."""
        self.policies[access_key_id] = policies

    def reset(self) -> None:
        """Forget rules, policies and what was seen; and all that moto has."""
        self.operations.clear()
        self.requests.clear()
        self.policies.clear()
        self._rules.clear()
        self._always.clear()
        pod_identity.reset()
        host = urllib.parse.urlsplit(self.upstream).netloc
        connection = http.client.HTTPConnection(host, timeout=10)
        connection.request("POST", "/moto-api/reset")
        connection.getresponse().read()
        connection.close()

    def count(self, operation: str) -> int:
        """How many such requests there were."""
        return self.operations.count(operation)

    def answer(self, operation: str) -> Refusal | Edit | None:
        """What the next such request gets."""
        queue = self._rules[operation]
        return queue.pop(0) if queue else self._always.get(operation)


@contextmanager
def running(upstream: str) -> Iterator[Proxy]:
    """The proxy, as long as the block lasts."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    host, port = server.server_address[:2]
    server.proxy = Proxy(f"http://{host!s}:{port}", upstream)  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.proxy  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body of an answer in one packet, or each waits for the acknowledgement of the other.
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, *_said: object) -> None:
        pass

    def _serve(self) -> None:
        proxy: Proxy = self.server.proxy  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        key, region, service = _signed(self.headers.get("Authorization") or "")
        operation = _operation(service, self.command, self.path, self.headers, body)
        request = Request(operation, service, self.command, self.path, body)
        proxy.operations.append(operation)
        proxy.requests.append((key, request))
        chosen = proxy.answer(operation)
        if isinstance(chosen, Refusal):
            status, headers, content = _refused(service, chosen)
        elif key in proxy.policies and not allowed(proxy.policies[key](), request):
            message = f"User: arn:aws:iam::123456789012:user/{key} is not authorized to perform: {operation}"
            code = "AccessDenied" if service in ("route53", "iam", "sts") else "AccessDeniedException"
            status, headers, content = _refused(service, Refusal(403, code, message))
        elif (own := pod_identity.answer(operation, self.path, body, region)) is not None:
            status, headers, content = own
        else:
            status, headers, content = self._forwarded(proxy.upstream, body)
            if chosen is not None and status < 300:
                try:
                    content = chosen(content)
                except Cut:
                    self.close_connection = True
                    return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_DELETE = do_PUT = _serve

    def _forwarded(self, upstream: str, body: bytes) -> Body:
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(upstream).netloc, timeout=30)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            kept = {name: value for name, value in answer.getheaders() if name.lower() in _KEPT}
            return answer.status, kept, answer.read()
        finally:
            connection.close()


def _signed(authorization: str) -> tuple[str, str, str]:
    """Access key ID, region and service of the signature; "sts" where there is none, as of web identities."""
    found = _CREDENTIAL.search(authorization)
    return (found[1], found[2], found[3]) if found else ("", "us-east-1", "sts")


def _operation(service: str, method: str, path: str, headers: Any, body: bytes) -> str:
    if target := headers.get("X-Amz-Target"):
        return f"{service}:{target.rpartition('.')[2]}"
    if service in _REST:
        plain = urllib.parse.urlsplit(path).path.rstrip("/")
        for verb, pattern, name in _routes(service):
            if verb == method and pattern.fullmatch(plain):
                return f"{service}:{name}"
    action = urllib.parse.parse_qs(body.decode(errors="replace")).get("Action", ["?"])[0]
    return f"{service}:{action}"


_ROUTES: dict[str, list[tuple[str, re.Pattern[str], str]]] = {}


def _routes(service: str) -> list[tuple[str, re.Pattern[str], str]]:
    """Method, path and name of the operations, from botocore's description; those with the fewest parameters first."""
    if service not in _ROUTES:
        model = botocore.session.get_session().get_service_model(service)
        found = []
        for name in model.operation_names:
            how = model.operation_model(name).http
            plain = how["requestUri"].partition("?")[0].rstrip("/")
            pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(plain))
            found.append((how["method"], re.compile(pattern), name))
        _ROUTES[service] = sorted(found, key=lambda one: one[1].pattern.count("[^/]+"))
    return _ROUTES[service]


def _refused(service: str, refusal: Refusal) -> Body:
    if service in ("acm", "eks"):
        content = json.dumps({"__type": refusal.code, "message": refusal.message}).encode()
        kind = "application/x-amz-json-1.1" if service == "acm" else "application/json"
        return refusal.status, {"Content-Type": kind, "x-amzn-errortype": refusal.code}, content
    said = f"<Type>Sender</Type><Code>{refusal.code}</Code><Message>{escape(refusal.message)}</Message>"
    return (
        refusal.status,
        {"Content-Type": "text/xml"},
        f"<ErrorResponse><Error>{said}</Error></ErrorResponse>".encode(),
    )
