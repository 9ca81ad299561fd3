# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import certificates
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.protocol import CertificateTarget
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import (
    CertopsError,
    Forbidden,
    Invalid,
    NotReady,
)
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.certificate import CertificateSpec
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import CERTIFICATE, SECRET
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.controllers import issuing
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time

DATES = {"notBefore": "2025-12-31T12:00:00Z", "notAfter": "2026-03-31T12:00:00Z"}


def wanted(name="www", **spec):
    return CertificateSpec(name, "shop", live.SPEC | {"secretName": f"{name}-tls"} | spec)


WWW = wanted()
MANY = [wanted(f"www-{number}") for number in range(20)]


@pytest.fixture
def fake():
    """A cluster where cert-manager works."""
    cluster = FakeCluster(Time())
    issuing(cluster)
    return cluster


@pytest.fixture
def settled(fake):
    """One where the certificate is there already."""
    certificates.ensure(fake.run(), [WWW])
    fake.requests.clear()
    return fake


def test_issues_and_waits_for_the_proof(fake):
    outcome = certificates.ensure(fake.run(), [WWW])
    (facts,) = outcome.facts["certificates"]
    assert outcome.changed
    assert (facts["ready"], facts["revision"], facts["issued_by"]) == (True, 1, "Shop CA")
    assert [diff["before"] for diff in outcome.diff] == [{}]
    assert fake.time.seconds == pytest.approx(2.0)
    json.dumps(outcome.facts)


def test_a_second_run_takes_two_reads(settled):
    outcome = certificates.ensure(settled.run(), [WWW])
    assert (outcome.changed, outcome.diff) == (False, [])
    assert outcome.facts["certificates"][0]["ready"]
    assert settled.requests == ["get Certificate shop/www", "get Secret shop/www-tls"]


def test_a_change_is_waited_for(settled):
    outcome = certificates.ensure(settled.run(), [wanted(dnsNames=["new.test"])])
    assert outcome.diff[0]["after"] == {"spec": {"dnsNames": ["new.test"]}}
    assert outcome.facts["certificates"][0]["revision"] == 2


def test_check_mode_writes_nothing(fake):
    outcome = certificates.ensure(fake.run(check_mode=True), [WWW])
    assert (outcome.changed, outcome.facts["certificates"][0]["ready"]) == (True, False)
    assert fake.requests == ["get Certificate shop/www", "dry-run apply Certificate shop/www"]
    assert fake.live(CERTIFICATE, "shop", "www") is None


def test_check_mode_without_the_crds(fake):
    fake.missing_kinds.add("Certificate")
    assert certificates.ensure(fake.run(check_mode=True), [WWW]).changed


@pytest.mark.parametrize("specs", [[WWW], MANY])
def test_without_the_crds_it_says_what_to_install(fake, specs):
    fake.missing_kinds.add("Certificate")
    with pytest.raises(CertopsError, match="the cluster has no kind Certificate .* install cert-manager"):
        certificates.ensure(fake.run(), specs)


def test_without_waiting(fake):
    outcome = certificates.ensure(fake.run(wait=False), [WWW])
    assert (outcome.changed, outcome.facts["certificates"][0]["ready"]) == (True, False)
    assert fake.time.seconds == 0


def test_one_that_is_new_is_created_in_one_request(fake):
    certificates.ensure(fake.run(wait=False), [WWW])
    assert fake.requests == ["get Certificate shop/www", "apply Certificate shop/www"]


def test_of_many_none_is_created_when_one_is_refused(fake):
    fake.refuse("dry-run apply Certificate shop/www-19", Invalid("apply", 422, {"message": "no"}))
    with pytest.raises(CertopsError, match="no"):
        certificates.ensure(fake.run(), MANY)
    assert not [line for line in fake.requests if line.startswith("apply")]


def test_many_are_read_by_one_list_and_watched_by_one_watch(fake):
    outcome = certificates.ensure(fake.run(), MANY)
    assert [facts["name"] for facts in outcome.facts["certificates"]] == [spec.name for spec in MANY]
    assert all(facts["ready"] for facts in outcome.facts["certificates"])
    assert fake.requests[0] == "list certificates in shop"
    assert fake.requests.count("watch certificates") == 1
    fake.requests.clear()
    assert not certificates.ensure(fake.run(), MANY).changed
    assert len(fake.requests) == 1 + len(MANY)


@pytest.mark.parametrize(("count", "lists"), [(7, False), (8, True)])
def test_a_few_are_read_one_by_one(fake, count, lists):
    certificates.ensure(fake.run(), MANY[:count])
    assert ("list certificates in shop" in fake.requests) is lists


def test_who_may_not_list_reads_one_by_one(fake):
    fake.refuse("list certificates in shop", Forbidden("list certificates", 403, {"message": "no"}))
    assert certificates.ensure(fake.run(), MANY).changed
    assert "get Certificate shop/www-19" in fake.requests


def test_nothing_wanted(fake):
    outcome = certificates.ensure(fake.run(), [])
    assert (outcome.changed, outcome.facts, fake.requests) == (False, {"certificates": []}, [])


@pytest.mark.parametrize(
    ("how", "due"),
    [
        ({"renew": "always"}, True),
        ({"renew": "never"}, False),
        ({"within": timedelta(days=29)}, False),
        ({"within": timedelta(days=31)}, True),
    ],
)
def test_renewal(settled, how, due):
    status = settled.live(CERTIFICATE, "shop", "www")["status"]
    settled.set_status(CERTIFICATE, "shop", "www", status | DATES)
    before = settled.live(SECRET, "shop", "www-tls")
    outcome = certificates.ensure(settled.run(), [replace(WWW, **how)])
    assert outcome.changed is due
    assert outcome.facts["certificates"][0]["revision"] == (2 if due else 1)
    assert (settled.live(SECRET, "shop", "www-tls") != before) is due
    assert len(outcome.diff) == int(due)


def test_a_renewal_is_over_only_with_a_new_revision(settled):
    status = settled.live(CERTIFICATE, "shop", "www")["status"] | DATES
    settled.set_status(CERTIFICATE, "shop", "www", status)
    # The Issuing condition is gone for a moment before cert-manager has issued.
    settled.time.at(settled.time.seconds + 1.0, lambda: settled.set_status(CERTIFICATE, "shop", "www", status))
    outcome = certificates.ensure(settled.run(), [replace(WWW, renew="always")])
    assert outcome.facts["certificates"][0]["revision"] == 2


def test_check_mode_only_tells_of_a_renewal(settled):
    outcome = certificates.ensure(settled.run(check_mode=True), [replace(WWW, renew="always")])
    assert (outcome.changed, outcome.diff[0]["after"]) == (True, {"certificate": "renewed (renew: always)"})
    assert settled.requests == ["get Certificate shop/www"]


def test_a_certificate_that_took_over_its_secret_can_be_renewed(settled):
    status = settled.live(CERTIFICATE, "shop", "www")["status"]
    settled.set_status(CERTIFICATE, "shop", "www", {key: status[key] for key in status if key != "revision"})
    assert not certificates.ensure(settled.run(), [WWW]).changed
    outcome = certificates.ensure(settled.run(), [replace(WWW, renew="always")])
    assert outcome.facts["certificates"][0]["revision"] == 1


def test_renews_one_that_others_have_defined_as_it_is(fake):
    spec = live.SPEC | {"secretName": "www-tls", "duration": "720h"}
    fake.put(live.certificate(spec=spec))
    fake.time.sleep(5)
    outcome = certificates.ensure(fake.run(), [CertificateSpec("www", "shop", {}, "always")])
    assert (outcome.changed, outcome.facts["certificates"][0]["revision"]) == (True, 2)
    assert fake.live(CERTIFICATE, "shop", "www")["spec"] == spec
    assert not [line for line in fake.requests if "apply" in line]


def test_one_that_is_not_there_can_not_be_renewed(settled):
    with pytest.raises(CertopsError, match=r"nothing to renew.*\n.*Certificate shop/gone: does not exist") as caught:
        certificates.ensure(settled.run(), [CertificateSpec(name, "shop", {}, "always") for name in ("www", "gone")])
    assert [finding.code for finding in caught.value.findings] == ["certificate.missing"]
    assert not [line for line in settled.requests if line.startswith("merge")]


def test_says_why_one_is_not_ready():
    fake = FakeCluster(Time())
    with pytest.raises(NotReady) as caught:
        certificates.ensure(fake.run(timeout=10), [WWW])
    error = caught.value
    assert str(error) == (
        "Certificate shop/www is not ready after 6 s.\n"
        "1. [issuer.missing] Issuer shop/shop-ca: does not exist in namespace shop.\n"
        "   → create it, or correct issuer_ref (name and kind: Issuer or ClusterIssuer)"
    )
    assert [finding.code for finding in error.findings] == ["issuer.missing"]
    assert error.facts["changed"]
    assert error.facts["certificates"][0]["ready"] is False


@pytest.mark.parametrize(
    ("count", "names"),
    [(2, "www-0, {}www-1 are"), (5, "www-0, {}www-1, {}www-2, {}www-3, {}www-4 are")],
)
def test_names_those_of_a_few_that_are_not_ready(count, names):
    with pytest.raises(NotReady) as caught:
        certificates.ensure(FakeCluster(Time()).run(timeout=5), MANY[:count])
    kind = "Certificate shop/"
    assert str(caught.value).startswith(f"{kind}{names.replace('{}', kind)} not ready after 5 s.")


def test_names_some_of_many_that_are_not_ready():
    with pytest.raises(NotReady, match=r"shop/www-0, .*shop/www-4 … are not ready after 5 s\.") as caught:
        certificates.ensure(FakeCluster(Time()).run(timeout=5), MANY)
    assert len(caught.value.facts["certificates"]) == 20


def test_warnings_come_with_the_outcome(fake):
    fake.refuse("get Secret shop/www-tls", Forbidden("read", 403, {"message": "no"}))
    assert [note.code for note in certificates.ensure(fake.run(), [WWW]).findings] == ["secret.not_readable"]


TARGET = CertificateTarget("shop", "www", None)


@pytest.mark.parametrize(
    ("delete_secret", "target", "gone"),
    [
        (False, TARGET, ["Certificate shop/www"]),
        (True, TARGET, ["Certificate shop/www", "Secret shop/www-tls"]),
        (True, TARGET._replace(secret_name="ignored"), ["Certificate shop/www", "Secret shop/www-tls"]),
    ],
)
def test_remove(settled, delete_secret, target, gone):
    outcome = certificates.remove(settled.run(), [target], delete_secret)
    assert outcome.changed
    assert [diff["before_header"] for diff in outcome.diff] == gone
    assert [line.removeprefix("delete ") for line in settled.requests if line.startswith("delete")] == gone
    assert outcome.facts == {"certificates": [{"namespace": "shop", "name": "www"}]}


def test_remove_what_is_not_there(fake):
    outcome = certificates.remove(fake.run(), [TARGET], True)
    assert not outcome.changed


def test_remove_the_secret_that_an_earlier_run_left_behind(fake):
    fake.put(live.secret())
    outcome = certificates.remove(fake.run(), [TARGET._replace(secret_name="www-tls")], True)
    assert [diff["before_header"] for diff in outcome.diff] == ["Secret shop/www-tls"]


def test_remove_in_check_mode(settled):
    assert certificates.remove(settled.run(check_mode=True), [TARGET], True).changed
    assert settled.live(CERTIFICATE, "shop", "www")
