# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.chain import Chain
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.evidence import Evidence, from_json
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.finding import ERROR, Finding
from ansible_collections.certops.kubernetes.tests.unit import acme_chain, factory, live

WHOLE = acme_chain.WHOLE


def facts(evidence=WHOLE, **how):
    return Chain(evidence, **how).facts()


def test_says_what_the_controller_said_word_for_word():
    found = facts()
    assert (found["ready"], found["issuing"]) == (False, True)
    assert (found["reason"], found["message"]) == ("DoesNotExist", acme_chain.NOT_THERE)
    assert [item["type"] for item in found["conditions"]] == ["Ready", "Issuing"]
    assert found["issuer"] == {
        "name": "shop-ca",
        "kind": "Issuer",
        "group": "cert-manager.io",
        "exists": True,
        "ready": True,
        "reason": "ACMEAccountRegistered",
        "message": "The ACME account was registered",
        "conditions": found["issuer"]["conditions"],
        "type": "acme",
        "server": "https://acme.test/dir",
        "account_uri": "https://acme.test/account/1",
    }


def test_follows_the_chain_down_to_the_solver():
    [request] = facts()["requests"]
    [order] = request["orders"]
    [challenge] = order["challenges"]
    assert (request["name"], request["revision"], request["approved"], request["reason"]) == (
        "www-1",
        1,
        True,
        "Pending",
    )
    assert (order["name"], order["state"], order["url"]) == ("www-1-2", "pending", "https://acme.test/order/2")
    assert (challenge["type"], challenge["dns_name"], challenge["presented"]) == ("HTTP-01", live.HOST, True)
    assert (challenge["state"], challenge["reason"]) == ("pending", acme_chain.REASON)
    assert challenge["solver"] == {
        "ingresses": [{"name": "solver-ingress", "class": "nginx", "addresses": ["192.0.2.7"]}],
        "services": [{"name": "solver-service", "type": "NodePort"}],
        "pods": [
            {
                "name": "solver-pod",
                "phase": "Running",
                "ready": True,
                "reason": None,
                "message": None,
                "node": "node-1",
            }
        ],
    }


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (
            {
                "conditions": [
                    {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes"}
                ]
            },
            ("Unschedulable", "0/1 nodes"),
        ),
        (
            {
                "containerStatuses": [
                    {"state": {"running": {}}},
                    {"state": {"waiting": {"reason": "ErrImagePull", "message": "no"}}},
                ]
            },
            ("ErrImagePull", "no"),
        ),
        (
            {
                "conditions": [
                    {"type": "Ready", "status": "False", "reason": "ContainersNotReady", "message": "unready"}
                ]
            },
            ("ContainersNotReady", "unready"),
        ),
        ({"phase": "Pending"}, (None, None)),
    ],
)
def test_says_why_a_solver_pod_is_not_ready(status, why):
    pod = acme_chain.POD | {"status": status}
    found = facts(Evidence(**vars(WHOLE) | {"solver_pods": (pod,)}))
    [pod] = found["requests"][0]["orders"][0]["challenges"][0]["solver"]["pods"]
    assert (pod["ready"], (pod["reason"], pod["message"])) == (False, why)


@pytest.mark.parametrize(
    ("conditions", "approved"),
    [((), None), (("Approved",), True), (("Denied",), False), (("Approved", "Denied"), False)],
)
def test_a_request_is_approved_denied_or_neither(conditions, approved):
    status = {"conditions": [live.condition(name, True) for name in conditions]}
    request = live.owned("CertificateRequest", "www-1", acme_chain.CERTIFICATE, status)
    assert facts(Evidence(acme_chain.CERTIFICATE, requests=(request,)))["requests"][0]["approved"] is approved


def test_requests_are_sorted_from_the_newest():
    requests = [live.owned("CertificateRequest", f"www-{number}", acme_chain.CERTIFICATE, {}) for number in (2, 10, 1)]
    for request in requests:
        revision = request["metadata"]["name"].removeprefix("www-")
        request["metadata"]["annotations"] = {"cert-manager.io/certificate-revision": revision}
    found = facts(Evidence(acme_chain.CERTIFICATE, requests=tuple(requests)))
    assert [request["revision"] for request in found["requests"]] == [10, 2, 1]


def test_events_are_those_of_the_chain_in_their_order():
    late = acme_chain.event(acme_chain.CERTIFICATE, "Issuing", "late", last=None, eventTime="2026-03-01T12:00:00.5Z")
    found = facts(Evidence(**vars(WHOLE) | {"events": (late, *WHOLE.events)}))["events"]
    assert [(item["object"], item["reason"]) for item in found] == [
        ("Challenge shop/www-1-2-3", "Presented"),
        ("Certificate shop/www", "Issuing"),
    ]
    assert found[1]["last_seen"] == "2026-03-01T12:00:00.5Z"


REFERENCE = {"name": "pca", "group": "awspca.cert-manager.io", "kind": "AWSPCAClusterIssuer"}
EXTERNAL = live.certificate(spec=live.SPEC | {"issuerRef": REFERENCE})
CLUSTER_WIDE = live.certificate(spec=live.SPEC | {"issuerRef": {"name": "le", "kind": "ClusterIssuer"}})


@pytest.mark.parametrize(
    ("certificate", "errors", "exists"),
    [
        (acme_chain.CERTIFICATE, {}, False),
        (acme_chain.CERTIFICATE, {"issuers": "no"}, None),
        (CLUSTER_WIDE, {"issuers": "no"}, False),
        (CLUSTER_WIDE, {"clusterissuers": "no"}, None),
        (EXTERNAL, {}, None),
    ],
)
def test_an_issuer_may_be_missing_or_unseen(certificate, errors, exists):
    found = facts(Evidence(certificate, errors=errors))
    assert (found["issuer"]["exists"], found["unreadable"]) == (exists, errors)


STAGING = factory.authority("(STAGING) Pretend Pear X1").issue(live.HOST)


@pytest.mark.parametrize(
    ("secret", "errors", "wanted"),
    [
        (None, {}, {"exists": False, "certificate": None}),
        (None, {"secrets": "no"}, {"exists": None, "certificate": None}),
        (
            live.secret(STAGING),
            {},
            {
                "exists": True,
                "type": "kubernetes.io/tls",
                "issuer_name": "shop-ca",
                "staging_authority": "Let's Encrypt staging",
                "chain": [live.HOST],
            },
        ),
        (live.secret() | {"data": {}}, {}, {"exists": True, "error": "it has no tls.crt yet"}),
        (
            live.secret() | {"data": live.data(**{"tls.crt": b"junk"})},
            {},
            {"error": "no PEM certificate found (-----BEGIN CERTIFICATE----- is missing)"},
        ),
    ],
)
def test_describes_the_secret(secret, errors, wanted):
    found = facts(Evidence(acme_chain.CERTIFICATE, secret=secret, errors=errors), key_matches=None)["secret"]
    assert {key: found[key] for key in wanted} == wanted


def test_describes_the_certificate_in_the_secret():
    found = facts(Evidence(acme_chain.CERTIFICATE, secret=live.secret()), key_matches=True)["secret"]
    assert found["key_matches"] is True
    assert found["certificate"]["dns_names"] == [live.HOST]
    assert found["certificate"]["issuer_common_name"] == "Shop CA"
    assert found["certificate"]["serial_number"]


def test_evidence_is_returned_only_on_request_and_can_be_replayed():
    assert "evidence" not in facts()
    shown = Chain(WHOLE).facts(with_evidence=True)["evidence"]
    assert Chain(from_json(shown)).facts() == facts()


@pytest.mark.parametrize(
    ("certificate", "findings", "healthy"),
    [
        (live.ready_certificate(), (), True),
        (live.ready_certificate(), (Finding("a.b", ERROR, "x", "y"),), False),
        (acme_chain.CERTIFICATE, (), False),
    ],
)
def test_healthy_is_ready_without_findings(certificate, findings, healthy):
    assert Chain(Evidence(certificate), findings).healthy is healthy
