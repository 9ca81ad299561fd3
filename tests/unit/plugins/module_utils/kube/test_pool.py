# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import http.server
import ssl
import threading

import pytest
import urllib3
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from ansible_collections.certops.kubernetes.plugins.module_utils.kube import pool
from ansible_collections.certops.kubernetes.plugins.module_utils.kube.settings import Settings
from ansible_collections.certops.kubernetes.tests.unit import factory

AUTHORITY = factory.authority()
CLIENT = AUTHORITY.issue("me", extended_key_usages=(factory.ExtendedKeyUsageOID.CLIENT_AUTH,))


class Who(http.server.BaseHTTPRequestHandler):
    """Answers with the name in the client's certificate."""

    def do_GET(self):
        subject = self.connection.getpeercert()["subjectAltName"]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(subject[0][1].encode())

    def log_message(self, *_arguments):
        """Nothing."""


@pytest.fixture
def server(tmp_path):
    """The URL of a server that wants a client's certificate; its own is for the name "kubernetes"."""
    issued = AUTHORITY.issue("kubernetes")
    files = {"crt": issued.chain_pem, "key": issued.key_pem, "ca": AUTHORITY.pem}
    for name, pem in files.items():
        (tmp_path / name).write_bytes(pem)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(tmp_path / "ca"))
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(tmp_path / "crt", tmp_path / "key")
    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Who)
    serving.socket = context.wrap_socket(serving.socket, server_side=True)
    threading.Thread(target=serving.serve_forever, args=(0.05,), daemon=True).start()
    yield f"https://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    serving.server_close()


def answer(settings):
    return pool.manager(settings, 2).request("GET", settings.host, retries=False).data


def test_a_client_certificate_from_memory(server):
    settings = Settings(
        server,
        server_name="kubernetes",
        ca=AUTHORITY.pem,
        client_cert=CLIENT.chain_pem,
        client_key=CLIENT.key_pem,
    )
    assert answer(settings) == b"me"


def test_a_client_certificate_from_files(server, tmp_path):
    files = {"a.pem": AUTHORITY.pem, "c.pem": CLIENT.chain_pem, "k.pem": CLIENT.key_pem}
    for name, pem in files.items():
        (tmp_path / name).write_bytes(pem)
    ca, certificate, key = (str(tmp_path / name) for name in files)
    settings = Settings(server, server_name="kubernetes", ca=ca, client_cert=certificate, client_key=key)
    assert answer(settings) == b"me"


def test_a_client_certificate_and_its_key_in_one_file(server, tmp_path):
    both = tmp_path / "both.pem"
    both.write_bytes(CLIENT.chain_pem + CLIENT.key_pem)
    settings = Settings(server, server_name="kubernetes", ca=AUTHORITY.pem, client_cert=str(both))
    assert answer(settings) == b"me"


@pytest.mark.parametrize("changed", [{"server_name": None}, {"ca": factory.authority().pem}, {"ca": None}])
def test_a_server_that_is_not_the_one_is_not_asked(server, changed):
    fields = {"server_name": "kubernetes", "ca": AUTHORITY.pem} | changed
    with pytest.raises(urllib3.exceptions.SSLError, match="certificate verify failed"):
        answer(Settings(server, client_cert=CLIENT.chain_pem, client_key=CLIENT.key_pem, **fields))


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_without_verification_any_server_will_do(server):
    settings = Settings(server, verify=False, client_cert=CLIENT.chain_pem, client_key=CLIENT.key_pem)
    assert answer(settings) == b"me"


def test_an_encrypted_key_is_refused_without_asking_the_terminal():
    key = factory.rsa.generate_private_key(65537, 2048)
    encrypted = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"s3cret"))
    settings = Settings("https://k8s.test", client_cert=CLIENT.chain_pem, client_key=encrypted)
    with pytest.raises(ValueError, match="the client's key is encrypted"):
        pool.manager(settings, 2)


@pytest.mark.parametrize("fields", [{"ca": b"no certificate"}, {"client_cert": b"none"}, {"ca": "/does/not/exist"}])
def test_what_is_no_certificate_is_an_error(fields):
    with pytest.raises(OSError):
        pool.manager(Settings("https://k8s.test", **fields), 2)


@pytest.fixture
def no_variables(monkeypatch):
    for variable in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.parametrize(
    ("variables", "fields", "found"),
    [
        ({}, {}, None),
        ({}, {"proxy": "http://p:1"}, "http://p:1"),
        ({"HTTPS_PROXY": "http://p:2"}, {}, "http://p:2"),
        ({"https_proxy": "http://p:3", "HTTPS_PROXY": "http://p:2"}, {}, "http://p:3"),
        ({"HTTP_PROXY": "http://p:4"}, {}, None),
        ({"HTTP_PROXY": "http://p:4"}, {"host": "http://k8s.test"}, "http://p:4"),
        ({"HTTPS_PROXY": "http://p:2"}, {"proxy": "http://p:1"}, "http://p:1"),
        ({"NO_PROXY": "k8s.test"}, {"proxy": "http://p:1"}, None),
        ({"NO_PROXY": "k8s.test"}, {"proxy": "http://p:1", "no_proxy": "other.test"}, "http://p:1"),
        ({}, {"proxy": "http://p:1", "no_proxy": "other.test, .TEST"}, None),
        ({}, {"proxy": "http://p:1", "no_proxy": "est"}, "http://p:1"),
        ({}, {"proxy": "http://p:1", "no_proxy": "*"}, None),
        ({}, {"proxy": "http://p:1", "no_proxy": "k8s.test:6443", "host": "https://k8s.test:6443"}, None),
        ({}, {"proxy": "http://p:1", "no_proxy": "10.0.0.0/8", "host": "https://10.1.2.3:6443"}, None),
        ({}, {"proxy": "http://p:1", "no_proxy": "10.0.0.0/8", "host": "https://11.1.2.3:6443"}, "http://p:1"),
    ],
)
def test_proxy(no_variables, monkeypatch, variables, fields, found):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert pool.proxy_for(Settings(**{"host": "https://k8s.test", **fields})) == found


def test_through_a_proxy(no_variables):
    settings = Settings("https://k8s.test", proxy="http://p:1", proxy_headers={"x": "y"})
    manager = pool.manager(settings, 2)
    assert (manager.proxy.url, manager.proxy_headers) == ("http://p:1", {"x": "y"})
