# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What servers and networks do on bad days; no certificate is lost by it, and nothing is done twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.acme.resources import Step
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import AcmeError
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import parse_chain
from tests.acme_proxy import faults

from .bad_days import BUSY, ONCE, STEPS
from .pebble import QUICK
from .workbench import authorize, client, issue, new_key, orders_of, pem, registered, request

NAME = "bad-day.example.com"


@pytest.mark.parametrize("asked", BUSY)
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("endpoint", STEPS)
def test_a_busy_server_is_waited_for(through, proxy, hurried, clock, endpoint, status, asked):
    after = BUSY[asked](clock.now())
    proxy.book.put([faults.problem(endpoint, "rateLimited", "slow down", status=status, times=1, retry_after=after)])
    hurried.naps.clear()
    issued = issue(through, NAME, clock=clock)
    assert parse_chain(issued.chain)[0].dns_names == (NAME,)
    assert len(orders_of(through)) == 1
    if after:
        # A date comes nearer while the steps before are done.
        assert sum(10 < nap <= 20 for nap in hurried.naps) == 1


@pytest.mark.parametrize("endpoint", ["directory", "newNonce", "newAccount", *STEPS])
@pytest.mark.parametrize("fault", ONCE)
def test_no_answer_is_no_failure_and_nothing_is_done_twice(server, proxy, clock, endpoint, fault):
    """One fault at each endpoint: before the server gets it, after it has done it, in the middle of its answer."""
    proxy.book.put([ONCE[fault](endpoint, times=1)])
    acme = registered(server, clock, proxy.directory)
    issued = issue(acme, NAME, clock=clock)
    assert parse_chain(issued.chain)[0].dns_names == (NAME,)
    assert orders_of(acme) == [issued.order.url]


@pytest.mark.parametrize("status", [429, 503])
def test_who_is_asked_to_come_back_later_than_the_patience_lasts_is_told_when(through, proxy, hurried, clock, status):
    proxy.book.put([faults.problem("newOrder", "rateLimited", "300 orders", status=status, retry_after=10800)])
    hurried.naps.clear()
    with pytest.raises(AcmeError, match="300 orders") as refused:
        through.new_order([("dns", NAME)])
    assert hurried.naps == []
    wait = refused.value.problem.retry_at - clock.now()
    assert timedelta(hours=2.9) < wait <= timedelta(hours=3)


def test_subproblems_are_kept(through, proxy):
    parts = [
        {
            "type": "urn:ietf:params:acme:error:caa",
            "detail": "CAA forbids it",
            "identifier": {"type": "dns", "value": "b.example.com"},
        },
        {"type": "urn:ietf:params:acme:error:brandNew", "detail": "who knows"},
    ]
    proxy.book.put([faults.problem("newOrder", "compound", "two names", subproblems=parts)])
    with pytest.raises(AcmeError) as refused:
        through.new_order([("dns", "a.example.com"), ("dns", "b.example.com")])
    assert refused.value.problem.subproblems == (
        ("b.example.com", "caa", "CAA forbids it"),
        ("", "brandNew", "who knows"),
    )
    assert refused.value.problem.document["subproblems"] == parts
    assert "two names (compound, HTTP 400); b.example.com: caa: CAA forbids it; " in str(refused.value)


@pytest.mark.parametrize("after", [5, None])
def test_an_order_that_stays_in_processing_is_waited_for(through, proxy, hurried, clock, after):
    proxy.book.put(faults.held(retry_after=after, times=3))
    hurried.naps.clear()
    assert issue(through, NAME, clock=clock).order.step is Step.DOWNLOAD
    assert len(hurried.naps) >= 4


def test_an_order_that_is_never_issued_is_given_back_at_the_deadline(through, proxy, clock):
    order = authorize(through, through.new_order([("dns", NAME)]), clock)
    proxy.book.put(faults.held())
    order = through.finalize(order, request(order.identifiers, new_key()))
    assert through.await_issued(order, clock.monotonic() + 60).step is Step.WAIT
    proxy.book.clear()
    # Nothing is lost: a later run goes on with the same order.
    assert through.order(order.url).step is Step.DOWNLOAD


@pytest.mark.parametrize("fault", ONCE)
def test_the_account_survives(server, through, proxy, clock, fault):
    """Each change of the account happens once, whatever becomes of its answer."""
    new = new_key()
    proxy.book.put([ONCE[fault]("account", times=1), ONCE[fault]("keyChange", times=1)])
    assert through.update_account(["mailto:new@example.com"]).contacts == ("mailto:new@example.com",)
    proxy.book.put([ONCE[fault]("keyChange", times=1)])
    through.roll_over(pem(new))
    assert client(server, new).find_account().contacts == ("mailto:new@example.com",)
    proxy.book.put([ONCE[fault]("account", times=1)])
    through.deactivate_account()
    with pytest.raises(AcmeError, match="deactivated"):
        client(server, new).find_account()


@pytest.mark.parametrize("fault", ONCE)
def test_revocation_and_giving_up(server, through, proxy, clock, fault):
    issued = issue(through, NAME, clock=clock)
    order = through.new_order([("dns", NAME)])
    proxy.book.put([ONCE[fault](endpoint, times=1) for endpoint in ("revokeCert", "authorization")])
    assert through.revoke(issued.der) is True
    # Asked by another connection, since the end of this one may be noticed only now.
    assert client(server).revoke(issued.der, key_pem=pem(issued.key)) is False
    assert through.deactivate_authorization(order.authorizations[0]).status == "deactivated"


def test_nobody_is_there(start, hurried):
    with start(QUICK) as server:
        pass
    with pytest.raises(
        AcmeError, match=r"Cannot read the ACME directory https://\S+: 127.0.0.1:\d+: .*refused"
    ) as lost:
        client(server, clock=hurried.clock()).register()
    assert (lost.value.problem.type, lost.value.problem.status) == ("", None)
    assert len(hurried.naps) == 6


def test_something_else_is_there(server, proxy, clock):
    proxy.book.put([faults.answer("directory", 200, "<h1>Welcome</h1>")])
    with pytest.raises(AcmeError, match="what is there is no ACME directory"):
        client(server, clock=clock, directory=proxy.directory).register()


def test_threads_do_not_take_each_others_orders(crowd, prompt_proxy):
    """Same names, and the answers to half of the requests for an order get lost."""
    prompt_proxy.book.put([faults.lost("newOrder", skip=2, times=6)])
    with ThreadPoolExecutor(8) as pool:
        issued = list(pool.map(lambda _number: issue(crowd, NAME), range(8)))
    assert len({each.order.url for each in issued}) == 8
    assert len({each.leaf.serial_number for each in issued}) == 8
    assert len(orders_of(crowd)) == 8


def test_a_day_on_which_all_of_it_happens(crowd, prompt_proxy):
    """100 certificates by 16 threads, and each kind of fault at each endpoint; one order each."""
    bad = [fault(endpoint, skip=skip, times=3) for skip, fault in enumerate(ONCE.values(), 3) for endpoint in STEPS]
    busy = [faults.problem(endpoint, "rateLimited", "slow", retry_after=1, skip=9, times=5) for endpoint in STEPS]
    prompt_proxy.book.put([*bad, *busy])
    with ThreadPoolExecutor(16) as pool:
        issued = list(pool.map(lambda n: issue(crowd, f"n{n}.example.com"), range(100)))
    assert {parse_chain(each.chain)[0].dns_names[0] for each in issued} == {f"n{n}.example.com" for n in range(100)}
    assert sorted(orders_of(crowd)) == sorted(each.order.url for each in issued)
    assert sum(not seen.spared for seen in prompt_proxy.book.requests()) == len(bad) * 3 + len(busy) * 5


def test_200_certificates_where_every_other_nonce_is_refused(start):
    with start({**QUICK, "PEBBLE_WFE_NONCEREJECT": "50"}) as server:
        acme = registered(server)
        with ThreadPoolExecutor(16) as pool:
            issued = list(pool.map(lambda n: issue(acme, f"n{n}.example.com"), range(200)))
    assert len({each.leaf.serial_number for each in issued}) == 200
