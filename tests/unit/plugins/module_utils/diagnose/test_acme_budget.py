# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from types import MappingProxyType

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import acme_budget
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.lets_encrypt import Limit

NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PRODUCTION = "https://acme-v02.api.letsencrypt.org/directory"
LIMITS = MappingProxyType(acme_budget.limits(PRODUCTION, None))
WWW = (("dns", "www.example.org"),)


def issued(times, names=WWW, ledger=None, limits=LIMITS, every=timedelta()):
    """The ledger after so many orders with their certificates, the last one now; {} in a name stands for the number."""
    ledger = ledger or {}
    for number in range(times):
        at = NOW - every * (times - 1 - number)
        costs = acme_budget.charge(ledger, limits, [(kind, name.format(number)) for kind, name in names], at)
        ledger = acme_budget.taken(ledger, [*costs.order, *costs.certificate], at)
    return ledger


def reached(ledger, names=WWW, now=NOW, limits=LIMITS):
    return [(bucket.field, at) for bucket, at in acme_budget.refusals(ledger, limits, names, now)]


@pytest.mark.parametrize(
    ("server", "given", "count"),
    [
        (PRODUCTION, None, 5),
        (PRODUCTION, {"enforce": False}, 0),
        ("https://acme-staging-v02.api.letsencrypt.org/directory", None, 4),
        ("https://acme.example.org/dir", None, 0),
        ("https://acme.example.org/dir", {"enforce": True}, 0),
        ("https://acme.example.org/dir", {"newOrders": 3, "consecutiveFailures": 9}, 2),
        ("https://acme.example.org/dir", {"newOrders": 3, "enforce": False}, 0),
    ],
)
def test_which_servers_are_limited(server, given, count):
    assert len(acme_budget.limits(server, given)) == count


def test_given_numbers_take_the_place_of_the_published_ones():
    limits = acme_budget.limits(PRODUCTION, {"certificatesPerDomain": 500, "consecutiveFailures": 2})
    assert limits["certificatesPerDomain"] == Limit(500, 7 * DAY)
    assert limits["consecutiveFailures"] == Limit(2, 2 * DAY)
    assert limits["newOrders"] == Limit(300, 3 * HOUR)


def test_five_for_exactly_the_same_names_a_week():
    assert reached(issued(4)) == []
    assert reached(issued(5)) == [("certificatesPerNames", NOW + 7 * DAY / 5)]
    assert reached(issued(5), now=NOW + 7 * DAY / 5) == []
    assert reached(issued(9, every=35 * HOUR)) == []
    assert reached(issued(5), [*WWW, ("dns", "other.example.org")]) == []
    both = [("dns", "b.test"), ("dns", "A.test")]
    assert reached(issued(5, both), [("dns", "a.test"), ("dns", "b.test")])[0][0] == "certificatesPerNames"


def test_fifty_new_ones_of_a_domain_a_week_and_renewals_are_free():
    ledger = issued(50, [("dns", "h{}.example.org")])
    assert reached(ledger) == [("certificatesPerDomain", NOW + 7 * DAY / 50)]
    assert reached(ledger, [("dns", "www.example.com")]) == []
    assert reached(ledger, [("dns", "h7.example.org")]) == []
    assert issued(1, [("dns", "h7.example.org")], ledger)["domain example.org"] == ledger["domain example.org"]


def test_addresses_have_domains_of_their_own():
    limits = acme_budget.limits("https://acme.example.org/dir", {"certificatesPerDomain": 1})
    ledger = issued(1, [("ip", "192.0.2.1"), ("ip", "2001:db8::1")], limits=limits)
    assert [reached(ledger, [("ip", each)], limits=limits) != [] for each in (
        "192.0.2.1", "192.0.2.2", "2001:db8::2", "2001:db8:0:1::1")] == [True, False, True, False]  # fmt: skip


def test_three_hundred_orders_in_three_hours():
    ledger = issued(300, [("dns", "www.d{}.org")])
    assert reached(ledger) == [("newOrders", NOW + timedelta(seconds=36))]
    # Tokens come back evenly: after an hour a third of them.
    later = NOW + HOUR
    for number in range(100):
        names = [("dns", f"www.e{number}.org")]
        assert reached(ledger, names, later) == []
        ledger = acme_budget.taken(ledger, acme_budget.charge(ledger, LIMITS, names, later).order, later)
    assert reached(ledger, WWW, later) == [("newOrders", later + timedelta(seconds=36))]


def failed(times, name="www.example.org", every=timedelta(), limits=LIMITS):
    ledger = {}
    for number in range(times):
        at = NOW - every * (times - 1 - number)
        ledger = acme_budget.taken(ledger, acme_budget.failures(limits, [name]), at)
    return ledger


def test_five_failures_of_a_name_an_hour():
    assert reached(failed(4)) == []
    assert reached(failed(5)) == [("failedValidations", NOW + HOUR / 5)]
    assert reached(failed(5), [("dns", "*.www.example.org")]) == [("failedValidations", NOW + HOUR / 5)]
    assert reached(failed(5), [("dns", "example.org")]) == []


def test_failures_one_after_another_pause_a_name_until_one_succeeds():
    ledger = failed(1152 + 60, every=HOUR)
    assert [field for field, _at in reached(ledger)] == ["consecutiveFailures"]
    assert reached(acme_budget.filled(ledger, acme_budget.failures(LIMITS, ["www.example.org"]))) == []


def test_the_last_limit_to_let_it_through_comes_first():
    ledger = failed(5) | issued(5)
    assert [field for field, _at in reached(ledger)] == ["certificatesPerNames", "failedValidations"]


def test_what_is_full_again_is_forgotten():
    ledger = issued(5) | failed(1)
    assert acme_budget.taken(ledger, [], NOW + 1152 * DAY) == {}
    assert {key.partition(" ")[0] for key in acme_budget.taken(ledger, [], NOW + 2 * DAY)} == {"names"}


def test_a_bucket_is_never_emptier_than_empty():
    assert reached(failed(50)) == [("failedValidations", NOW + HOUR / 5)]
