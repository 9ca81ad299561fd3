# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import socket
import ssl
import time
from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import served
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.served import Failure, Response
from ansible_collections.certops.kubernetes.plugins.module_utils.probe.look import Look
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.probe import ProbeSpec
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import parse_chain
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.roots import SYSTEM, Roots
from ansible_collections.certops.kubernetes.tests.unit import factory

from .conftest import Plain

HOST = "www.example.test"
ROOT = factory.authority("Root")
LOWER = ROOT.intermediate("Lower")
LONG_AGO = datetime(2020, 1, 1, tzinfo=timezone.utc)
TOMORROW = datetime.now(timezone.utc) + timedelta(days=1)


def trust(*pems):
    return Roots("the test", tuple(parse_chain(pem)[0] for pem in pems))


def without_intermediates(issued):
    return factory.Issued(issued.certificate, issued.key)


@pytest.fixture
def look(closed_port):
    def at(port, roots, host=HOST, http_port=closed_port, seconds=5.0):
        spec = ProbeSpec(host, port=port, http_port=http_port, path="/app1?x=1")
        return Look(time.monotonic)(spec, "127.0.0.1", roots, seconds)

    return at


def test_a_verified_host_is_asked_over_one_connection(serve, tls, look):
    server = tls(LOWER.issue(HOST))
    seen = look(serve(server), trust(ROOT.pem))
    assert seen.tls.verify_error is None
    assert seen.tls.protocol == "TLSv1.3"
    assert seen.tls.cipher.startswith("TLS_")
    assert [each.issuer_common_name for each in seen.tls.chain] == ["Lower", "Root"]
    assert seen.https == Response(200)
    assert server.names == [HOST]


def test_asks_for_the_host_and_path(serve, tls, look):
    server = tls(ROOT.issue(HOST))
    port = serve(server)
    look(port, trust(ROOT.pem))
    request, *headers = server.plain.requests[0].splitlines()
    assert request == "GET /app1?x=1 HTTP/1.1"
    assert f"Host: {HOST}:{port}" in headers


@pytest.mark.parametrize(
    ("issued", "roots", "code", "words"),
    [
        pytest.param(ROOT.issue("other.test"), trust(ROOT.pem), 62, "Hostname mismatch", id="another host"),
        pytest.param(
            ROOT.issue(subject=factory.name(HOST)), trust(ROOT.pem), 62, "Hostname mismatch", id="common name only"
        ),
        pytest.param(ROOT.issue(HOST, not_before=LONG_AGO), trust(ROOT.pem), 10, "expired", id="expired"),
        pytest.param(ROOT.issue(HOST, not_before=TOMORROW), trust(ROOT.pem), 9, "not yet valid", id="not yet valid"),
        pytest.param(factory.self_signed(HOST), SYSTEM, 18, "signed certificate", id="self-signed"),
        pytest.param(LOWER.issue(HOST), SYSTEM, 20, "unable to get local issuer", id="system's roots"),
        pytest.param(
            ROOT.issue(HOST), trust(factory.authority("Root").pem), 20, "unable to get local issuer", id="namesake"
        ),
        pytest.param(
            without_intermediates(LOWER.issue(HOST)), trust(ROOT.pem), 20, "unable to get local issuer", id="gap"
        ),
    ],
)
def test_an_unverified_host_is_seen_all_the_same(serve, tls, look, issued, roots, code, words):
    seen = look(serve(tls(issued)), roots)
    assert seen.tls.verify_code == code
    assert words in seen.tls.verify_error
    assert seen.tls.chain == parse_chain(issued.chain_pem)
    assert seen.https == Response(200)


SELF_SIGNED = factory.self_signed(HOST)


@pytest.mark.parametrize(
    ("issued", "roots"),
    [
        pytest.param(SELF_SIGNED, trust(SELF_SIGNED.leaf_pem), id="a self-signed leaf"),
        pytest.param(LOWER.issue(HOST), trust(LOWER.pem), id="an intermediate"),
        pytest.param(LOWER.issue(HOST), trust(factory.authority().pem, ROOT.pem), id="one of many"),
        pytest.param(ROOT.issue("*.example.test"), trust(ROOT.pem), id="a wildcard"),
    ],
)
def test_any_given_certificate_ends_a_chain(serve, tls, look, issued, roots):
    assert look(serve(tls(issued)), roots).tls.verify_error is None


def test_an_address_is_verified_without_a_server_name(serve, tls, look):
    server = tls(ROOT.issue("127.0.0.1", ip_addresses=("127.0.0.1",)))
    assert look(serve(server), trust(ROOT.pem), host="127.0.0.1").tls.verify_error is None
    assert server.names == [None]


def test_an_address_among_the_names_is_no_address(serve, tls, look):
    assert look(serve(tls(ROOT.issue("127.0.0.1"))), trust(ROOT.pem), host="127.0.0.1").tls.verify_code == 64


def test_without_roots_it_is_only_described(serve, tls, look):
    server = tls(SELF_SIGNED)
    seen = look(serve(server), None)
    assert seen.tls.leaf == parse_chain(SELF_SIGNED.leaf_pem)[0]
    assert server.names == [HOST]


def silent(connection):
    connection.recv(1 << 16)
    connection.recv(1)


def hang_up(connection):
    connection.recv(1)


def drip(connection):
    connection.recv(4096)
    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        pytest.param(Plain(b"HTTP/1.1 400 Bad Request\r\n\r\n"), served.NOT_TLS, id="plain HTTP"),
        pytest.param(Plain(b"220 mail.example.test ESMTP\r\n"), served.NOT_TLS, id="another protocol"),
        pytest.param(hang_up, served.RESET, id="hangs up"),
        pytest.param(silent, served.TIMEOUT, id="says nothing"),
    ],
)
def test_no_session_is_an_answer_too(serve, look, behaviour, reason):
    seen = look(serve(behaviour), SYSTEM, seconds=0.3)
    assert seen.tls.reason == reason
    assert seen.tls.detail
    assert seen.https is None


def test_nothing_listens(look, closed_port):
    seen = look(closed_port, SYSTEM)
    assert seen == served.Served(
        Failure(served.REFUSED, "Connection refused"), None, Failure(served.REFUSED, "Connection refused")
    )


def test_a_name_without_address(monkeypatch, look):
    def resolve(*_args, **_kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert look(443, SYSTEM).tls == Failure(served.NOT_RESOLVED, "Name or service not known")


def test_tries_every_address_of_a_name(monkeypatch, serve, tls, look, closed_port):
    port = serve(tls(ROOT.issue(HOST)))
    targets = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", each)) for each in (closed_port, port)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: targets)
    assert look(port, trust(ROOT.pem)).tls.verify_error is None


def test_a_refused_server_name(serve, tls, look):
    server = tls(ROOT.issue(HOST))
    server.context.sni_callback = lambda *_: ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    assert look(serve(server), trust(ROOT.pem)).tls.reason == served.TLS_REJECTED


@pytest.mark.parametrize(
    ("response", "answer", "redirects"),
    [
        (
            b"HTTP/1.1 308 Permanent Redirect\r\nLocation: https://www.example.test/app1\r\n\r\n",
            Response(308, "https://www.example.test/app1"),
            True,
        ),
        (
            b"HTTP/1.1 301 Moved\r\nlocation: HTTPS://www.example.test/\r\n\r\n",
            Response(301, "HTTPS://www.example.test/"),
            True,
        ),
        (
            b"HTTP/1.0 302 Found\r\nLocation: http://www.example.test/\r\n\r\n",
            Response(302, "http://www.example.test/"),
            False,
        ),
        (b"HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n", Response(302, "/login"), False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nhello", Response(200), False),
        (
            b"HTTP/1.1 201 Created\r\nLocation: https://www.example.test/1\r\n\r\n",
            Response(201, "https://www.example.test/1"),
            False,
        ),
    ],
)
def test_plain_http_redirects_or_not(serve, look, closed_port, response, answer, redirects):
    seen = look(closed_port, SYSTEM, http_port=serve(Plain(response)))
    assert seen.http == answer
    assert seen.http.redirects_to_https is redirects


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        pytest.param(Plain(b"SSH-2.0-OpenSSH_9.2\r\n"), served.NOT_HTTP, id="another protocol"),
        pytest.param(Plain(b""), served.RESET, id="nothing"),
        pytest.param(silent, served.TIMEOUT, id="says nothing"),
        pytest.param(drip, served.TIMEOUT, id="drips"),
        pytest.param(Plain(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20000), served.NOT_HTTP, id="never ends"),
    ],
)
def test_no_http_is_an_answer_too(serve, look, closed_port, behaviour, reason):
    began = time.monotonic()
    seen = look(closed_port, SYSTEM, http_port=serve(behaviour), seconds=0.5)
    assert seen.http.reason == reason
    assert time.monotonic() - began < 2
