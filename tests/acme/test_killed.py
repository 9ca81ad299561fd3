# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run of the direct engine ends at any request, and the next one ends right."""

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import readiness
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct import certificates
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.protocol import CertificateTarget
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.direct import record
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.match import key_matches

from .engine import Fate, wanted

WWW = wanted()
AGAIN = wanted(options={"renew": "always"})

# All that an issuance asks of the cluster, the CA and the solver, in this order.
POINTS = (
    "get ConfigMap certops-issuer-pebble",
    "get ConfigMap certops-certificate-www",
    "get Secret www-tls",
    "apply ConfigMap certops-certificate-www",
    "solver prepare",
    "get Secret pebble-account-key",
    "create Secret certops-next-key-www",
    "claim ConfigMap certops-certificate-www",
    "acme new_order",
    "merge ConfigMap certops-certificate-www",
    "acme authorization",
    "solver present",
    "solver await_visible",
    "acme respond",
    "acme await_authorized",
    "acme finalize",
    "acme await_issued",
    "acme certificate",
    "apply Secret www-tls",
    "solver clean_up",
    "delete Secret certops-next-key-www",
    "acme renewal_info",
)
CLAIMED = ("claim ConfigMap certops-certificate-www", True)
UNNOTED = ("merge ConfigMap certops-certificate-www", False)
# Where the CA has an order whose URL is kept nowhere: only a CA that hands it out again can do without a second one.
UNKNOWN_ORDER = {("acme new_order", True), UNNOTED}
RECORD = "apply ConfigMap certops-certificate-www"  # a renewal has nothing to say there
DEATHS = [(point, after) for point in POINTS for after in (False, True)]


def serial(bench):
    secret = bench.secret("www-tls")
    assert key_matches(readiness.value(secret, "tls.crt"), readiness.value(secret, "tls.key"))
    return readiness.leaf_of(secret).serial_number


def nothing_is_left(bench):
    return (
        not bench.solver.presented
        and bench.work().keys().isdisjoint(record.OF_ORDER)
        and bench.secret("certops-next-key-www") is None
    )


def test_these_are_all_the_points_there_are(bench):
    fate = Fate()
    bench.issue(WWW, fate=fate)
    asked = [name for name in fate.requests if name != "get Certificate www"]
    assert tuple(dict.fromkeys(asked)) == POINTS
    assert nothing_is_left(bench)


@pytest.mark.parametrize(("point", "after"), DEATHS)
def test_the_next_run_ends_right(bench, point, after):
    bench.killed(WWW, point, after)
    kept = bench.secret("certops-next-key-www")
    outcome = bench.issue(WWW)
    assert outcome.facts["certificates"][0]["ready"]
    assert outcome.facts["certificates"][0]["revision"] == 1
    assert len(bench.orders()) == (2 if (point, after) in UNKNOWN_ORDER else 1)
    if kept:
        leaf = readiness.leaf_of(bench.secret("www-tls"))
        assert key_matches(leaf.pem, readiness.value(kept, "tls.key"))
    assert serial(bench)
    assert nothing_is_left(bench)
    asked_before = len(bench.clients)
    assert not bench.issue(WWW).changed
    assert len(bench.clients) == asked_before


@pytest.mark.parametrize(("point", "after"), [death for death in DEATHS if death[0] != RECORD])
def test_a_renewal_that_dies_harms_nothing(bench, point, after):
    bench.issue(WWW)
    bench.give_up_authorizations()
    before = serial(bench)
    bench.killed(AGAIN, point, after)
    assert (serial(bench) == before) == (POINTS.index(point) < POINTS.index("apply Secret www-tls") + (not after))
    outcome = bench.issue(AGAIN)
    assert outcome.facts["certificates"][0]["ready"]
    assert serial(bench) != before
    assert nothing_is_left(bench)
    # The first order is no longer told of: its authorization was given up.
    assert len(bench.orders()) == (2 if (point, after) in UNKNOWN_ORDER else 1)


def test_a_certificate_that_is_taken_away_takes_its_key_along(bench):
    bench.killed(WWW, "acme finalize", after=False)
    assert bench.secret("certops-next-key-www")
    certificates.remove(bench.run(), bench.parts(), [CertificateTarget("shop", "www", None)], delete_secret=True)
    assert bench.secret("certops-next-key-www") is None


@pytest.mark.parametrize(("point", "after"), DEATHS[DEATHS.index(CLAIMED) :])
def test_what_is_no_longer_wanted_leaves_nothing(bench, point, after):
    bench.issue(WWW)
    bench.give_up_authorizations()
    bench.killed(AGAIN, point, after)
    bench.issue(WWW)
    # Who has claimed the order may still be about to open it.
    assert ("claim" in bench.work()) == (point == "acme new_order" or (point, after) in (CLAIMED, UNNOTED))
    bench.hurried.naps.append(10.0)
    bench.issue(WWW)
    assert nothing_is_left(bench)
    assert bench.cluster.live(kinds.SECRET, "shop", "www-tls")
