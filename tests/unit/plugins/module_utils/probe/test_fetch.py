# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import socket
import time

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.served import Failure, Page
from ansible_collections.certops.kubernetes.plugins.module_utils.probe.fetch import Fetch
from ansible_collections.certops.kubernetes.tests.unit import factory

from .conftest import Plain

HOST = "www.example.test"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more"


def moved(location, status=302):
    return f"HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


@pytest.fixture
def fetch(closed_port):
    def at(http_port, https_port=closed_port, seconds=5.0, address="127.0.0.1"):
        return Fetch(time.monotonic, http_port, https_port)(HOST, address, "/a?b=c", seconds)

    return at


def test_gets_the_body(serve, fetch):
    server = Plain(ANSWER)
    assert fetch(serve(server)) == Page(f"http://{HOST}/a?b=c", 200, b"hello")
    assert server.requests[0].splitlines()[:2] == ["GET /a?b=c HTTP/1.1", f"Host: {HOST}"]


def test_a_body_in_chunks(serve, fetch):
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"
    assert fetch(serve(Plain(chunked))).body == b"hello"


def test_other_statuses_are_answers_too(serve, fetch):
    seen = fetch(serve(Plain(b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone")))
    assert (seen.status, seen.body) == (404, b"none")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_follows_to_https_whatever_the_certificate(serve, tls, fetch, status):
    server = tls(factory.authority("Nobody's").issue("other.example.test"), ANSWER)
    seen = fetch(serve(Plain(moved(f"https://{HOST}/b", status))), serve(server))
    assert seen == Page(f"https://{HOST}/b", 200, b"hello")
    assert server.names == [HOST]
    assert server.plain.requests[0].startswith(f"GET /b HTTP/1.1\r\nHost: {HOST}\r\n")


def test_follows_to_another_host_and_port(serve, fetch):
    elsewhere = Plain(ANSWER)
    port = serve(elsewhere)
    seen = fetch(serve(Plain(moved(f"http://127.0.0.1:{port}/b"))), address="127.0.0.1")
    assert seen.body == b"hello"
    assert f"Host: 127.0.0.1:{port}" in elsewhere.requests[0]


def test_a_circle_ends(serve, fetch):
    server = Plain(moved("/again"))
    assert fetch(serve(server)) == Failure("too_many_redirects", f"10 redirects, the last to http://{HOST}/again")
    assert len(server.requests) == 11


@pytest.mark.parametrize("location", ["ftp://www.example.test/", "mailto:a@example.test"])
def test_other_schemes_are_not_followed(serve, fetch, location):
    assert fetch(serve(Plain(moved(location)))) == Failure("not_http", f"redirected to {location}")


def test_nobody_listens(fetch, closed_port):
    assert fetch(closed_port).reason == "connection_refused"


def test_an_answer_that_drips_ends_in_time(serve, fetch):
    def drip(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            connection.sendall(b".")
            time.sleep(0.05)

    assert fetch(serve(drip), seconds=0.4).reason == "timeout"


def test_what_is_no_http(serve, fetch):
    assert fetch(serve(Plain(b"220 mail.example.test ESMTP\r\n"))).reason == "not_http"


def test_a_body_that_is_cut_off_is_what_came(serve, fetch):
    assert fetch(serve(Plain(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"))).body == b"hello"
