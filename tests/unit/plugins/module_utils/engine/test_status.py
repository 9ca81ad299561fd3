# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import status
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import ApiError, Forbidden
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.selection import Selection
from ansible_collections.certops.kubernetes.tests.unit import acme_chain, live
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time

WWW = Selection("shop", name="www")
READY = (
    live.ready_certificate(),
    live.issuer(live.condition("Ready", True)),
    live.secret(acme_chain.ISSUED),
)


def look(*objects, selection=WWW, refuse=(), missing=(), **how):
    fake = FakeCluster(Time(), *objects)
    fake.missing_kinds |= set(missing)
    for request in refuse:
        fake.refuse(request, Forbidden(request, 403, {"message": "you may not"}))
    outcome = status.look(fake.run(), selection, **how)
    assert (outcome.changed, outcome.diff) == (False, ())
    return outcome.facts, fake.requests


def codes(facts):
    return [finding["code"] for finding in facts["findings"]]


def test_a_healthy_certificate_has_no_findings():
    facts, requests = look(*READY)
    [found] = facts["certificates"]
    assert (found["ready"], found["secret"]["key_matches"], found["findings"]) == (True, True, [])
    assert facts["findings"] == []
    assert {request.split()[0] for request in requests} == {"get", "list"}


def test_an_order_that_waits_is_shown_with_its_cause():
    facts, _requests = look(*acme_chain.OBJECTS)
    [found] = facts["certificates"]
    [challenge] = found["requests"][0]["orders"][0]["challenges"]
    assert challenge["reason"] == acme_chain.REASON
    assert challenge["solver"]["pods"][0]["ready"]
    assert found["findings"] == facts["findings"]
    assert codes(facts)[0].startswith("self_check.")
    assert codes(facts)[-1] == "certificate.pending"
    assert f"Challenge www-1-2-3: HTTP-01 for {live.HOST}, pending: {acme_chain.REASON}" in facts["msg"]


@pytest.mark.parametrize(
    ("selection", "code", "message"),
    [
        (WWW, ["certificate.missing"], "No Certificate found for Certificate shop/www."),
        (Selection(), [], "No Certificate found for all namespaces."),
        (Selection("shop", ingress="www"), ["ingress.missing"], "No Certificate found for Ingress shop/www."),
    ],
)
def test_says_when_there_is_nothing(selection, code, message):
    facts, _requests = look(selection=selection)
    assert (facts["certificates"], codes(facts)) == ([], code)
    assert facts["msg"].startswith(message)


@pytest.mark.parametrize("selection", [WWW, Selection()])
def test_says_when_cert_manager_is_not_installed(selection):
    facts, _requests = look(selection=selection, missing=["Certificate"])
    assert codes(facts) == ["crd.missing"]


@pytest.mark.parametrize("selection", [WWW, Selection("shop")])
def test_fails_when_certificates_can_not_be_read(selection):
    with pytest.raises(ApiError, match="you may not"):
        look(*READY, selection=selection, refuse=["get Certificate shop/www", "list certificates in shop"])


def test_a_missing_certificate_needs_no_right_to_list():
    facts, _requests = look(refuse=["list certificates in shop"])
    assert codes(facts) == ["certificate.missing"]


def test_goes_on_without_the_right_to_read_the_rest():
    refused = ["get Secret shop/www-tls", "list events in shop", "get Issuer shop/shop-ca"]
    facts, _requests = look(*READY, refuse=refused)
    [found] = facts["certificates"]
    assert found["unreadable"] == {name: "you may not" for name in ("secrets", "events", "issuers")}
    assert (found["secret"]["exists"], found["secret"]["key_matches"], found["issuer"]["exists"]) == (None, None, None)
    assert set(codes(facts)) == {"evidence.unreadable"}
    assert "not seen: events, issuers, secrets" in facts["msg"]


def test_selects_by_host_without_ingresses_as_far_as_possible():
    facts, _requests = look(*READY, selection=Selection("shop", host=live.HOST), refuse=["list ingresses in shop"])
    assert [item["name"] for item in facts["certificates"]] == ["www"]
    assert codes(facts)[-1] == "evidence.unreadable"


def test_many_are_read_in_as_few_requests_as_one():
    few = len(look(*READY, selection=Selection())[1])
    others = [live.ready_certificate(name=f"c{number}") for number in range(9)]
    secrets = [live.secret(acme_chain.ISSUED, f"c{number}-tls") for number in range(9)]
    facts, requests = look(*READY, *others, *secrets, selection=Selection())
    assert len(facts["certificates"]) == 10
    assert len(requests) == few + 9  # a Secret each
    assert facts["msg"].splitlines()[0] == "10 Certificates of all namespaces: 10 ready."


def test_a_cause_of_several_is_said_once():
    certificates = [live.certificate(live.condition("Ready", False), name=name) for name in ("a", "b")]
    facts, _requests = look(*certificates, selection=Selection("shop"))
    assert codes(facts).count("issuer.missing") == 1
    assert all("issuer.missing" in codes(found) for found in facts["certificates"])


@pytest.mark.parametrize(
    ("secret", "matches", "code"),
    [
        (
            live.secret(live.CA.issue(live.HOST))
            | {"data": live.data(**{"tls.crt": acme_chain.ISSUED.chain_pem, "tls.key": live.WWW.key_pem})},
            False,
            "secret.key_mismatch",
        ),
        (live.secret() | {"data": {}}, None, "secret.unreadable"),
    ],
)
def test_compares_key_and_certificate(secret, matches, code):
    facts, _requests = look(*READY[:2], secret)
    assert facts["certificates"][0]["secret"]["key_matches"] is matches
    assert code in codes(facts)


def test_evidence_holds_no_key():
    secret = live.secret(acme_chain.ISSUED)
    applied = json.dumps({"data": secret["data"]})
    secret["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"] = applied
    facts, _requests = look(*READY[:2], secret, with_evidence=True)
    said = json.dumps(facts)
    assert facts["certificates"][0]["evidence"]["secret"]["data"] == {"tls.crt": secret["data"]["tls.crt"]}
    assert secret["data"]["tls.key"] not in said
    assert "PRIVATE KEY" not in said
    assert kinds.SECRET.title("shop", "www-tls") not in codes(facts)
