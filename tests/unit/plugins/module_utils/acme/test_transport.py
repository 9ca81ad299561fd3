# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import http.server
import threading

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.acme.transport import Lost, Transport


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append((self.command, self.path, self.headers, self.read()))
        step, _slash, rest = self.path.removeprefix("/").partition("/")
        if step == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.send_header("Location", "/made")
            self.end_headers()
            self.wfile.write(b"half")
            self.close_connection = True
            return
        self.send_response(302 if step in ("again", "loop") else 200)
        if step in ("again", "loop"):
            self.send_header("Location", self.path if step == "loop" else f"/{rest}")
        self.send_header("Link", '</a>;rel="alternate"')
        self.send_header("Link", '</b>;rel="alternate"')
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    do_POST = do_GET

    def read(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def log_message(self, *arguments):
        """Not into the tests' output."""


@pytest.fixture
def server(monkeypatch):
    for name in ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.asked = []
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def url(server):
    return f"http://127.0.0.1:{server.server_port}"


def test_a_request_and_its_whole_answer(server, url):
    answer = Transport(url).send("POST", f"{url}/x", 5, b"{}")
    assert (answer.status, answer.body, answer.links("alternate")) == (200, b"hello", [f"{url}/a", f"{url}/b"])
    method, path, headers, body = server.asked[0]
    assert (method, path, body, headers["Content-Type"]) == ("POST", "/x", b"{}", "application/jose+json")
    assert headers["User-Agent"].startswith("certops.kubernetes")


def test_reads_follow_redirects_and_signed_requests_never(server, url):
    ours = Transport(url)
    assert ours.send("GET", f"{url}/again/again/there", 5).body == b"hello"
    assert [asked[1] for asked in server.asked] == ["/again/again/there", "/again/there", "/there"]
    assert ours.send("POST", f"{url}/again/there", 5, b"{}").status == 302
    with pytest.raises(Lost, match="more than 5 redirects") as lost:
        ours.send("GET", f"{url}/loop", 5)
    assert lost.value.final


def test_the_headers_of_a_body_that_breaks_off_are_kept(url):
    with pytest.raises(Lost) as lost:
        Transport(url).send("POST", f"{url}/cut", 5, b"{}")
    assert (lost.value.sent, lost.value.final, lost.value.answer.location) == (True, False, f"{url}/made")


@pytest.mark.parametrize(
    ("where", "words", "sent", "final"),
    [
        ("http://127.0.0.1:9/dir", r"127\.0\.0\.1:9: Failed to establish a new connection: .*refused", False, False),
        ("http://nowhere.invalid/dir", "nowhere.invalid: Failed to resolve", False, False),
        ("ftp://127.0.0.1/dir", "127.0.0.1: ", True, True),
    ],
)
def test_no_connection(server, where, words, sent, final):
    with pytest.raises(Lost, match=words) as lost:
        Transport(where).send("GET", where, 5)
    assert (lost.value.sent, lost.value.final) == (sent, final)
    assert "object at" not in str(lost.value)


def test_the_environments_proxy_is_used_unless_it_is_not_for_this_host(server, url, monkeypatch):
    monkeypatch.setenv("http_proxy", url.replace("//", "//user:p%40ss@"))
    assert Transport("http://acme.test/dir").send("GET", "http://acme.test/dir", 5).body == b"hello"
    _method, path, headers, _body = server.asked[-1]
    assert (path, headers["Host"]) == ("http://acme.test/dir", "acme.test")
    assert headers["Proxy-Authorization"] == "Basic dXNlcjpwQHNz"
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    Transport(url).send("GET", f"{url}/direct", 5)
    assert server.asked[-1][1] == "/direct"
