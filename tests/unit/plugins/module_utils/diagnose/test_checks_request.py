# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.finding import ERROR, WARNING
from ansible_collections.certops.kubernetes.tests.unit import issuance as made
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.issuance import only, said
from ansible_collections.certops.kubernetes.tests.unit.live import condition

CERTIFICATE, REQUEST = "Certificate shop/www", "CertificateRequest shop/www-1"
APPROVED = condition("Approved", True, "cert-manager.io")


def part(component, **status):
    labels = {"app.kubernetes.io/component": component}
    return {"metadata": {"name": component, "namespace": "cert-manager", "labels": labels}, "status": status}


@pytest.mark.parametrize(
    ("component", "code"), [("controller", "cert_manager.not_available"), ("webhook", "webhook.not_available")]
)
def test_cert_manager_does_not_run(component, code):
    down, up = part(component, replicas=1), part(component, availableReplicas=1)
    other = part("webhook" if component == "controller" else "controller", availableReplicas=1)
    found = only(made.evidence(controllers=(down, other, part("cainjector"))))
    assert (found.code, found.object) == (code, f"Deployment cert-manager/{component}")
    assert found.evidence == {"replicas": 1}
    assert said(made.evidence(controllers=(down, up))) == []


@pytest.mark.parametrize(
    ("reason", "message", "code"),
    [
        ("CannotRegenerateKey", "User intervention required: …", "certificate.key_kept"),
        (
            "KeystorePasswordSecretNotFound",
            'JKS keystore password Secret "p" not found',
            "certificate.keystore_password_missing",
        ),
        ("RequestFailed", "Failed to create CertificateRequest: odd", "certificate.request_not_made"),
    ],
)
def test_no_request_is_made(reason, message, code):
    told = made.event(made.CERTIFICATE, reason, message)
    assert said(made.evidence(events=(told,))) == [(code, ERROR, CERTIFICATE)]
    assert message in only(made.evidence(events=(told,))).message
    assert said(made.evidence(events=(told | {"type": "Normal"},))) == []
    assert said(made.evidence(events=(told,), certificate=live.ready_certificate())) == []


def test_a_request_that_failed_to_be_made_once_and_is_there_now():
    told = made.event(made.CERTIFICATE, "RequestFailed", "Failed to create CertificateRequest: odd")
    assert said(made.evidence(events=(told,), requests=(made.REQUEST,))) == []


def test_the_api_server_refuses_the_request():
    told = made.event(
        made.CERTIFICATE,
        "RequestFailed",
        "Failed to create CertificateRequest: Internal error occurred: "
        'failed calling webhook "webhook.cert-manager.io": failed to call webhook: Post "https://w": i/o timeout',
    )
    found = only(made.evidence(events=(told,)))
    assert (found.code, found.object) == ("webhook.timeout", "ValidatingWebhookConfiguration cert-manager-webhook")


@pytest.mark.parametrize(
    ("conditions", "code", "words"),
    [
        (
            [condition("Denied", True, "policy.cert-manager.io", "no wildcards"), condition("Ready", False, "Denied")],
            "request.denied",
            "was denied, policy.cert-manager.io: no wildcards",
        ),
        ([APPROVED, condition("InvalidRequest", True, "OrderFailed", "bad")], "request.invalid", "OrderFailed: bad"),
        ([condition("Ready", False, "Pending", "")], "request.not_approved", "for 120 s"),
        (
            [APPROVED, condition("Ready", False, "Failed", "Failed to decode CSR")],
            "request.failed",
            "Failed to decode CSR",
        ),
        ([APPROVED, condition("Ready", False, "Failed")], "request.failed", "failed"),
        ([APPROVED, made.waits("Referenced secret shop/key not found: x")], "request.pending", "shop/key not found"),
        ([APPROVED, made.waits("")], "request.pending", "waits, no message"),
        ([APPROVED, {"type": "Ready", "status": "False", "reason": "Pending"}], "request.pending", "waits, no message"),
        (
            [APPROVED],
            "request.no_signer",
            "no controller has taken it up for 120 s; it is for Issuer.cert-manager.io shop-ca.",
        ),
        (
            [
                APPROVED,
                made.waits(
                    'Failed create new order resource shop/o: orders is forbidden: User "cm" cannot create '
                    'resource "orders" in API group "acme.cert-manager.io" in the namespace "shop"'
                ),
            ],
            "rbac.forbidden",
            "cm may not create orders.acme.cert-manager.io in namespace shop.",
        ),
    ],
)
def test_request(conditions, code, words):
    found = only(made.evidence(requests=(made.request(*conditions),)))
    assert (found.code, found.severity, found.object) == (code, ERROR, REQUEST)
    assert words in found.message
    assert found.remedy


@pytest.mark.parametrize(
    "conditions",
    [
        [
            condition("Denied", False),
            condition("InvalidRequest", False),
            APPROVED,
            made.waits("Created Order resource shop/o"),
        ],
        [APPROVED, made.waits("Waiting for order-controller to add certificate data")],
        [APPROVED, made.waits("Referenced issuer does not have a Ready status condition")],
        [APPROVED, made.waits('Referenced "Issuer" not found: x')],
        [APPROVED, made.waits('Referenced "ClusterIssuer" not found: x')],
        [APPROVED, condition("Ready", True, "Issued")],
    ],
)
def test_a_request_that_waits_for_others(conditions):
    assert said(made.evidence(requests=(made.request(*conditions),))) == []


@pytest.mark.parametrize(
    ("conditions", "age", "found"),
    [
        ([condition("Other", True)], 4, []),
        ([condition("Other", True)], 6, [("request.not_approved", WARNING, REQUEST)]),
        ([condition("Other", True)], 15, [("request.not_approved", ERROR, REQUEST)]),
        ([condition("Other", True)], None, []),
        ([APPROVED], 4, []),
        ([APPROVED], 6, [("request.no_signer", WARNING, REQUEST)]),
        ([APPROVED, made.waits("waits")], 5, [("request.pending", WARNING, REQUEST)]),
        ([APPROVED, made.waits("waits")], 15, [("request.pending", ERROR, REQUEST)]),
    ],
)
def test_a_request_is_given_time(conditions, age, found):
    assert said(made.evidence(requests=(made.request(*conditions, age=age),))) == found


def test_a_failed_request_that_the_api_server_refused():
    failed = condition("Ready", False, "Failed", "Failed to build: exceeded quota: q, requested: x")
    assert said(made.evidence(requests=(made.request(APPROVED, failed),))) == [("quota.exceeded", ERROR, REQUEST)]
    issued = condition("Ready", True, "Issued", "exceeded quota: q, requested: x")
    assert said(made.evidence(requests=(made.request(APPROVED, issued),))) == []


def test_a_request_for_another_kind_of_issuer():
    reference = {"name": "x", "kind": "AWSPCAIssuer", "group": "awspca.cert-manager.io"}
    certificate = live.certificate(*made.ISSUING, spec=live.SPEC | {"issuerRef": reference})
    found = only(made.evidence(certificate=certificate, requests=(made.request(APPROVED, certificate=certificate),)))
    assert "it is for AWSPCAIssuer.awspca.cert-manager.io x." in found.message


def test_requests_that_could_not_be_read():
    told = made.event(made.CERTIFICATE, "RequestFailed", "Failed to create CertificateRequest: odd")
    found = said(made.evidence(events=(told,), errors={"certificaterequests": "no"}))
    assert [code for code, _s, _o in found] == ["evidence.unreadable"]


def test_a_refusal_of_before_is_not_spoken_of():
    refusal = 'Failed to create: failed calling webhook "webhook.cert-manager.io": x509: bad'
    told = made.event(made.CERTIFICATE, "RequestFailed", refusal)
    assert said(made.evidence(events=(told,), requests=(made.REQUEST,))) == []
    assert said(made.evidence(events=(told,), certificate=live.ready_certificate())) == []
    assert [found[0] for found in said(made.evidence(events=(told,)))] == ["webhook.unknown_authority"]


@pytest.mark.parametrize(("began", "codes"), [(30, ["request.failed"]), (10, []), (20, ["request.failed"])])
def test_a_request_that_failed_before_this_try_is_of_the_past(began, codes):
    """Tried again, the Certificate keeps its revision, so it is the times that tell (requestmanager)."""
    failed = made.request(APPROVED, condition("Ready", False, "Failed", "it was not signed"))
    failed["status"]["failureTime"] = made.ago(20)
    issuing = [each | {"lastTransitionTime": made.ago(began)} for each in made.ISSUING]
    certificate = live.certificate(*issuing)
    assert [code for code, _s, _o in said(made.evidence(certificate=certificate, requests=(failed,)))] == codes
