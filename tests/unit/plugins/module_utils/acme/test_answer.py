# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.acme.answer import Answer

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=timezone.utc)
URL = "https://acme.test/order/1"


def answer(*headers, body=b"", status=200):
    return Answer(URL, status, headers, body)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([("retry-after", "7")], 7),
        ([("retry-after", " 0 ")], 0),
        ([("retry-after", "Sun, 01 Mar 2026 12:00:30 GMT")], 30),
        # RFC 9110, 5.6.7: the obsolete forms have to be understood.
        ([("retry-after", "Sunday, 01-Mar-26 12:00:30 GMT")], 30),
        ([("retry-after", "Sun Mar  1 12:00:30 2026")], 30),
        # The server's clock is an hour behind ours: only the distance between its own two dates counts.
        ([("date", "Sun, 01 Mar 2026 11:00:00 GMT"), ("retry-after", "Sun, 01 Mar 2026 11:00:30 GMT")], 30),
        ([("date", "nonsense"), ("retry-after", "Sun, 01 Mar 2026 12:01:00 GMT")], 60),
        ([("retry-after", "Sun, 01 Mar 2026 11:00:00 GMT")], 0),
        ([("retry-after", "99999999999999999999")], 366 * 86400),
        ([("retry-after", "Sun, 01 Mar 2500 12:00:00 GMT")], 366 * 86400),
    ],
)
def test_retry_after(headers, seconds):
    assert answer(*headers).retry_at(NOW) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("value", ["", "soon", "-5", "1.5", "٣", "Sun, 99 Foo 2026 12:00:30 GMT"])
def test_no_retry_after(value):
    assert answer(("retry-after", value)).retry_at(NOW) is None
    assert answer().retry_at(NOW) is None


def test_links_are_absolute_and_of_the_relation_asked_for():
    found = answer(
        ("link", '<https://acme.test/dir>;rel="index", </cert/1/alt>; title="a, b"; rel=alternate'),
        ("link", '<alt/2>;rel="up alternate"'),
        ("location", "/elsewhere"),
    )
    assert found.links("alternate") == ["https://acme.test/cert/1/alt", "https://acme.test/order/alt/2"]
    assert found.links("index") == ["https://acme.test/dir"]
    assert found.links("next") == []
    assert found.location == "https://acme.test/elsewhere"


@pytest.mark.parametrize(
    ("kind", "body", "whole"),
    [
        ("application/json; charset=utf-8", b'{"status": "valid"}', True),
        ("application/json", b'{"status": "val', False),
        ("application/json", b"", True),
        ("application/json", b"{}", True),
        ("application/pem-certificate-chain", b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n", True),
        ("application/pem-certificate-chain", b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIF", False),
        ("text/html", b"<html", True),
    ],
)
def test_cut_bodies_are_seen_by_their_type(kind, body, whole):
    assert answer(("content-type", kind), body=body).whole is whole


def test_problem_document():
    body = b'{"type": "urn:ietf:params:acme:error:rateLimited", "detail": "too many"}'
    found = answer(("retry-after", "60"), body=body, status=429).problem(NOW)
    assert (found.type, found.status, found.detail) == ("rateLimited", 429, "too many")
    assert found.retry_at == NOW + timedelta(minutes=1)
    assert found.document == {"type": "urn:ietf:params:acme:error:rateLimited", "detail": "too many"}


def test_an_answer_that_is_not_acme():
    found = answer(body=b"<h1>Bad\n  Gateway</h1>", status=502).problem(NOW)
    assert (found.type, found.status) == ("", 502)
    assert found.detail == f"the answer of {URL} is no ACME problem document: <h1>Bad Gateway</h1>"
    assert answer(status=502, body=b'{"message": "no"}').problem(NOW).type == ""
    assert answer(body=b"[1]").json() == {}
