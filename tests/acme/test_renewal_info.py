# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import ssl
import urllib.request
from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.acme.renewal_info import certificate_id
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import AcmeError
from tests.acme_proxy import faults

from .workbench import issue, registered

NAME = "renewed.example.com"


@pytest.fixture
def issued(acme, clock):
    return issue(acme, NAME, clock=clock, profile="default")


def suggest(server, issued, answer):
    """What the server will answer about the certificate."""
    context = ssl.create_default_context(cafile=server.files / "ca.pem")
    handlers = [urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)]
    leaf = issued.chain[: issued.chain.index(b"-----END CERTIFICATE-----") + 25].decode()
    body = json.dumps({"Certificate": leaf, "ARIResponse": answer}).encode()
    urllib.request.build_opener(*handlers).open(f"{server.management}/set-renewal-info/", body, timeout=5).close()


def test_the_servers_own_window(acme, issued):
    found = acme.renewal_info(issued.chain)
    leaf = issued.leaf
    assert leaf.not_valid_before_utc < found.start < found.at(0.5) < found.end < leaf.not_valid_after_utc
    assert found.explanation_url is None


def test_a_window_that_has_been_moved(server, acme, issued, clock):
    window = {"start": "2026-03-01T00:00:00Z", "end": "2026-03-02T00:00:00.123456789+00:00"}
    answer = {"suggestedWindow": window, "explanationURL": "https://ca.test/why"}
    suggest(server, issued, json.dumps(answer))
    found = acme.renewal_info(issued.chain)
    assert (found.start, found.end - found.start) == (datetime(2026, 3, 1, tzinfo=timezone.utc), timedelta(days=1))
    assert found.explanation_url == "https://ca.test/why"
    # Asked again in six hours, as Pebble says.
    assert timedelta(hours=5) < found.retry_at - clock.now() < timedelta(hours=7)


@pytest.mark.parametrize(
    "answer",
    [
        '{"suggestedWindow": {"start": "2026-03-02T00:00:00Z", "end": "2026-03-01T00:00:00Z"}}',
        '{"suggestedWindow": {"start": "soon", "end": "later"}}',
        '{"suggestedWindow": []}',
        "{}",
    ],
)
def test_a_window_that_is_none_is_no_opinion(server, acme, issued, answer):
    suggest(server, issued, answer)
    assert acme.renewal_info(issued.chain) is None


def test_a_server_that_does_not_know_the_certificate_has_no_opinion(through, issued, proxy):
    proxy.book.put([faults.problem("renewalInfo", "malformed", "never heard of it", status=404)])
    assert through.renewal_info(issued.chain) is None
    proxy.book.put([faults.answer("renewalInfo", 500)])
    with pytest.raises(AcmeError, match="Cannot read the renewal information"):
        through.renewal_info(issued.chain)


def test_a_renewal_says_what_it_replaces(acme, issued, clock):
    name = certificate_id(issued.chain)
    renewed = issue(acme, NAME, clock=clock, replaces=name)
    assert (renewed.order.replaces, renewed.order.not_replacing) == (name, None)


@pytest.mark.parametrize("other", ["replaced before", "of another account", "of other names"])
def test_a_renewal_that_may_not_replace_is_an_order_all_the_same(server, acme, issued, clock, other):
    name, asking, wanted = certificate_id(issued.chain), acme, NAME
    if other == "replaced before":
        issue(acme, NAME, clock=clock, replaces=name)
    elif other == "of another account":
        asking = registered(server, clock)
    else:
        wanted = "unrelated.example.com"
    order = asking.new_order([("dns", wanted)], replaces=name)
    assert (order.status, order.replaces) == ("pending", None)
    # Each in its own words: Pebble refuses other names by 500.
    assert order.not_replacing.status in (403, 409, 500)
    assert order.not_replacing.detail


def test_a_limit_is_no_reason_to_ask_again_without_it(through, issued, proxy):
    proxy.book.put([faults.problem("newOrder", "rateLimited", "too many orders", retry_after=7200)])
    with pytest.raises(AcmeError, match="too many orders"):
        through.new_order([("dns", NAME)], replaces=certificate_id(issued.chain))
    assert proxy.book.count("newOrder") == 1
