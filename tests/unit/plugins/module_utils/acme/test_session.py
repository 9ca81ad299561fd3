# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import itertools
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ansible_collections.certops.kubernetes.plugins.module_utils.acme.account import AccountKeeper
from ansible_collections.certops.kubernetes.plugins.module_utils.acme.answer import Answer
from ansible_collections.certops.kubernetes.plugins.module_utils.acme.keys import SigningKey
from ansible_collections.certops.kubernetes.plugins.module_utils.acme.session import AnswerLost, Session
from ansible_collections.certops.kubernetes.plugins.module_utils.acme.transport import Lost
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import AcmeError
from ansible_collections.certops.kubernetes.tests.unit.fakes import Time

BASE = "https://acme.test"
PEM = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
KEY = SigningKey(PEM)
DIRECTORY = {"newNonce": f"{BASE}/nonce", "newAccount": f"{BASE}/account", "newOrder": f"{BASE}/order"}
BAD_NONCE = {"type": "urn:ietf:params:acme:error:badNonce", "detail": "old"}


def reply(document=None, status=200, **headers):
    names = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    body = b"" if document is None else json.dumps(document).encode()
    return Answer(BASE, status, (("content-type", "application/json"), *names), body)


def given(answer):
    """An error is raised in place of an answer."""
    if isinstance(answer, Exception):
        raise answer
    return answer


class Server:
    """Answers POSTs by a list, and all else as a server does; keeps each JWS's protected header."""

    def __init__(self, *answers):
        self.answers, self.headers, self.methods = list(answers), [], []
        self._fresh = (f"fresh-{number}" for number in itertools.count(1))

    def send(self, method, url, timeout, body=None):
        self.methods.append(method)
        assert timeout > 0
        if method == "HEAD":
            return reply(replay_nonce=next(self._fresh))
        if method == "GET":
            return reply(DIRECTORY)
        protected = json.loads(body)["protected"]
        self.headers.append(json.loads(base64.urlsafe_b64decode(protected + "=" * (-len(protected) % 4))))
        answer = self.answers.pop(0) if self.answers else reply({}, replay_nonce=next(self._fresh))
        return given(answer)

    @property
    def nonces(self):
        return [header["nonce"] for header in self.headers]


def session(server, time=None, patience=60.0):
    return Session(f"{BASE}/dir", server, (time or Time()).clock(), patience, chance=lambda: 0.0)


def post(of, repeatable=True):
    return of.post(f"{BASE}/order", {}, KEY, f"{BASE}/account/1", "order", repeatable)


def test_each_answers_nonce_serves_the_next_request():
    server = Server(reply({}, replay_nonce="a"), reply({}, replay_nonce="b"))
    ours = session(server)
    for _number in range(3):
        post(ours)
    assert server.nonces == ["fresh-1", "a", "b"]
    assert server.methods.count("HEAD") == 1


def test_the_nonce_of_a_refusal_serves_the_same_request_again():
    refusal = reply(BAD_NONCE, 400, replay_nonce="right")
    server, time = Server(refusal, refusal, reply({}, replay_nonce="next")), Time()
    ours = session(server, time)
    post(ours)
    assert server.nonces == ["fresh-1", "right", "right"]
    assert time.naps == [0.0, 0.0]
    post(ours)
    assert server.nonces[-1] == "next"


@pytest.mark.parametrize("headers", [{}, {"replay_nonce": "not base64url!"}, {"replay_nonce": ""}])
def test_without_a_valid_nonce_a_new_one_is_fetched(headers):
    server = Server(reply(BAD_NONCE, 400, **headers), reply({}))
    post(session(server))
    assert server.nonces == ["fresh-1", "fresh-2"]


def test_the_nonce_of_another_refusal_is_not_wasted():
    server = Server(reply({"type": "urn:ietf:params:acme:error:malformed"}, 400, replay_nonce="kept"))
    ours = session(server)
    with pytest.raises(AcmeError, match="malformed"):
        post(ours)
    post(ours)
    assert server.nonces == ["fresh-1", "kept"]


def test_no_two_threads_use_one_nonce():
    server = Server()
    ours, start = session(server), threading.Barrier(8)

    def work(_number):
        start.wait()
        for _again in range(50):
            post(ours)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(server.nonces) == len(set(server.nonces)) == 400
    assert server.methods.count("HEAD") <= 8


def test_the_header_names_the_account_or_shows_the_key():
    server = Server()
    ours = session(server)
    post(ours)
    ours.post(f"{BASE}/account", {}, KEY, None, "register")
    known, unknown = server.headers
    assert (known["kid"], known["url"], "jwk" in known) == (f"{BASE}/account/1", f"{BASE}/order", False)
    assert (unknown["jwk"], "kid" in unknown) == (KEY.jwk, False)


def test_a_lost_answer_is_told_from_a_refusal():
    server = Server(Lost("cut", sent=True, answer=reply(location="/order/7")))
    with pytest.raises(AnswerLost, match="Cannot order: cut") as lost:
        post(session(server), repeatable=False)
    assert lost.value.answer.location == f"{BASE}/order/7"


def test_what_is_lost_is_looked_for_before_it_is_asked_for_again():
    server, looks = Server(*[Lost("cut", sent=True)] * 2), iter([None, "found"])
    ours = session(server)
    assert ours.settle(lambda: post(ours, repeatable=False), lambda _lost: next(looks)) == "found"
    assert len(server.headers) == 2


def test_what_is_always_lost_is_given_up():
    server, time = Server(*[Lost("cut", sent=True)] * 50), Time()
    ours = session(server, time)
    with pytest.raises(AnswerLost):
        ours.settle(lambda: post(ours, repeatable=False), lambda _lost: None)
    assert len(server.headers) == 7
    assert time.seconds < 60


def test_patience_ends_a_busy_servers_request():
    server, time = Server(*[reply({"detail": "busy"}, 503, retry_after="10")] * 50), Time()
    with pytest.raises(AcmeError, match="busy"):
        post(session(server, time, patience=35.0))
    assert time.naps == [10.0, 10.0, 10.0]


def test_the_directory_is_read_once():
    server = Server()
    ours = session(server)
    assert ours.resource("newOrder", "order") == ours.resource("newOrder", "order") == f"{BASE}/order"
    assert server.methods == ["GET"]
    with pytest.raises(AcmeError, match="Cannot roll over: the ACME server has no resource keyChange"):
        ours.resource("keyChange", "roll over")


def test_the_account_is_looked_for_once():
    server = Server(reply({"status": "valid"}, location=f"{BASE}/account/5"))
    keeper = AccountKeeper(session(server), KEY)
    assert keeper.known_uri is None
    assert keeper.uri == keeper.uri == keeper.known_uri == f"{BASE}/account/5"
    assert len(server.headers) == 1


def test_an_account_without_a_place_is_no_answer():
    with pytest.raises(AcmeError, match="doesn't say where the account is"):
        AccountKeeper(session(Server(reply({"status": "valid"}))), KEY).find()
