# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The budget of an issuer, at a real ACME server: what is counted, and that nothing is asked beyond it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.errors import Forbidden, NotReady
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.direct import record
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import rfc3339
from tests.acme_proxy import faults

from .engine import Bench, Fate, Killed, wanted

WWW = wanted()
AGAIN = wanted(options={"renew": "always"})
HOUR = 3600.0


def limited(pebble, server="", **limits):
    made = Bench(pebble, rateLimits=limits, **({"server": server} if server else {}))
    made.register()
    return made


def ledger(bench):
    """Until when some tokens are missing, by bucket."""
    return record.read(bench.cluster.live(kinds.CONFIG_MAP, "shop", "certops-issuer-pebble"), "ledger")


def refused(bench, *specs):
    """The findings of a run that is beyond the budget, and what it asks of the server."""
    fate = Fate()
    with pytest.raises(NotReady) as caught:
        bench.issue(*specs, fate=fate)
    return caught.value.findings, [request for request in fate.requests if request.startswith("acme")]


def test_orders_beyond_the_budget_are_not_sent(prompt_server):
    bench = limited(prompt_server, newOrders=2)
    bench.issue(wanted("a"), wanted("b"))
    assert set(ledger(bench)) == {"orders"}
    [finding], requests = refused(bench, wanted("c"))
    assert (finding.code, finding.evidence["limits"]) == ("acme.local_limit", ["orders of the account"])
    assert "an order for c.example.com is not sent" in finding.message
    assert "orders of the account: 2 in 3 h" in finding.message
    assert finding.remedy.endswith("set acme.rate_limits.new_orders of the issuer")
    assert (requests, len(bench.orders())) == ([], 2)
    bench.hurried.naps.append(1.6 * HOUR)
    assert bench.issue(wanted("c")).facts["certificates"][0]["ready"]
    assert len(bench.orders()) == 3


def test_of_a_batch_as_many_are_ordered_as_the_budget_has(prompt_server):
    bench = limited(prompt_server, certificatesPerDomain=3)
    many = [wanted(f"w{number}") for number in range(7)]
    findings, _requests = refused(bench, *many)
    assert len(findings) == 4
    assert len(bench.orders()) == 3
    assert set(ledger(bench)) == {"domain example.com"}
    # What has been issued is renewed all the same.
    assert bench.issue(*[spec for spec in many if bench.secret(spec.secret_name)]).changed is False


def test_check_mode_tells_what_would_not_be_ordered(prompt_server):
    bench = limited(prompt_server, certificatesPerDomain=3)
    bench.issue(wanted("a"))
    again = wanted("a", options={"renew": "always"})
    fate = Fate()
    planned = bench.issue(again, wanted("b"), wanted("c"), wanted("d"), check_mode=True, fate=fate)
    assert [(note.code, note.severity, note.object) for note in planned.findings] == [
        ("acme.local_limit", "warning", "Certificate shop/d")
    ]
    assert not [request for request in fate.requests if request.startswith(("acme", "merge"))]
    # They are ordered at once, so that it may be any of the new ones.
    [finding], _requests = refused(bench, again, wanted("b"), wanted("c"), wanted("d"))
    assert finding.evidence["names"] in (["b.example.com"], ["c.example.com"], ["d.example.com"])


def test_renewals_that_say_what_they_replace_are_free(prompt_server):
    bench = limited(prompt_server, certificatesPerNames=1, newOrders=1)
    bench.issue(WWW)
    for _time in range(3):
        bench.issue(AGAIN)
    bench.cluster.drop(kinds.SECRET, "shop", "www-tls")
    [finding], _requests = refused(bench, WWW)
    assert finding.evidence["limits"] == ["certificates for exactly these names"]


def test_a_renewal_that_may_not_replace_is_counted(prompt_server, prompt_proxy):
    bench = limited(prompt_server, server=prompt_proxy.directory, newOrders=9, certificatesPerNames=2)
    bench.issue(WWW)
    bench.issue(AGAIN)
    one = ledger(bench)
    prompt_proxy.book.put([faults.problem("newOrder", "alreadyReplaced", "no", status=409, times=1)])
    bench.issue(AGAIN)
    assert [key for key, full in ledger(bench).items() if full > one[key]] == [key for key in one if key != "orders"]


def test_failures_of_a_name_are_counted_and_end_its_tries(start):
    with start({"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_AUTHZREUSE": "0"}) as server:
        bench = limited(server, failedValidations=2, consecutiveFailures=3)
        retried = wanted(options={"retry_failed": True})
        for _time in range(2):
            findings, _requests = refused(bench, retried)
            assert findings[0].code != "acme.local_limit"
        assert set(ledger(bench)) == {"failed www.example.com", "in a row www.example.com"}
        [finding], requests = refused(bench, retried)
        assert finding.evidence["limits"] == ["failed validations of www.example.com"]
        assert requests == []
        bench.hurried.naps.append(HOUR)
        refused(bench, retried)
        [finding], _requests = refused(bench, retried)
        assert finding.evidence["limits"] == ["validations of www.example.com that failed one after another"]


def test_a_success_ends_a_row_of_failures(prompt_server):
    bench = limited(prompt_server, consecutiveFailures=3)
    soon = rfc3339(bench.hurried.clock().now() + timedelta(days=2))
    row = {"in a row www.example.com": soon, "in a row other.test": soon}
    config_map = bench.cluster.live(kinds.CONFIG_MAP, "shop", "certops-issuer-pebble")
    bench.cluster.put({**config_map, "data": {**config_map["data"], "ledger": record.text(row)}})
    bench.issue(WWW)
    assert ledger(bench) == {"in a row other.test": soon}


@pytest.mark.parametrize("point", ["acme new_order", "acme finalize", "acme certificate"])
def test_what_a_run_that_was_cut_off_has_had_is_counted(prompt_server, point):
    bench = limited(prompt_server, newOrders=1, certificatesPerNames=9)
    with pytest.raises(Killed):
        bench.issue(WWW, fate=Fate(point, after=True))
    assert "orders" in ledger(bench)
    if point != "acme new_order":  # else the order is known to nobody, and a second one is more than there may be
        bench.issue(WWW)
        assert {key.partition(" ")[0] for key in ledger(bench)} == {"orders", "names"}


def test_two_runs_count_together(prompt_server):
    bench = limited(prompt_server, newOrders=9)
    bench.cluster.before("merge ConfigMap shop/certops-issuer-pebble", lambda: bench.issue(wanted("other")))
    bench.issue(WWW)
    one = limited(prompt_server, newOrders=9)
    one.issue(WWW)
    assert ledger(bench)["orders"] > ledger(one)["orders"]


def test_who_may_not_write_beside_the_issuer_orders_all_the_same(prompt_server):
    bench = limited(prompt_server, newOrders=1)
    bench.cluster.refuse("merge ConfigMap shop/certops-issuer-pebble", Forbidden("change", 403, {}))
    findings, _requests = refused(bench, WWW, wanted("api"))
    assert len(findings) == 1


def test_without_limits_nothing_is_counted(prompt_server):
    bench = limited(prompt_server, newOrders=1, enforce=False)
    bench.issue(WWW, wanted("api"))
    assert ledger(bench) == {}
