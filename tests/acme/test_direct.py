# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The direct engine against a real ACME server: one, many, two runs at once, refusals, and what is remembered of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import readiness
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct import issuers
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import NotReady
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.direct import failure
from tests.acme_proxy import faults

from .engine import Bench, wanted

WWW = wanted()


def failing(bench, *specs, **how):
    with pytest.raises(NotReady) as caught:
        bench.issue(*specs, **how)
    return caught.value


def serial(bench, name="www-tls"):
    return readiness.leaf_of(bench.secret(name)).serial_number


def test_the_account_is_registered_once(bench):
    again = issuers.ensure(bench.run(), bench.parts(), bench.issuer)
    assert (again.changed, again.facts["issuer"]["ready"]) == (False, True)
    assert again.facts["issuer"]["account_uri"].startswith("https://")
    assert len(bench.clients) == 1


def test_check_mode_says_that_an_account_would_be_registered(prompt_server):
    bench = Bench(prompt_server)
    planned = issuers.ensure(bench.run(check_mode=True), bench.parts(), bench.issuer)
    assert planned.diff[-1]["after"] == {"account": "registered (there is no account key)"}
    assert bench.clients == []


def test_contacts_are_changed_at_the_server(prompt_server):
    bench = Bench(prompt_server, email="ops@example.com").registered()
    other = Bench(prompt_server, email="new@example.com")
    other.cluster, other.clients = bench.cluster, bench.clients
    assert other.register().changed
    assert bench.clients[-1].find_account().contacts == ("mailto:new@example.com",)


def test_many_are_ordered_together(bench):
    many = [wanted(f"www-{number}") for number in range(12)]
    outcome = bench.issue(*many)
    assert [each["name"] for each in outcome.facts["certificates"]] == [spec.name for spec in many]
    assert len({each["serial_number"] for each in outcome.facts["certificates"]}) == 12
    assert len(bench.clients) == 2  # one for the account, one for all orders
    # Before anything is asked, and once more when the first order has been looked at, whichever that is.
    at_once, first = (task.identifier for task in bench.solver.prepared)
    assert at_once == ""
    assert first in {f"{spec.name}.example.com" for spec in many}
    assert not bench.issue(*many).changed
    assert len(bench.clients) == 2


def test_one_that_is_not_seen_does_not_hold_up_the_others(bench):
    bench.solver.unseen = {"api.example.com"}
    error = failing(bench, WWW, wanted("api"))
    assert [each["ready"] for each in error.facts["certificates"]] == [True, False]
    assert bench.solver.presented == set()
    # The CA wasn't asked, so that nothing counts: the next run goes on with the same order.
    bench.solver.unseen = set()
    assert bench.issue(WWW, wanted("api")).facts["certificates"][1]["ready"]
    assert len(bench.orders()) == 2


def test_of_two_runs_at_once_both_end_with_one_certificate(bench):
    with ThreadPoolExecutor(2) as pool:
        outcomes = [future.result() for future in [pool.submit(bench.issue, WWW) for _run in range(2)]]
    assert {outcome.facts["certificates"][0]["serial_number"] for outcome in outcomes} == {serial(bench)}
    assert (bench.solver.presented, "order" in bench.work(), bench.secret("certops-next-key-www")) == (
        set(),
        False,
        None,
    )
    assert not bench.issue(WWW).changed


def test_a_renewal_says_what_it_replaces(bench, monkeypatch):
    bench.issue(WWW)
    before = serial(bench)
    bench.issue(wanted(options={"renew": "always"}))
    [url] = [url for url in bench.orders() if url == bench.work()["issued"]["orderURL"]]
    assert bench.clients[-1].order(url).replaces
    assert serial(bench) != before


def test_a_profile_decides_the_lifetime(prompt_server):
    bench = Bench(prompt_server, profile="shortlived").registered()
    bench.issue(WWW)
    leaf = readiness.leaf_of(bench.secret("www-tls"))
    assert leaf.not_after - leaf.not_before < timedelta(days=7)


def test_an_unknown_profile_is_told(prompt_server):
    bench = Bench(prompt_server, profile="gold").registered()
    error = failing(bench, WWW)
    assert [finding.code for finding in error.findings] == ["acme.invalid_profile"]


def test_a_refusal_is_remembered_and_not_asked_again_too_early(proxied, prompt_proxy):
    refusal = faults.problem("newOrder", "rejectedIdentifier", "not this name", status=403)
    prompt_proxy.book.put([refusal])
    assert failing(proxied, WWW).findings[0].code == "acme.rejected_identifier"
    asked = len(proxied.clients)
    held = failing(proxied, WWW)
    assert (held.findings[0].code, "not this name" in str(held)) == ("certificate.backoff", True)
    assert len(proxied.clients) == asked
    assert failing(proxied, wanted(options={"retry_failed": True})).findings[0].code == "acme.rejected_identifier"
    assert proxied.work()["failure"]["count"] == 2
    prompt_proxy.book.put([])
    proxied.hurried.naps.append(600.0)
    assert proxied.issue(WWW).facts["certificates"][0]["ready"]
    assert "failure" not in proxied.work()


def test_what_the_ca_says_of_the_next_try_holds(proxied, prompt_proxy):
    at = datetime.now(timezone.utc) + timedelta(hours=3)
    limit = faults.problem("newOrder", "rateLimited", "too many", status=429, retry_after=at)
    prompt_proxy.book.put([limit])
    assert failing(proxied, WWW).findings[0].code == "acme.rate_limited"
    kept = failure.from_json(proxied.work()["failure"])
    assert (kept.named_by_ca, abs(kept.next_try - at) < timedelta(seconds=2)) == (True, True)


def test_a_renewal_that_is_refused_leaves_what_is_served(proxied, prompt_proxy):
    proxied.issue(WWW)
    before = serial(proxied)
    prompt_proxy.book.put([faults.problem("newOrder", "serverInternal", "no", status=403)])
    again = wanted(options={"renew": "always"})
    error = failing(proxied, again)
    assert (serial(proxied), error.facts["certificates"][0]["reason"]) == (before, "Ready")
    held = proxied.issue(again)
    assert ([note.severity for note in held.findings], held.changed) == (["warning"], False)
    assert serial(proxied) == before


def test_a_challenge_that_fails_is_told_in_the_cas_words(tmp_path, start):
    with start({"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_AUTHZREUSE": "0"}) as server:
        bench = Bench(server).registered()
        error = failing(bench, WWW)
    assert error.findings[0].code.startswith("acme.")
    assert "www.example.com" in str(error)
    assert (bench.work()["failure"]["count"], "order" in bench.work(), bench.solver.presented) == (1, False, set())
