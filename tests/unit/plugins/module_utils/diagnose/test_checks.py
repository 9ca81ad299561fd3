# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import checks
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.evidence import Evidence
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.live import condition

CERTIFICATE = live.certificate()
ISSUER = live.issuer(condition("Ready", True))
REQUEST = live.owned("CertificateRequest", "www-1", CERTIFICATE, {})
ORDER = live.owned("Order", "www-1-2", REQUEST, {"state": "pending"})
SPEC = {"type": "HTTP-01", "dnsName": "www.example.test"}


def evidence(**parts):
    return Evidence(**{"certificate": CERTIFICATE, "issuer": ISSUER, **parts})


def said(check, **parts):
    return [(finding.code, finding.object, finding.message) for finding in check(evidence(**parts))]


def referring(**reference):
    return live.certificate(spec=live.SPEC | {"issuerRef": reference})


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ({}, []),
        (
            {"issuer": live.issuer(condition("Ready", False, "ErrInitIssuer", "no key"))},
            [("issuer.not_ready", "Issuer shop/shop-ca", "not ready, ErrInitIssuer: no key")],
        ),
        ({"issuer": None}, [("issuer.missing", "Issuer shop/shop-ca", "does not exist in namespace shop.")]),
        (
            {"issuer": None, "certificate": referring(name="le", kind="ClusterIssuer")},
            [("issuer.missing", "ClusterIssuer le", "does not exist.")],
        ),
        ({"issuer": None, "certificate": referring(name="a", group="awspca.cert-manager.io")}, []),
        ({"issuer": None, "errors": {"issuers": "forbidden"}}, []),
        (
            {"issuer": None, "errors": {"clusterissuers": "forbidden"}},
            [("issuer.missing", "Issuer shop/shop-ca", "does not exist in namespace shop.")],
        ),
    ],
)
def test_issuer(parts, found):
    assert said(checks.issuer, **parts) == found


def request(*conditions):
    return live.owned("CertificateRequest", "www-1", CERTIFICATE, {"conditions": list(conditions)})


TITLE = "CertificateRequest shop/www-1"


@pytest.mark.parametrize(
    ("item", "found"),
    [
        (request(), []),
        (request(condition("Approved", True), condition("Ready", True)), []),
        (request(condition("Ready", False, "Pending", "waiting")), []),
        (request(condition("Denied", False)), []),
        (
            request(condition("Denied", True, "policy", "no wildcards"), condition("Ready", False, "Failed")),
            [("request.denied", TITLE, "was denied, policy: no wildcards")],
        ),
        (request(condition("Ready", False, "Failed", "bad CSR")), [("request.failed", TITLE, "bad CSR")]),
        (request(condition("Ready", False, "Failed")), [("request.failed", TITLE, "failed")]),
    ],
)
def test_request(item, found):
    assert said(checks.request, requests=(item,)) == found


@pytest.mark.parametrize(
    ("status", "found"),
    [
        (None, []),
        ({"state": "pending"}, []),
        ({"state": "ready"}, []),
        ({"state": "valid"}, []),
        ({"state": "invalid", "reason": "no such domain"}, [("order.invalid", "is invalid: no such domain")]),
        ({"state": "errored"}, [("order.errored", "is errored: no reason given")]),
        ({"state": "expired"}, [("order.expired", "is expired: no reason given")]),
    ],
)
def test_order(status, found):
    item = live.owned("Order", "www-1-2", REQUEST, status)
    assert said(checks.order, orders=(item,)) == [(code, "Order shop/www-1-2", message) for code, message in found]


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ({}, []),
        ({"state": "pending"}, []),
        ({"state": "valid", "reason": "Successfully authorized domain"}, []),
        ({"reason": "waiting"}, [("challenge.pending", "HTTP-01 for www.example.test is pending: waiting")]),
        (
            {"state": "invalid", "reason": "404"},
            [("challenge.invalid", "HTTP-01 for www.example.test is invalid: 404")],
        ),
    ],
)
def test_challenge(status, found):
    item = live.owned("Challenge", "www-1-2-3", ORDER, status, spec=SPEC)
    title = "Challenge shop/www-1-2-3"
    assert said(checks.challenge, challenges=(item,)) == [(code, title, message) for code, message in found]


def test_unseen():
    assert said(checks.unseen) == []
    assert said(checks.unseen, errors={"orders": "forbidden"}) == [
        ("evidence.unreadable", "orders", "could not be read: forbidden")
    ]


def test_the_cause_comes_before_its_consequences():
    everything = evidence(
        issuer=live.issuer(),
        requests=(request(condition("Ready", False, "Failed")),),
        orders=(live.owned("Order", "o", REQUEST, {"state": "invalid"}),),
        challenges=(live.owned("Challenge", "c", ORDER, {"state": "invalid", "reason": "404"}, spec=SPEC),),
        errors={"events": "forbidden"},
    )
    assert [finding.code for finding in checks.run_all(everything)] == [
        "issuer.not_observed",
        "challenge.invalid",
        "order.invalid",
        "request.failed",
        "evidence.unreadable",
    ]


def test_nothing_is_found_where_all_is_well():
    assert checks.run_all(evidence(requests=(REQUEST,), orders=(ORDER,))) == []
