# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import causes
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.checks import chain, unseen
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.finding import ERROR, WARNING, Finding
from ansible_collections.certops.kubernetes.tests.unit import issuance as made
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.live import condition

NOT_FOUND = made.SELF_CHECK + "wrong status code '404', expected '200'"
NO_HOST = made.SELF_CHECK + made.GET + f"dial tcp: lookup {live.HOST} on 10.96.0.10:53: no such host"


def codes(evidence):
    return [finding.code for finding in causes.run_all(evidence)]


def healthy(**parts):
    certificate = live.ready_certificate(renewalTime="2026-05-01T00:00:00Z")
    leaf = live.CA.issue(live.HOST, not_before=made.NOW.replace(hour=1))
    old = made.request(
        condition("Ready", False, "Failed", 'order is in "invalid" state'),
        annotations={"cert-manager.io/certificate-revision": "1"},
    )
    return made.evidence(
        **{
            "certificate": certificate,
            "secret": live.secret(leaf),
            "requests": (old,),
            "orders": (made.order("invalid"),),
            "challenges": (made.challenge("404", state="invalid"),),
            "ingresses": (live.ingress(tls=[{"hosts": [live.HOST], "secretName": "www-tls"}]),),
            **parts,
        }
    )


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param(healthy(), id="ready, with what failed before it still there"),
        pytest.param(made.evidence(), id="just made"),
        pytest.param(made.evidence(requests=(made.request(condition("Other", True), age=1),)), id="not yet approved"),
        pytest.param(made.ordering(made.order(state="", url="", authorizations=[], age=2)), id="order on its way"),
        pytest.param(made.challenging(made.challenge(state="", age=1, presented=False)), id="challenge not begun"),
        pytest.param(made.challenging(made.challenge(age=1), solver_pods=(), solver_ingresses=()), id="just presented"),
        pytest.param(
            made.challenging(
                made.challenge("Waiting 30s before accepting HTTP-01 challenge without self-check", age=20)
            ),
            id="waits as it was told",
        ),
        pytest.param(
            made.challenging(
                made.challenge(
                    "Waiting for HTTP-01 challenge propagation: multiple existing challenge solver ingresses found and "
                    "cleaned up. retrying challenge sync",
                    age=2,
                )
            ),
            id="mends by itself",
        ),
        pytest.param(
            made.challenging(
                made.challenge(age=4),
                solver_pods=(
                    made.solver_pod(
                        made.challenge(),
                        age=3,
                        phase="Pending",
                        conditions=[condition("PodScheduled", True), condition("Ready", False, "ContainersNotReady")],
                        containerStatuses=[{"image": "i", "state": {"waiting": {"reason": "ContainerCreating"}}}],
                    ),
                ),
            ),
            id="pod starting",
        ),
        pytest.param(made.challenging(made.challenge("Successfully authorized domain", state="valid")), id="valid"),
        pytest.param(made.ordering(made.order("valid")), id="order valid"),
    ],
)
def test_nothing_is_found_where_all_goes_well(evidence):
    assert codes(evidence) == []


@pytest.mark.parametrize(
    ("reason", "code"),
    [(NOT_FOUND, "self_check.not_found"), (NO_HOST, "self_check.no_such_host")],
)
def test_what_may_mend_itself_is_a_warning_at_first(reason, code):
    young, old, unknown = (causes.run_all(made.challenging(made.challenge(reason, age=age))) for age in (5, 60, None))
    assert [(f.code, f.severity) for f in young] == [(code, WARNING)]
    assert [(f.code, f.severity) for f in old] == [(code, ERROR)]
    assert [(f.code, f.severity) for f in unknown] == [(code, ERROR)]


def test_the_cause_comes_before_its_consequences():
    problem = "400 urn:ietf:params:acme:error:connection: refused"
    evidence = made.challenging(
        made.challenge(f"Error accepting authorization: {problem}", state="invalid"),
        issuer=made.acme_issuer(condition("Ready", False, "ErrRegisterACMEAccount", "no account")),
        claimants=(live.certificate(name="zzz"),),
        certificate=replace_status(lastFailureTime=made.ago(60), failedIssuanceAttempts=1),
        errors={"events": "forbidden"},
    )
    assert codes(evidence) == [
        "issuer.not_ready",
        "secret.claimed_too",
        "acme.connection",
        "certificate.backoff",
        "evidence.unreadable",
    ]


def replace_status(**status):
    failed = live.certificate(condition("Ready", False), condition("Issuing", False, "Failed"), **status)
    return failed


def test_a_consequence_that_says_nothing_new_is_left_out():
    failed = made.challenge("Error accepting authorization: 403 urn:ietf:params:acme:error:caa: no", state="invalid")
    request = made.request(
        condition("Approved", True),
        condition("Ready", False, "Failed", 'Failed to wait for order resource "www-1-2" to become ready: …'),
    )
    evidence = made.challenging(failed, orders=(made.order("invalid"),), requests=(request,))
    assert codes(evidence) == ["acme.caa"]


def test_what_a_missing_class_brings_about_comes_after_it():
    item = made.challenge(NOT_FOUND)
    evidence = made.challenging(
        item,
        ingress_classes=(live.ingress_class("traefik"),),
        solver_ingresses=(made.solver_ingress(item, address=None),),
    )
    assert codes(evidence) == ["ingress_class.missing", "self_check.not_found"]


def test_the_same_is_said_once(monkeypatch):
    finding = Finding("a.b", ERROR, "Order shop/a", "is bad.")
    monkeypatch.setattr(
        causes, "CHECKS", (lambda _: iter([finding, replace(finding, remedy="other")]), lambda _: iter([finding]))
    )
    assert causes.run_all(made.evidence()) == [finding]


def test_earlier_requests_are_not_spoken_of():
    old = made.request(
        condition("Denied", True, "policy", "no"), annotations={"cert-manager.io/certificate-revision": "3"}
    )
    issued, issuing = (live.certificate(*made.ISSUING, revision=revision) for revision in (3, 2))
    assert codes(made.evidence(certificate=issued, requests=(old,))) == []
    assert codes(made.evidence(certificate=issuing, requests=(old,))) == ["request.denied"]


@pytest.mark.parametrize(
    ("certificate", "settled"),
    [
        (live.ready_certificate(), True),
        (live.certificate(live.READY, generation=2), False),
        (live.certificate(live.READY, condition("Issuing", True)), False),
        (live.certificate(live.READY, lastFailureTime=made.ago(5)), False),
        (live.certificate(condition("Ready", False)), False),
        (live.certificate(), False),
    ],
)
def test_settled(certificate, settled):
    assert chain.is_settled(made.evidence(certificate=certificate)) is settled


def test_objects_may_say_little():
    certificate = {key: value for key, value in made.CERTIFICATE.items() if key != "status"}
    alone = {"metadata": {"name": "a", "namespace": "shop", "uid": "a"}}
    evidence = made.evidence(certificate=certificate, requests=(alone,), orders=(alone,), challenges=(alone,))
    assert codes(evidence) == []
    assert chain.owned((alone,), [alone]) == []


def test_an_event_may_say_nothing():
    silent = {"involvedObject": {"uid": "uid-of-www"}, "type": "Warning", "reason": "RequestFailed"}
    told = made.event(made.CERTIFICATE, "RequestFailed", "words")
    said = chain.warnings(made.evidence(events=(silent, told, silent)), made.CERTIFICATE, "RequestFailed")
    assert said == ["words", "", ""]


@pytest.mark.parametrize("when", ["lastTimestamp", "eventTime", "series"])
def test_the_newest_event_comes_first(when):
    def event(age, **more):
        told = made.event(made.CERTIFICATE, "RequestFailed", f"{age} s ago", age=age)
        stamp = told.pop("lastTimestamp")
        return told | ({when: {"lastObservedTime": stamp}} if when == "series" else {when: stamp}) | more

    events = (event(9), event(1), event(5), event(0, type="Normal"))
    said = chain.warnings(made.evidence(events=events), made.CERTIFICATE, "RequestFailed")
    assert said == ["1 s ago", "5 s ago", "9 s ago"]


FORBIDDEN = (
    'orders.acme.cert-manager.io is forbidden: User "ann" cannot list resource "orders" in API group '
    '"acme.cert-manager.io" in the namespace "shop"'
)


def test_what_could_not_be_read():
    evidence = made.evidence(
        errors={
            "orders": FORBIDDEN,
            "events": "etcd is down",
            "pods": 'User "a" cannot get resource "pods" in API group ""',
        }
    )
    first, second, third = unseen.unreadable(evidence)
    assert (first.code, first.severity, first.object) == ("rbac.forbidden", WARNING, "orders")
    assert first.message == (
        "ann may not list orders.acme.cert-manager.io in namespace shop, so the cause may be among what was not seen."
    )
    assert (second.code, second.message) == ("evidence.unreadable", "could not be read: etcd is down")
    assert third.message.startswith("a may not get pods in the whole cluster, so")


def test_a_missing_kind_is_a_cause_and_said_once():
    evidence = made.evidence(
        errors={"challenges": "the server could not find the requested resource", "orders": FORBIDDEN}
    )
    found = causes.run_all(evidence)
    assert [(f.code, f.object) for f in found] == [
        ("crd.missing", "CustomResourceDefinition challenges.acme.cert-manager.io"),
        ("rbac.forbidden", "orders"),
    ]


def test_other_kinds_need_no_crd():
    evidence = made.evidence(errors={"pods": "the server could not find the requested resource"})
    assert codes(evidence) == ["evidence.unreadable"]


def test_every_check_is_in_the_list_once():
    assert len(set(causes.CHECKS)) == len(causes.CHECKS)


def test_findings_are_json():
    found = causes.run_all(made.challenging(made.challenge(NO_HOST)))
    assert json.loads(json.dumps([finding.as_dict() for finding in found]))[0]["code"] == "self_check.no_such_host"
