# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import http.server
import threading

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.acme.resources import Step
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import AcmeError
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import parse_chain

from .pebble import QUICK, VALIDATING, pebble
from .workbench import REAL_CLOCK, authorize, issue, new_key, registered, request

LOCAL = [("ip", "127.0.0.1")]


def test_names_and_a_wildcard(acme, clock):
    names = ("example.com", "*.example.com", "www.example.net")
    issued = issue(acme, *names, clock=clock)
    leaf = parse_chain(issued.chain)[0]
    assert sorted(leaf.dns_names) == sorted(names)
    assert issued.order.step is Step.DOWNLOAD
    assert sorted(issued.order.identifiers) == sorted(("dns", name) for name in names)
    authorizations = [acme.authorization(url) for url in issued.order.authorizations]
    assert {(a.identifier[1], a.wildcard, a.status) for a in authorizations} == {
        ("example.com", False, "valid"),
        ("example.com", True, "valid"),
        ("www.example.net", False, "valid"),
    }
    assert all(a.expires for a in authorizations)


def test_each_state_of_an_order(acme, clock, hurried):
    order = acme.new_order([("dns", "steps.example.com")])
    assert (order.step, order.certificate, order.error) == (Step.AUTHORIZE, None, None)
    with pytest.raises(AcmeError, match="Cannot download the certificate of the order .*: the order is pending"):
        acme.certificate(order)
    order = authorize(acme, order, clock)
    assert order.step is Step.FINALIZE
    hurried.naps.clear()
    order = acme.finalize(order, request(order.identifiers, new_key()))
    assert order.step is Step.WAIT
    order = acme.await_issued(order, clock.monotonic() + 60)
    assert order.step is Step.DOWNLOAD
    assert acme.order(order.url) == order
    # As asked for, in seconds or as a date, which has no fractions.
    assert 1 < hurried.naps[0] <= 3


def test_a_wait_ends_at_its_deadline(acme, clock, hurried):
    order = acme.new_order([("dns", "late.example.com")])
    assert acme.await_authorized(order, clock.monotonic() + 60).step is Step.AUTHORIZE
    assert 40 < sum(hurried.naps) <= 60


def test_an_order_of_known_names_is_born_ready(start):
    with start({**QUICK, "PEBBLE_AUTHZREUSE": "100"}) as server:
        acme = registered(server)
        issue(acme, "again.example.com")
        order = acme.new_order([("dns", "again.example.com")])
        assert order.step is Step.FINALIZE
        issued = acme.finalize(order, request(order.identifiers, new_key()))
        assert acme.await_issued(issued, REAL_CLOCK.monotonic() + 20).step is Step.DOWNLOAD


def test_profiles(acme, clock):
    leaf = issue(acme, "short.example.com", clock=clock, profile="shortlived").leaf
    assert (leaf.not_valid_after_utc - leaf.not_valid_before_utc).days < 6.1
    with pytest.raises(AcmeError, match="the server has no profile 'eternal'; it has default, shortlived") as refused:
        acme.new_order([("dns", "a.example.com")], profile="eternal")
    assert refused.value.problem.type == "invalidProfile"


def test_names_that_the_server_refuses_are_named_with_each_reason(acme):
    with pytest.raises(
        AcmeError, match="Cannot order a certificate for a.example.com, bad_name.example.com"
    ) as refused:
        acme.new_order([("dns", "a.example.com"), ("dns", "bad_name.example.com")])
    assert refused.value.problem.type in ("malformed", "rejectedIdentifier")
    assert refused.value.problem.document["detail"] == refused.value.problem.detail


def test_a_request_that_is_not_as_ordered(acme, clock):
    order = authorize(acme, acme.new_order([("dns", "ordered.example.com")]), clock)
    with pytest.raises(AcmeError, match="Cannot finalize the order") as refused:
        acme.finalize(order, request([("dns", "other.example.com")], new_key()))
    assert refused.value.problem.type in ("unauthorized", "badCSR")


def test_an_order_that_is_not_ready(acme):
    order = acme.new_order([("dns", "early.example.com")])
    with pytest.raises(AcmeError) as refused:
        acme.finalize(order, request(order.identifiers, new_key()))
    assert refused.value.problem.type == "orderNotReady"


@pytest.fixture
def strict(start):
    """A Pebble that looks at challenges."""
    with start(VALIDATING) as server:
        yield server


@pytest.fixture
def applicant(strict):
    """A client with a new account there."""
    return registered(strict)


@pytest.fixture
def responder(strict, applicant):
    """Answers every token as the account would."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(applicant.key_authorization(self.path.rpartition("/")[2]).encode())

        def log_message(self, *arguments):
            """Not into the tests' output."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", strict.http_port), Handler) as running:
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        yield
        running.shutdown()


def test_an_address_is_validated_for_real(applicant, responder):
    order = authorize(applicant, applicant.new_order(LOCAL))
    assert order.step is Step.FINALIZE
    order = applicant.finalize(order, request(LOCAL, new_key()))
    order = applicant.await_issued(order, REAL_CLOCK.monotonic() + 20)
    assert parse_chain(applicant.certificate(order))[0].ip_addresses == ("127.0.0.1",)


def test_a_challenge_that_fails(applicant):
    order = authorize(applicant, applicant.new_order(LOCAL))
    assert order.step is Step.NOTHING
    failed = applicant.authorization(order.authorizations[0])
    assert (failed.status, [problem.type for problem in failed.problems]) == ("invalid", ["connection"])
    with pytest.raises(AcmeError, match="Cannot download"):
        applicant.certificate(order)


def test_one_authorization_is_waited_for(applicant):
    order = applicant.new_order(LOCAL)
    pending = applicant.authorization(order.authorizations[0])
    applicant.respond(next(challenge for challenge in pending.challenges if challenge.type == "http-01"))
    assert applicant.await_authorization(pending, REAL_CLOCK.monotonic() + 20).status == "invalid"


def test_an_authorization_is_given_up(acme):
    order = acme.new_order([("dns", "given-up.example.com")])
    assert acme.deactivate_authorization(order.authorizations[0]).status == "deactivated"
    assert acme.authorization(order.authorizations[0]).status == "deactivated"


@pytest.fixture(scope="module")
def rooted(tmp_path_factory):
    """A Pebble with three chains of two certificates above the leaf, and the names of their roots."""
    environment = {**QUICK, "PEBBLE_ALTERNATE_ROOTS": "2", "PEBBLE_CHAIN_LENGTH": "2"}
    with pebble(tmp_path_factory.mktemp("roots"), environment) as running:
        roots = [running.managed(f"/roots/{number}") for number in range(3)]
        acme = registered(running)
        yield acme, [parse_chain(root.encode())[0].issuer_common_name for root in roots]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_preferred_chain_is_taken(rooted, number):
    acme, roots = rooted
    chain = parse_chain(issue(acme, "chain.example.com", preferred_chain=roots[number]).chain)
    assert chain[-1].issuer_common_name == roots[number]


def test_without_such_a_chain_the_servers_own_is_taken(rooted):
    acme, roots = rooted
    chain = parse_chain(issue(acme, "chain.example.com", preferred_chain="Nobody's root").chain)
    assert chain[-1].issuer_common_name == roots[0]
