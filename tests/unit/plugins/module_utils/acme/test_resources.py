# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.acme.answer import Answer
from ansible_collections.certops.kubernetes.plugins.module_utils.acme.directory import Meta, directory_in
from ansible_collections.certops.kubernetes.plugins.module_utils.acme.resources import (
    Order,
    Step,
    authorization_in,
    order_in,
    time_in,
)
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.acme_problem import Problem

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
URL = "https://acme.test/order/1"


def answer(document, **headers):
    names = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Answer(URL, 200, names, json.dumps(document).encode())


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01T12:00:00Z", NOW),
        ("2026-03-01T12:00:00.1Z", NOW),
        ("2026-03-01T12:00:00.123456789Z", NOW),
        ("2026-03-01T13:00:00.5+01:00", NOW),
        ("soon", None),
        (None, None),
        (5, None),
    ],
)
def test_times(text, moment):
    assert time_in(text) == moment


def test_an_order_in_full():
    document = {
        "status": "processing",
        "expires": "2026-03-02T12:00:00Z",
        "identifiers": [{"type": "dns", "value": "a.test"}, {"type": "ip", "value": "192.0.2.1"}],
        "authorizations": ["https://acme.test/authz/1"],
        "finalize": "https://acme.test/finalize/1",
        "certificate": "https://acme.test/cert/1",
        "profile": "shortlived",
        "replaces": "abc.def",
        "error": {"type": "urn:ietf:params:acme:error:caa", "detail": "no", "status": 403},
    }
    assert order_in(answer(document, retry_after="9"), URL, NOW) == Order(
        URL,
        "processing",
        (("dns", "a.test"), ("ip", "192.0.2.1")),
        ("https://acme.test/authz/1",),
        "https://acme.test/finalize/1",
        "https://acme.test/cert/1",
        Problem("caa", 403, "no"),
        NOW + timedelta(days=1),
        NOW + timedelta(seconds=9),
        "shortlived",
        "abc.def",
    )


def test_an_order_that_says_little():
    assert order_in(answer({}), URL, NOW) == Order(URL, "pending", (), (), "")


@pytest.mark.parametrize("step", Step)
def test_the_next_step_of_each_status(step):
    assert Order(URL, step.value, (), (), "").step is step


def test_an_unknown_status_is_waited_through():
    assert Order(URL, "pondering", (), (), "").step is Step.WAIT


def test_an_authorization_with_a_challenge_of_an_unknown_kind():
    document = {
        "status": "invalid",
        "wildcard": True,
        "identifier": {"type": "dns", "value": "a.test"},
        "challenges": [
            {
                "type": "dns-01",
                "url": "u",
                "token": "t",
                "status": "invalid",
                "error": {"type": "x", "detail": "no TXT"},
            },
            {"type": "dns-persist-01", "url": "v", "issuer-domain-names": ["ca.test"]},
        ],
    }
    found = authorization_in(answer(document), URL, NOW)
    assert (found.identifier, found.wildcard, found.status) == (("dns", "a.test"), True, "invalid")
    first, second = found.challenges
    assert (first.token, first.error.detail) == ("t", "no TXT")
    assert found.problems == (first.error,)
    assert (second.token, second.status, second.document["issuer-domain-names"]) == ("", "pending", ["ca.test"])


def test_a_directory():
    resources = {name: f"https://acme.test/{name}" for name in ("newNonce", "newAccount", "newOrder")}
    assert directory_in(answer(resources)).meta == Meta()
    meta = {"caaIdentities": ["ca.test"], "externalAccountRequired": True, "profiles": {"a": "b"}, "website": "w"}
    found = directory_in(answer({**resources, "meta": meta, "odd": 5}))
    assert found.resources == resources
    assert found.meta == Meta(None, "w", ("ca.test",), True, {"a": "b"})


@pytest.mark.parametrize("document", [{}, {"newNonce": "u"}, [], {"newNonce": "u", "newAccount": "u", "newOrder": 1}])
def test_no_directory(document):
    assert directory_in(answer(document)) is None
