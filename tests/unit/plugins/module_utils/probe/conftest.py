# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real servers on 127.0.0.1, each with one behaviour."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from ansible_collections.certops.kubernetes.tests.unit import factory

Behaviour = Callable[[socket.socket], None]
SECONDS = 5.0  # until a broken test gives up


class Serve(Protocol):
    def __call__(self, behaviour: Behaviour) -> int: ...


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start servers that treat every connection in the same way; returns their ports."""
    with contextlib.ExitStack() as running:

        def start(behaviour: Behaviour) -> int:
            listener = running.enter_context(socket.create_server(("127.0.0.1", 0)))
            threading.Thread(target=_accept, args=(listener, behaviour), daemon=True).start()
            # Ends the accept() above; closing alone would not.
            running.callback(lambda: listener.shutdown(socket.SHUT_RDWR))
            return int(listener.getsockname()[1])

        yield start


def _accept(listener: socket.socket, behaviour: Behaviour) -> None:
    while True:
        try:
            connection, _peer = listener.accept()
        except OSError:
            return
        connection.settimeout(SECONDS)
        # What a client thinks of a server is its own business.
        with connection, contextlib.suppress(OSError):
            behaviour(connection)


class Tls:
    """A server with a certificate: greets with an HTTP response, and remembers what it was asked."""

    def __init__(self, issued: factory.Issued, folder: Path, response: bytes) -> None:
        files = folder / "chain.pem", folder / "key.pem"
        for file, data in zip(files, (issued.chain_pem, issued.key_pem), strict=True):
            file.write_bytes(data)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*files)
        self.context.sni_callback = lambda _session, name, _context: self.names.append(name)
        self.names: list[str | None] = []
        self.plain = Plain(response)

    def __call__(self, connection: socket.socket) -> None:
        with self.context.wrap_socket(connection, server_side=True) as session:
            self.plain(session)


class Plain:
    """A server without TLS."""

    def __init__(self, response: bytes) -> None:
        self.response = response
        self.requests: list[str] = []

    def __call__(self, connection: socket.socket) -> None:
        self.requests.append(connection.recv(4096).decode("latin-1"))
        connection.sendall(self.response)


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def tls(tmp_path: Path) -> Callable[..., Tls]:
    return lambda issued, response=OK: Tls(issued, tmp_path, response)


@pytest.fixture
def closed_port() -> int:
    """A port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
