# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An answer to a challenge that could not be taken away is not forgotten, whatever becomes of its order."""

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct import certificates
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.protocol import CertificateTarget
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import NotReady
from tests.acme_proxy import faults

from .engine import Bench, wanted

WWW = wanted()
AGAIN = wanted(options={"renew": "always"})
NO = faults.problem("newOrder", "rejectedIdentifier", "not this name", status=403)


def told(outcome):
    return [(note.code, note.severity) for note in outcome.findings]


def test_of_an_order_that_is_issued(bench):
    bench.solver.refused = True
    outcome = bench.issue(WWW)
    assert outcome.facts["certificates"][0]["ready"]
    assert told(outcome) == [("challenge.left", "warning")]
    assert "www.example.com" in str(outcome.findings[0].message)
    assert "not today" in str(outcome.findings[0].message)
    assert len(bench.work()["left"]) == len(bench.solver.presented) == 1
    # It is tried at every run, and told until it works.
    assert told(bench.issue(WWW)) == [("challenge.left", "warning")]
    bench.solver.refused = False
    outcome = bench.issue(WWW)
    assert (outcome.changed, told(outcome)) == (False, [])
    assert (bench.solver.presented, "left" in bench.work()) == (set(), False)
    assert len(bench.orders()) == 1


def test_of_an_order_that_the_ca_refuses(proxied, prompt_proxy):
    """The first run was cut off; the CA has forgotten its order, and takes no other."""
    proxied.killed(WWW, "solver await_visible", after=False)
    prompt_proxy.book.put([faults.problem("order", "malformed", "no such order", status=404), NO])
    proxied.solver.refused = True
    with pytest.raises(NotReady, match="not this name"):
        proxied.issue(WWW)
    assert len(proxied.work()["left"]) == len(proxied.solver.presented) == 1
    # Too early to ask the CA, but not to tidy up.
    proxied.solver.refused = False
    with pytest.raises(NotReady, match="has failed once"):
        proxied.issue(WWW)
    assert (proxied.solver.presented, "left" in proxied.work()) == (set(), False)
    assert proxied.work()["failure"]["count"] == 1


def test_of_a_challenge_that_fails(start):
    with start({"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_AUTHZREUSE": "0"}) as server:
        bench = Bench(server).registered()
        bench.solver.refused = True
        with pytest.raises(NotReady):
            bench.issue(WWW)
        assert len(bench.work()["left"]) == len(bench.solver.presented) == 1
        bench.solver.refused = False
        with pytest.raises(NotReady, match="has failed once"):
            bench.issue(WWW)
        assert (bench.solver.presented, "left" in bench.work()) == (set(), False)


def test_it_goes_with_the_next_order(bench):
    bench.solver.refused = True
    bench.issue(WWW)
    bench.solver.refused = False
    outcome = bench.issue(AGAIN)
    assert (told(outcome), bench.solver.presented, "left" in bench.work()) == ([], set(), False)


def test_two_orders_leave_both(bench):
    bench.solver.refused = True
    bench.issue(WWW)
    bench.issue(AGAIN)
    assert len(bench.work()["left"]) == len(bench.solver.presented) == 2


def test_what_is_no_longer_wanted_is_taken_along(bench):
    bench.killed(WWW, "solver await_visible", after=False)
    certificates.remove(bench.run(), bench.parts(), [CertificateTarget("shop", "www", None)], delete_secret=True)
    assert bench.solver.presented == set()
    assert bench.secret("certops-next-key-www") is None
