# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""renew: key_exposed with the direct engine: another key, another certificate, and the old one revoked, wherever a run ends."""

from __future__ import annotations

import json

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import readiness
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import CertopsError, NotReady
from tests.acme_proxy import faults

from .engine import Fate, wanted
from .test_killed import POINTS, RECORD, UNKNOWN_ORDER, nothing_is_left

KEPT = {"privateKey": {"algorithm": "ECDSA", "rotationPolicy": "Never"}}
WWW = wanted(**KEPT)
EXPOSED = wanted(options={"renew": "key_exposed", "revoke": True}, **KEPT)
# What is asked besides a renewal's requests.
MORE = ("get Secret www-exposed", "create Secret www-exposed", "acme revoke", "delete Secret www-exposed")
DEATHS = [(point, after) for point in (*POINTS, *MORE) if point != RECORD for after in (False, True)]


@pytest.fixture
def exposed(bench):
    """With a certificate whose key was kept so far; and that certificate."""
    bench.issue(WWW)
    bench.give_up_authorizations()
    return bench, leaf(bench)


def leaf(bench):
    return readiness.leaf_of(bench.secret("www-tls"))


def is_replaced(bench, server, before):
    """All is as it should be: another key is served, the old certificate revoked, its key forgotten."""
    assert leaf(bench).public_key_sha256 != before.public_key_sha256
    status = json.loads(server.managed(f"/cert-status-by-serial/{before.serial_number}"))
    assert (status["Status"], status["Reason"]) == ("Revoked", 1)
    assert json.loads(server.managed(f"/cert-status-by-serial/{leaf(bench).serial_number}"))["Status"] == "Valid"
    assert bench.secret("www-exposed") is None
    assert nothing_is_left(bench)


def test_the_key_is_replaced_and_its_certificate_revoked(exposed, prompt_server):
    bench, before = exposed
    outcome = bench.expose(EXPOSED)
    is_replaced(bench, prompt_server, before)
    [facts] = outcome.facts["certificates"]
    assert (outcome.changed, facts["ready"], facts["revision"]) == (True, True, 2)
    assert facts["revoked"] == {"serial_number": before.serial_number, "reason": 1, "before": False}
    assert "PRIVATE KEY" not in json.dumps([outcome.facts, outcome.diff])
    # The definition that keeps the key is what it was, so that nothing is to be done any more.
    assert not bench.issue(WWW).changed


def test_these_are_all_the_points_there_are(exposed):
    bench, _before = exposed
    fate = Fate()
    bench.expose(EXPOSED, fate=fate)
    asked = {name for name in fate.requests if name != "get Certificate www"}
    assert asked == {*POINTS, *MORE} - {RECORD}


@pytest.mark.parametrize(("point", "after"), DEATHS)
def test_the_next_run_goes_on(exposed, prompt_server, point, after):
    bench, before = exposed
    bench.killed(EXPOSED, point, after)
    assert leaf(bench)
    [facts] = bench.expose(EXPOSED).facts["certificates"]
    is_replaced(bench, prompt_server, before)
    if (point, after) == ("delete Secret www-exposed", True):
        return  # nothing was left to do; what was asked for again was done again
    assert facts["revoked"]["serial_number"] == before.serial_number
    assert len(bench.orders()) == (2 if (point, after) in UNKNOWN_ORDER else 1)


def test_a_renewal_that_ended_just_before_is_no_replacement(exposed, prompt_server):
    """Its certificate is served, and the key that it was ordered with is still kept: that is the exposed one."""
    bench, _before = exposed
    always = wanted(options={"renew": "always"})
    bench.killed(always, "delete Secret certops-next-key-www", after=False)
    before = leaf(bench)
    assert bench.secret("certops-next-key-www")
    bench.expose(wanted(options={"renew": "key_exposed", "revoke": True}))
    is_replaced(bench, prompt_server, before)


def test_without_revoking_no_key_is_kept(exposed, prompt_server):
    bench, before = exposed
    fate = Fate()
    outcome = bench.expose(wanted(options={"renew": "key_exposed"}, **KEPT), fate=fate)
    assert leaf(bench).public_key_sha256 != before.public_key_sha256
    assert outcome.facts["certificates"][0]["revoked"] is None
    assert not {"create Secret www-exposed", "acme revoke"} & set(fate.requests)
    assert "Valid" in prompt_server.managed(f"/cert-status-by-serial/{before.serial_number}")


def test_check_mode_changes_nothing(exposed):
    bench, before = exposed
    outcome = bench.expose(EXPOSED, check_mode=True)
    assert (outcome.changed, outcome.diff[-1]["after"]) == (True, {"certificate": "issued (renew: key_exposed)"})
    assert (leaf(bench), bench.secret("www-exposed")) == (before, None)


def test_a_ca_that_refuses_leaves_the_key_in_use_and_says_so(proxied, prompt_proxy):
    proxied.issue(WWW)
    before = leaf(proxied)
    prompt_proxy.book.put([faults.problem("newOrder", "rejectedIdentifier", "not this name", status=403)])
    with pytest.raises(NotReady, match="not this name"):
        proxied.expose(EXPOSED)
    # Too early to ask again; for an exposed key that is no mere warning.
    with pytest.raises(NotReady) as held:
        proxied.expose(EXPOSED)
    assert [(note.code, note.severity) for note in held.value.findings] == [("certificate.backoff", "error")]
    assert leaf(proxied) == before
    prompt_proxy.book.clear()
    proxied.hurried.naps.append(90.0)
    assert proxied.expose(EXPOSED).facts["certificates"][0]["revoked"]["serial_number"] == before.serial_number


def test_a_revocation_that_fails_is_gone_on_with(proxied, prompt_proxy):
    proxied.issue(WWW)
    before = leaf(proxied)
    prompt_proxy.book.put([faults.problem("revokeCert", "serverInternal", "later", status=403)])
    with pytest.raises(NotReady, match="is not revoked yet: .*later"):
        proxied.expose(EXPOSED)
    served = leaf(proxied)
    assert served.public_key_sha256 != before.public_key_sha256
    prompt_proxy.book.clear()
    [facts] = proxied.expose(EXPOSED).facts["certificates"]
    assert (facts["revoked"]["serial_number"], leaf(proxied)) == (before.serial_number, served)
    assert proxied.secret("www-exposed") is None


def test_it_needs_to_wait(exposed):
    bench, before = exposed
    with pytest.raises(CertopsError, match="needs wait: true"):
        bench.expose(EXPOSED, wait=False)
    assert leaf(bench) == before
