# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import timedelta

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import renewal
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.renewal import Decision
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import CertopsError, Conflict
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.certificate import CertificateSpec
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import CERTIFICATE
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.fakes import START, FakeCluster, Time

# It is noon of 1 March: issued 60 days ago, 30 days to go.
DATES = {"notBefore": "2025-12-31T12:00:00Z", "notAfter": "2026-03-31T12:00:00Z"}


def decide(renew="auto", within=None, status=None, seconds=0.0):
    status = DATES if status is None else status
    time = Time()
    time.seconds = seconds
    wanted = CertificateSpec("www", "shop", live.SPEC, renew, within)
    return renewal.decide(FakeCluster(time).run(), wanted, live.ready_certificate(**status))


def test_the_dates_here_are_as_said():
    assert START.isoformat() == "2026-03-01T12:00:00+00:00"


@pytest.mark.parametrize(
    ("how", "decision"),
    [
        ({}, Decision()),
        ({"renew": "never"}, Decision()),
        ({"renew": "always"}, Decision(True, "renew: always")),
        ({"renew": "always", "status": {}}, Decision()),
        ({"within": timedelta(days=29)}, Decision()),
        ({"within": timedelta(days=30) - timedelta(seconds=1)}, Decision()),
        ({"within": timedelta(days=30)}, Decision(True, "expires in 30 d")),
        ({"within": timedelta(days=89)}, Decision(True, "expires in 30 d")),
        ({"within": timedelta(days=29), "seconds": 86400.0}, Decision(True, "expires in 29 d")),
        ({"within": timedelta(days=1), "seconds": 40 * 86400.0}, Decision(True, "expires in 0 s")),
        ({"within": timedelta(days=1), "status": {}}, Decision()),
    ],
)
def test_decides_by_the_dates_in_the_status(how, decision):
    assert decide(**how) == decision


def test_nothing_to_renew_where_there_is_none():
    wanted = CertificateSpec("www", "shop", live.SPEC, "always")
    assert renewal.decide(FakeCluster(Time()).run(), wanted, None) == Decision()


def test_within_may_not_mean_every_run():
    with pytest.raises(CertopsError, match="within: 90 d is not shorter than the 90 d that Certificate shop/www lives"):
        decide(within=timedelta(days=90))


FAILURE = {"lastFailureTime": "2026-03-01T11:00:00Z"}
FAILED = live.condition("Issuing", False, "Failed", "rateLimited")


@pytest.mark.parametrize(
    ("certificate", "retry", "due"),
    [
        (live.certificate(FAILED, **FAILURE), True, True),
        (live.certificate(FAILED, **FAILURE), False, False),
        (live.certificate(live.READY, FAILED, **FAILURE, **DATES), True, True),
        (live.certificate(live.condition("Issuing", True), **FAILURE), True, False),
        (live.certificate(FAILED), True, False),
        (live.certificate(FAILED, generation=2, **FAILURE), True, False),
        (live.ready_certificate(**DATES), True, False),
    ],
)
def test_a_failed_issuance_is_tried_again_when_asked(certificate, retry, due):
    wanted = CertificateSpec("www", "shop", live.SPEC, "never", retry_failed=retry)
    decision = renewal.decide(FakeCluster(Time()).run(), wanted, certificate)
    assert decision == (Decision(True, "tried again after a failure") if due else Decision())


@pytest.mark.parametrize(
    ("issuer", "decision"),
    [
        (live.issuer(vault={}), Decision()),
        (live.issuer(selfSigned={}), Decision(True, "signed by CN=Shop CA, not by its own key")),
    ],
)
def test_renews_what_another_signer_has_signed_when_asked(issuer, decision):
    fake = FakeCluster(Time(), issuer, live.secret())
    wanted = CertificateSpec("www", "shop", live.SPEC, "issuer_changed")
    assert renewal.decide(fake.run(), wanted, live.ready_certificate(**DATES)) == decision
    assert renewal.decide(fake.run(), wanted, live.ready_certificate()) == Decision()


def test_diff():
    assert Decision(True, "renew: always").diff("Certificate shop/www") == {
        "before_header": "Certificate shop/www",
        "after_header": "Certificate shop/www",
        "before": {"certificate": "issued"},
        "after": {"certificate": "renewed (renew: always)"},
    }


def types(obj):
    return {condition["type"]: condition["status"] for condition in obj["status"]["conditions"]}


def test_trigger_sets_issuing_and_keeps_the_other_conditions():
    fake = FakeCluster(
        Time(), live.certificate(live.READY, live.condition("Issuing", False, generation=1), generation=4)
    )
    after = renewal.trigger(fake.run(), fake.live(CERTIFICATE, "shop", "www"), Decision(True, ""))
    assert types(after) == {"Ready": "True", "Issuing": "True"}
    assert after["status"]["conditions"][-1] == {
        "type": "Issuing",
        "status": "True",
        "reason": "ManuallyTriggered",
        "message": "Certificate re-issuance manually triggered",
        "lastTransitionTime": "2026-03-01T12:00:00Z",
        "observedGeneration": 4,
    }
    assert fake.requests == ["merge Certificate shop/www/status"]


@pytest.mark.parametrize(
    ("failed_at", "begins"),
    [
        ("2026-03-01T11:59:59Z", "2026-03-01T12:00:00Z"),
        ("2026-03-01T12:00:00Z", "2026-03-01T12:00:01Z"),  # in this very second
        ("2026-03-01T12:03:00Z", "2026-03-01T12:03:01Z"),  # our clock is late
    ],
)
def test_a_new_try_begins_after_the_failure_of_the_one_before(failed_at, begins):
    fake = FakeCluster(Time(), live.certificate(FAILED, lastFailureTime=failed_at))
    after = renewal.trigger(fake.run(), fake.live(CERTIFICATE, "shop", "www"), Decision(True, ""))
    assert after["status"]["conditions"][-1]["lastTransitionTime"] == begins


def test_trigger_reads_again_when_the_status_has_changed_meanwhile():
    fake = FakeCluster(Time(), live.ready_certificate())
    old = fake.live(CERTIFICATE, "shop", "www")
    fake.put(live.certificate(live.READY, live.condition("Other", True)))
    after = renewal.trigger(fake.run(), old, Decision(True, ""))
    assert types(after) == {"Ready": "True", "Other": "True", "Issuing": "True"}
    assert fake.requests == [
        "merge Certificate shop/www/status",
        "get Certificate shop/www",
        "merge Certificate shop/www/status",
    ]


def test_trigger_gives_up_when_the_status_never_rests():
    fake = FakeCluster(Time(), live.ready_certificate())
    fake.refuse("merge Certificate shop/www/status", Conflict("change", 409, {"message": "modified"}))
    with pytest.raises(Conflict):
        renewal.trigger(fake.run(), fake.live(CERTIFICATE, "shop", "www"), Decision(True, ""))
    assert fake.requests.count("merge Certificate shop/www/status") == 5
