# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real module processes against real servers, one after the other, and what stands between them: a process can be killed at
any of its requests to the API server, the ACME server or the DNS server. Requests are called as in test_killed.POINTS.

    module process ──┬── proxy ── kube-apiserver
                     ├── proxy ── Pebble ── asks ──► BIND
                     └── forwarder ────────────────► BIND
"""

from __future__ import annotations

import json
import os
import signal
import socket
import socketserver
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ansible_collections.certops.kubernetes.plugins.module_utils.kube.cluster import Cluster
from tests.acme_proxy.faults import endpoint_of
from tests.acme_proxy.server import Answer, Asked, Proxy

from .api_server import TOKEN, ApiServer
from .engine import Fate, Killed
from .pebble import Pebble

MODULE = "ansible_collections.certops.kubernetes.plugins.modules"
SECONDS = 90
_KINDS = {"certificates": "Certificate", "configmaps": "ConfigMap", "namespaces": "Namespace", "secrets": "Secret"}
_VERBS = {"newOrder": "new_order", "challenge": "respond", "renewalInfo": "renewal_info"}
_UPDATE = 5  # opcode (RFC 2136, 1.3)


@dataclass(frozen=True)
class Result:
    """What a module process printed, {} if it was killed; stderr, for whoever reads that a test failed."""

    code: int
    said: Mapping[str, Any]
    stderr: str

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL

    @property
    def failed(self) -> bool:
        return bool(self.said.get("failed"))


@dataclass
class Module:
    """One process; what it asks for meets its fate."""

    fate: Fate = field(default_factory=Fate)
    _process: subprocess.Popen[str] | None = None
    _started: threading.Event = field(default_factory=threading.Event)
    _updates: int = 0
    _finalized: bool = False

    def run(self, name: str, arguments: Mapping[str, Any]) -> Result:
        process = subprocess.Popen(
            [sys.executable, "-m", f"{MODULE}.{name}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={key: value for key, value in os.environ.items() if not key.startswith(("K8S_AUTH_", "KUBE"))},
        )
        self._process = process
        self._started.set()
        try:
            output, errors = process.communicate(json.dumps({"ANSIBLE_MODULE_ARGS": dict(arguments)}), timeout=SECONDS)
        finally:
            process.kill()
        return Result(process.returncode, json.loads(output) if output.strip() else {}, errors)

    def meet(self, name: str, pass_on: Callable[[], Any]) -> Any:
        """The answer; None if the process is dead."""
        try:
            return self.fate.meet(name, pass_on)
        except Killed:
            self._started.wait()
            if self._process:
                self._process.kill()
                self._process.wait()
            return None

    def api(self, asked: Asked, pass_on: Callable[[], Answer]) -> Answer | None:
        found: Answer | None = self.meet(of_api(asked), pass_on)
        return found

    def acme(self, asked: Asked, pass_on: Callable[[], Answer]) -> Answer | None:
        endpoint = endpoint_of(urlsplit(asked.path).path)
        self._finalized |= endpoint == "finalize"
        if endpoint == "order":
            endpoint = "await_issued" if self._finalized else "await_authorized"
        found: Answer | None = self.meet(f"acme {_VERBS.get(endpoint, endpoint)}", pass_on)
        return found

    def dns(self, message: bytes, pass_on: Callable[[], bytes]) -> bytes | None:
        if (message[2] >> 3) & 0xF != _UPDATE:
            return pass_on()
        self._updates += 1
        found: bytes | None = self.meet("solver present" if self._updates == 1 else "solver clean_up", pass_on)
        return found


def of_api(asked: Asked) -> str:
    """The name of a request to the API server: verb, kind, name."""
    url = urlsplit(asked.path)
    rest = url.path.split("/namespaces/", 1)[-1].split("/")[1:]
    kind = _KINDS.get(rest[0], rest[0]) if rest else url.path
    name = rest[1] if len(rest) > 1 else ""
    if asked.method == "POST":
        name = json.loads(asked.body)["metadata"].get("name", "")
    verb = {"POST": "create", "DELETE": "delete", "GET": "get" if name else "list"}.get(asked.method, "merge")
    if "apply-patch" in asked.content_type:
        verb = "apply"
    if verb == "merge" and b'\\"claim\\"' in asked.body:
        verb = "claim"
    dry_run = "dry-run " if "dryRun" in parse_qs(url.query) else ""
    return f"{dry_run}{verb} {kind} {name}".strip()


@dataclass
class Lane:
    """api, acme, dns: where module processes find their servers. now: the process whose fate requests meet."""

    cluster: Cluster
    trust: str
    api: str
    acme: str
    dns: str
    now: Module = field(default_factory=Module)

    def run(self, name: str, arguments: Mapping[str, Any], fate: Fate | None = None) -> Result:
        """A module with these arguments."""
        self.now = Module(fate or Fate())
        return self.now.run(name, self._with_auth(arguments))

    def run_twice(self, name: str, arguments: Mapping[str, Any]) -> list[Result]:
        """Two processes at once."""
        self.now = Module()
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(lambda module: module.run(name, self._with_auth(arguments)), [Module(), Module()]))

    def _with_auth(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {"host": self.api, "api_key": TOKEN, "ca_cert": self.trust, **arguments}


@contextmanager
def lane(server: ApiServer, pebble: Pebble, dns: tuple[str, int]) -> Iterator[Lane]:
    """dns: address and port of the DNS server."""
    files = server.files
    made = Lane(server.cluster(), str(files / "ca.pem"), "", "", "")
    pem = (files / "ca.pem", files / "server.pem", files / "server.key")

    def meet(part: str) -> Callable[..., Any]:
        """The fate of the process that runs when the request comes."""

        def met(asked: Any, pass_on: Any) -> Any:
            return getattr(made.now, part)(asked, pass_on)

        return met

    with ExitStack() as stack:
        api = Proxy(server.url, *pem, meet=meet("api"))
        acme = Proxy(pebble.url, *pem, meet=meet("acme"))
        made.api, made.acme = stack.enter_context(api).url, stack.enter_context(acme).directory
        forwarder = stack.enter_context(_Forwarder(dns, meet("dns")))
        made.dns = f"127.0.0.1:{forwarder.server_address[1]}"
        thread = threading.Thread(target=forwarder.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        stack.callback(forwarder.shutdown)
        yield made


class _Forwarder(socketserver.ThreadingTCPServer):
    """DNS over TCP (RFC 1035, 4.2.2)."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, target: tuple[str, int], meet: Callable[[bytes, Callable[[], bytes]], bytes | None]) -> None:
        super().__init__(("127.0.0.1", 0), _Forwarding)
        self.target, self.meet = target, meet


class _Forwarding(socketserver.BaseRequestHandler):
    server: _Forwarder

    def handle(self) -> None:
        while message := _read(self.request):
            answer = self.server.meet(message, lambda message=message: self._ask(message))  # type: ignore[misc]
            if answer is None:
                return
            self.request.sendall(struct.pack("!H", len(answer)) + answer)

    def _ask(self, message: bytes) -> bytes:
        with socket.create_connection(self.server.target, timeout=10) as upstream:
            upstream.sendall(struct.pack("!H", len(message)) + message)
            return _read(upstream)


def _read(connection: socket.socket) -> bytes:
    """One message, b"" at the end."""
    head = _exactly(connection, 2)
    return _exactly(connection, struct.unpack("!H", head)[0]) if head else b""


def _exactly(connection: socket.socket, length: int) -> bytes:
    found = b""
    while len(found) < length:
        part = connection.recv(length - len(found))
        if not part:
            return b""
        found += part
    return found
