# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import http.client
import json
from datetime import datetime, timezone

import pytest

from tests.acme_proxy.faults import answer, cut, held, lost, patched, problem, slow, truncated


def test_what_has_no_fault_is_passed_on_as_it_is(ask, upstream):
    found, body = ask("POST", "/certZ/1", b"jws")
    assert (found.status, json.loads(body)) == (200, ["certificate"])
    assert upstream.asked == [("POST", "/certZ/1", "one.acme.test:14100", b"jws")]
    assert len(found.headers.get_all("Link")) == 2


def test_a_problem_is_answered_with_a_nonce_of_the_server_and_the_request_stays_here(ask, proxy, upstream):
    proxy.book.put([problem("newOrder", "rateLimited", "too many", retry_after=60)])
    found, body = ask("POST", "/order-plz", b"jws")
    assert (found.status, found.headers["Retry-After"], found.headers["Replay-Nonce"]) == (429, "60", "nonce-1")
    assert found.headers["Content-Type"] == "application/problem+json"
    kind = "urn:ietf:params:acme:error:rateLimited"
    assert json.loads(body) == {"type": kind, "detail": "too many", "status": 429}
    assert [path for _method, path, _host, _body in upstream.asked] == ["/nonce-plz"]
    assert ask("POST", "/my-order/1")[0].status == 200


def test_retry_after_can_be_a_date(ask, proxy):
    proxy.book.put(
        [answer("directory", 503, "<h1>busy</h1>", retry_after=datetime(2026, 3, 1, 12, tzinfo=timezone.utc))]
    )
    found, body = ask("GET", "/dir")
    assert (found.status, body) == (503, b"<h1>busy</h1>")
    assert found.headers["Retry-After"] == "Sun, 01 Mar 2026 12:00:00 GMT"
    assert "Replay-Nonce" not in found.headers


@pytest.mark.parametrize(("fault", "reached"), [(cut("newOrder"), []), (lost("newOrder"), ["/order-plz"])])
def test_a_connection_that_ends_without_an_answer(fault, reached, ask, proxy, upstream):
    proxy.book.put([fault])
    with pytest.raises((OSError, http.client.HTTPException)):
        ask("POST", "/order-plz", b"jws")
    assert [path for _method, path, _host, _body in upstream.asked] == reached
    assert proxy.book.requests()[0].status == 0


def test_an_answer_that_ends_early(ask, proxy):
    proxy.book.put([truncated("newOrder", 5)])
    with pytest.raises(http.client.IncompleteRead) as error:
        ask("POST", "/order-plz")
    assert error.value.partial == b'{"sta'


def test_orders_are_held_in_processing_once_they_are_valid(ask, proxy):
    proxy.book.put(held(retry_after=3))
    found, body = ask("POST", "/my-order/1")
    assert (json.loads(body), found.headers["Retry-After"]) == ({"status": "processing"}, "3")
    assert json.loads(ask("POST", "/order-plz")[1])["status"] == "pending"


def test_a_patch_is_merged_into_what_the_server_says(ask, proxy):
    proxy.book.put([patched("directory", {"meta": {"externalAccountRequired": True, "profiles": None}})])
    assert json.loads(ask("GET", "/dir")[1]) == {"meta": {"externalAccountRequired": True}}


def test_faults_begin_late_end_and_follow_each_other(ask, proxy):
    proxy.book.put([answer("order", 500, skip=1, times=1), answer("order", 503, skip=1, times=1), slow("order", 0.01)])
    assert [ask("POST", "/my-order/1")[0].status for _time in range(4)] == [200, 500, 503, 200]


def test_each_host_has_faults_of_its_own(ask, proxy):
    proxy.book.put([answer("", 500)])
    proxy.book.put([answer("", 503)], "two.acme.test")
    hosts = ["one.acme.test", "two.acme.test:14100", "127.0.0.1:1"]
    assert [ask("GET", "/dir", host=host)[0].status for host in hosts] == [500, 503, 500]
    proxy.book.clear("two.acme.test")
    assert ask("GET", "/dir", host="TWO.acme.test")[0].status == 200


def test_the_book_has_what_was_asked_of_whom_and_what_came_of_it(ask, proxy):
    proxy.book.put([answer("newOrder", 500, times=1)])
    for _time in range(2):
        ask("POST", "/order-plz")
    ask("HEAD", "/nonce-plz", host="two.acme.test")
    assert [(seen.method, seen.status, seen.spared) for seen in proxy.book.requests("newOrder")] == [
        ("POST", 500, False),
        ("POST", 200, True),
    ]
    assert proxy.book.count(host="two.acme.test") == proxy.book.count("newNonce") == 1


def test_a_server_that_is_not_there_is_a_bad_gateway(ask, proxy, upstream):
    upstream.shutdown()
    upstream.server_close()
    found, body = ask("GET", "/dir")
    assert found.status == 502
    assert body.startswith(b"the ACME server does not answer: ")
