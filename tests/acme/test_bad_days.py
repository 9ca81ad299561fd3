# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The direct engine on bad days of servers and networks: it ends right or says why, and what is served stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import readiness
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import NotReady
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.direct import failure
from tests.acme_proxy import faults

from .bad_days import BUSY, ONCE, STEPS
from .conftest import proxy_of
from .engine import Bench, wanted
from .pebble import QUICK
from .workbench import REAL_CLOCK, Hurried

ENDPOINTS = ("directory", "newNonce", *STEPS, "renewalInfo")
# Requests at whose time the URL of the order is kept already.
KNOWN_ORDER = STEPS[1:]
HOURS = timedelta(hours=3)
# What is answered to those is read nowhere else.
READ_ONCE = ("directory", "authorization", "order", "certificate")
LASTING = [
    *(("cut", endpoint, "acme.unavailable") for endpoint in ENDPOINTS[:-1]),
    *(("truncated", endpoint, "acme.unavailable") for endpoint in READ_ONCE),
    *(("500", endpoint, "acme.server_internal") for endpoint in ENDPOINTS[:-1] if endpoint != "newNonce"),
]


class Served:
    """A certificate that is served, and good; its renewals go by way of a proxy."""

    def __init__(self, bench, book, name):
        self.bench, self.book, self.name = bench, book, name
        bench.give_up_authorizations(bench.work(name)["issued"]["orderURL"])
        self.before, self._orders = self.leaf(), set(bench.orders())

    def leaf(self):
        return readiness.leaf_of(self.bench.secret(f"{self.name}-tls"))

    def work(self):
        return self.bench.work(self.name)

    def renew(self):
        return self.bench.issue(wanted(self.name, options={"renew": "always"}))

    def orders(self):
        """How many there were to renew it."""
        return len(set(self.bench.orders()) - self._orders)

    def is_renewed(self):
        """All is as after a renewal on a good day."""
        assert self.leaf().serial_number != self.before.serial_number
        assert not self.bench.solver.presented
        assert not {"order", "failure", "left"} & set(self.work())
        assert self.bench.secret(f"certops-next-key-{self.name}") is None

    def is_told(self, code):
        """The renewal fails and says so; the next one does not ask, and nothing has changed of what is served."""
        with pytest.raises(NotReady) as caught:
            self.renew()
        assert [finding.code for finding in caught.value.findings] == [code]
        assert self.leaf() == self.before
        assert not self.bench.solver.presented
        kept = failure.from_json(self.work()["failure"])
        assert (kept.count, kept.next_try > self.bench.run().clock.now()) == (1, True)
        asked = len(self.bench.clients)
        held = self.renew()
        assert (held.changed, [note.code for note in held.findings]) == (False, ["certificate.backoff"])
        assert len(self.bench.clients) == asked
        return kept


@pytest.fixture(scope="module")
def stock(prompt_server):
    """Certificates enough for each test to have its own, the proxy in front of their server, and their names."""
    with proxy_of(prompt_server) as proxy:
        bench = Bench(prompt_server, server=proxy.directory).registered()
        names = [f"n{number}" for number in range(150)]
        bench.issue(*map(wanted, names))
        yield bench, proxy.book, names


@pytest.fixture
def served(stock):
    bench, book, names = stock
    bench.hurried = Hurried()
    yield Served(bench, book, names.pop())
    book.clear()


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("fault", ONCE)
def test_what_happens_once_is_overcome(served, endpoint, fault):
    served.book.put([ONCE[fault](endpoint, times=1)])
    assert served.renew().facts["certificates"][0]["revision"] == 2
    served.is_renewed()
    assert served.orders() == 1


@pytest.mark.parametrize(("status", "asked"), [(429, "seconds"), (503, "a date"), (503, "no time")])
@pytest.mark.parametrize("endpoint", STEPS)
def test_a_busy_server_is_waited_for(served, endpoint, status, asked):
    after = BUSY[asked](served.bench.run().clock.now())
    served.book.put([faults.problem(endpoint, "rateLimited", "slow", status=status, times=1, retry_after=after)])
    served.renew()
    served.is_renewed()
    assert served.orders() == 1
    if after:
        assert sum(10 < nap <= 20 for nap in served.bench.hurried.naps) == 1


@pytest.mark.parametrize(("fault", "endpoint", "code"), LASTING)
def test_what_lasts_is_told_and_gone_on_with_later(served, fault, endpoint, code):
    served.book.put([ONCE[fault](endpoint)])
    served.is_told(code)
    served.book.clear()
    served.bench.hurried.naps.append(90.0)
    served.renew()
    served.is_renewed()
    if endpoint in KNOWN_ORDER:
        assert served.orders() == 1


@pytest.mark.parametrize("endpoint", ["newOrder", "challenge", "finalize"])
def test_what_is_done_is_found_elsewhere_when_no_answer_tells(served, endpoint):
    served.book.put([ONCE["truncated"](endpoint)])
    served.renew()
    served.is_renewed()
    assert served.orders() == 1


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("endpoint", STEPS)
def test_a_busy_server_is_left_alone_as_long_as_it_asks(served, endpoint, status):
    at = served.bench.run().clock.now() + HOURS
    served.book.put([faults.problem(endpoint, "rateLimited", "too many", status=status, retry_after=at)])
    kept = served.is_told("acme.rate_limited")
    assert (kept.named_by_ca, abs(kept.next_try - at) < timedelta(seconds=2)) == (True, True)
    served.book.clear()
    served.bench.hurried.naps.append(HOURS.total_seconds() - 60)
    assert not served.renew().changed
    served.bench.hurried.naps.append(90.0)
    served.renew()
    served.is_renewed()
    assert served.orders() == 1


def test_what_the_ca_says_about_renewals_can_be_asked_for_later(served):
    served.book.put([faults.cut("renewalInfo")])
    served.renew()
    served.is_renewed()
    assert "askAgain" in served.work()["renewalInfo"]


@pytest.mark.parametrize("retry_after", [None, 5])
def test_an_order_in_processing_is_gone_on_with(served, retry_after):
    served.book.put(faults.held(retry_after=retry_after))
    for _run in range(2):
        with pytest.raises(NotReady) as caught:
            served.renew()
        assert [finding.code for finding in caught.value.findings] == ["order.pending"]
        assert served.leaf() == served.before
    served.book.clear()
    served.renew()
    served.is_renewed()
    assert served.orders() == 1


def test_200_certificates_where_every_other_nonce_is_refused(start):
    with start({**QUICK, "PEBBLE_WFE_NONCEREJECT": "50"}) as server:
        bench = Bench(server).registered()
        outcome = bench.issue(*(wanted(f"n{number}") for number in range(200)), clock=REAL_CLOCK)
        assert len({facts["serial_number"] for facts in outcome.facts["certificates"]}) == 200
        assert all(facts["ready"] for facts in outcome.facts["certificates"])
        assert len(bench.orders()) == 200


def test_a_day_on_which_all_of_it_happens(proxied, prompt_proxy):
    """60 certificates in one task; what fails is gone on with, until all are there, with an order each."""
    bad = [fault(endpoint, skip=skip, times=4) for skip, fault in enumerate(ONCE.values(), 3) for endpoint in STEPS]
    busy = [faults.problem(endpoint, "rateLimited", "slow", retry_after=1, skip=9, times=5) for endpoint in STEPS]
    prompt_proxy.book.put([*bad, *busy])
    many = [wanted(f"n{number}", options={"retry_failed": True}) for number in range(60)]
    outcome = _eventually(proxied, many, 5)
    assert all(facts["ready"] for facts in outcome.facts["certificates"])
    assert len({facts["serial_number"] for facts in outcome.facts["certificates"]}) == 60
    assert sum(not seen.spared for seen in prompt_proxy.book.requests()) == len(bad) * 4 + len(busy) * 5
    assert len(proxied.orders()) == 60
    assert not proxied.solver.presented


def _eventually(bench, many, runs):
    for _run in range(runs):
        try:
            return bench.issue(*many, clock=REAL_CLOCK)
        except NotReady as error:
            assert {finding.code for finding in error.findings} <= {"acme.unavailable", "acme.server_internal"}
    raise AssertionError(f"not after {runs} runs")
