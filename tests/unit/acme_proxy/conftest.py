# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import http.client
import http.server
import ipaddress
import json
import ssl
import threading

import pytest
from cryptography import x509

from tests.acme_proxy.server import Proxy
from tests.testbed import acme

ANSWERS = {
    "/dir": {"meta": {"profiles": {"default": "90 days"}, "externalAccountRequired": False}},
    "/order-plz": {"status": "pending", "finalize": "https://acme.test/finalize-order/1"},
    "/my-order/1": {"status": "valid", "certificate": "https://acme.test/certZ/1"},
    "/certZ/1": ["certificate"],
}


class Upstream(http.server.ThreadingHTTPServer):
    """An HTTPS server with fixed answers and a new nonce in each, as an ACME server has."""

    daemon_threads = True

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "server.pem", folder / "server.key")
        self.socket = context.wrap_socket(self.socket, server_side=True)

    @property
    def url(self):
        return f"https://127.0.0.1:{self.server_port}"


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        given = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.command, self.path, self.headers["Host"], given))
        body = json.dumps(ANSWERS.get(self.path, {})).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Replay-Nonce", f"nonce-{len(self.server.asked)}")
        for number in (1, 2) if self.path.startswith("/certZ/") else ():
            self.send_header("Link", f'<https://acme.test/certZ/1/alternate/{number}>;rel="alternate"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST

    def log_message(self, *arguments):
        """Not into the tests' output."""


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """ca.pem, server.pem and server.key for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("acme") / "files"
    acme.make_files(folder, [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    return folder


@pytest.fixture
def upstream(files):
    server = Upstream(files)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def proxy(files, upstream):
    with Proxy(upstream.url, files / "ca.pem", files / "server.pem", files / "server.key") as running:
        yield running


@pytest.fixture
def ask(files, proxy):
    """Asks the proxy: method, path, body, Host → the answer and its body. OSError or HTTPException if there is none."""
    context = ssl.create_default_context(cafile=files / "ca.pem")
    port = int(proxy.directory.rpartition(":")[2].partition("/")[0])

    def asking(method, path, body=None, host="one.acme.test:14100"):
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=5, context=context)
        try:
            connection.request(method, path, body, {"Host": host})
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    return asking
