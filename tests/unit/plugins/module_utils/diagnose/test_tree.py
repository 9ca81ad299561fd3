# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import tree
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.chain import Chain
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.evidence import Evidence
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.finding import ERROR, Finding
from ansible_collections.certops.kubernetes.tests.unit import acme_chain, factory, live
from ansible_collections.certops.kubernetes.tests.unit.fakes import START

WHOLE = acme_chain.WHOLE

DATES = {"notAfter": "2026-05-30T12:00:00Z", "renewalTime": "2026-02-27T12:00:00Z"}
READY = live.ready_certificate(**DATES)


def drawn(evidence, **how):
    return tree.drawn(Chain(evidence, **how)).splitlines()


def test_draws_the_whole_chain():
    assert drawn(WHOLE) == [
        "Certificate shop/www: not ready, DoesNotExist: Issuing certificate as Secret does not exist",
        "├─ Issuer shop/shop-ca: ready, ACMEAccountRegistered: The ACME account was registered",
        "├─ Secret www-tls: does not exist",
        '└─ CertificateRequest www-1: approved, not ready, Pending: Waiting on order www-1-2: "pending"',
        "   └─ Order www-1-2: pending",
        f"      └─ Challenge www-1-2-3: HTTP-01 for {live.HOST}, pending: {acme_chain.REASON}",
        "         ├─ Ingress solver-ingress: class nginx, 192.0.2.7",
        "         ├─ Service solver-service: NodePort",
        "         └─ Pod solver-pod: Running, ready",
    ]


def test_draws_a_ready_certificate():
    issued = factory.self_signed(live.HOST, subject=factory.name("Shop"))
    first, _issuer, secret, *rest = drawn(
        Evidence(READY, secret=live.secret(issued), ingresses=(live.ingress(),), now=START), key_matches=True
    )
    assert first == (
        "Certificate shop/www: ready, Ready: Certificate is up to date and has not expired; "
        "ends in 90 d (2026-05-30T12:00:00Z), renewal 2 d ago (2026-02-27T12:00:00Z)"
    )
    assert secret.startswith(f"└─ Secret www-tls: {live.HOST} signed by itself, serial ")
    assert secret.endswith(", key belongs to it")
    assert rest == ["   └─ served by Ingress shop/www"]


FAILED = live.certificate(
    live.condition("Ready", False), lastFailureTime="2026-03-01T11:30:00Z", failedIssuanceAttempts=2
)
UNREACHABLE = live.certificate(name="other")
EVENTS = tuple(
    acme_chain.event(FAILED, f"Failed{number}", f"line\n  {number}", "Warning", f"2026-03-01T11:0{number}:00Z")
    for number in range(5)
)


@pytest.mark.parametrize(
    ("evidence", "line"),
    [
        (Evidence(live.certificate()), "Certificate shop/www: cert-manager has said nothing about it yet"),
        (Evidence(FAILED, now=START), "Certificate shop/www: not ready, Given"),
        (Evidence(FAILED, now=START), "├─ Issuer shop/shop-ca: does not exist"),
        (Evidence(FAILED, errors={"issuers": "no"}), "├─ Issuer shop/shop-ca: not seen"),
        (Evidence(FAILED, errors={"secrets": "no", "events": "no"}, now=START), "└─ not seen: events, secrets"),
        (Evidence(FAILED, errors={"secrets": "no"}, now=START), "├─ Secret www-tls: not seen"),
        (Evidence(FAILED, now=START), "├─ no CertificateRequest"),
        (Evidence(FAILED, now=START), "└─ failed 2 times, the last at 2026-03-01T11:30:00Z; next try in 90 min (2026-03-01T13:30:00Z)"),
        (Evidence(FAILED, secret=live.secret() | {"data": {}}, now=START), "├─ Secret www-tls: it has no tls.crt yet"),
        (Evidence(FAILED, claimants=(UNREACHABLE,), now=START), "│  └─ also claimed by Certificate shop/other"),
        (Evidence(FAILED, events=EVENTS, now=START), "├─ Event of Certificate shop/www: Failed2: line 2"),
        (Evidence(FAILED, events=EVENTS, now=START), "└─ Event of Certificate shop/www: Failed4: line 4"),
    ],
)  # fmt: skip
def test_draws_what_there_is(evidence, line):
    assert line in drawn(evidence)


def test_shows_only_the_last_warnings():
    lines = drawn(Evidence(FAILED, events=(*EVENTS, acme_chain.event(FAILED, "Fine", "nothing")), now=START))
    assert [line.split(": ")[1] for line in lines if "Event of" in line] == ["Failed2", "Failed3", "Failed4"]


def test_an_issuer_of_others_is_left_to_them():
    reference = {"name": "pca", "group": "awspca.cert-manager.io", "kind": "AWSPCAIssuer"}
    lines = drawn(Evidence(live.certificate(spec=live.SPEC | {"issuerRef": reference})))
    assert "├─ AWSPCAIssuer shop/pca of awspca.cert-manager.io: not cert-manager's own, see its controller" in lines


def test_says_when_the_key_is_another_one():
    lines = drawn(Evidence(READY, secret=live.secret(), now=START), key_matches=False)
    assert any("KEY DOES NOT BELONG TO IT" in line for line in lines)


HEALTHY = Chain(Evidence(READY, now=START))
SICK = Chain(WHOLE, (Finding("a.b", ERROR, "x", "y"),))


@pytest.mark.parametrize(
    ("chains", "first", "lines"),
    [
        ([], "No Certificate found for all namespaces.", 1),
        ([HEALTHY], "Certificate shop/www: ready, ", 3),
        ([HEALTHY, SICK, HEALTHY], "3 Certificates of all namespaces: 2 ready, 1 not ready, 1 being issued.", 12),
    ],
)
def test_healthy_ones_of_many_take_a_line(chains, first, lines):
    found = tree.forest(chains, "all namespaces").splitlines()
    assert found[0].startswith(first)
    assert len(found) == lines


@pytest.mark.parametrize(
    ("chains", "first", "lines"),
    [
        ([HEALTHY], "1 Certificate of all namespaces: 1 ready.", 1),
        ([SICK], "1 Certificate of all namespaces: 1 not ready, 1 being issued.", 10),
        ([HEALTHY, SICK, HEALTHY], "3 Certificates of all namespaces: 2 ready, 1 not ready, 1 being issued.", 10),
    ],
)
def test_healthy_ones_are_only_counted_when_asked(chains, first, lines):
    found = tree.forest(chains, "all namespaces", only_unhealthy=True).splitlines()
    assert found[0] == first
    assert len(found) == lines
