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

URN = "urn:ietf:params:acme:error:"
ORDER = "Order shop/www-1-2"


DNS01 = {"dns01": {"route53": {}}}


def solving(authorization, *solvers, **more):
    item = made.order(authorizations=[authorization])
    return made.ordering(item, issuer=made.acme_issuer(solvers=list(solvers)), **more)


@pytest.mark.parametrize(
    ("authorization", "solvers", "code", "words"),
    [
        (made.authorization(), [], "order.no_solver", "can be used for www.example.test: it has none."),
        (
            made.authorization(),
            [made.HTTP01 | {"selector": {"dnsZones": ["example.org"]}}],
            "order.no_solver",
            "http-01 for dnsZones ['example.org']",
        ),
        (made.authorization(types=("dns-01",)), [made.HTTP01], "order.no_solver", "http-01 for all names"),
        (
            made.authorization(wildcard=True, types=("dns-01",)),
            [made.HTTP01],
            "order.wildcard_needs_dns01",
            "*.www.example.test",
        ),
        (
            made.authorization(wildcard=True, types=("dns-01",)),
            [DNS01 | {"selector": {"dnsNames": ["www.example.test"]}}],
            "order.wildcard_needs_dns01",
            "has no DNS-01 solver for it",
        ),
    ],
)
def test_no_solver(authorization, solvers, code, words):
    found = only(solving(authorization, *solvers))
    assert (found.code, found.severity, found.object) == (code, ERROR, ORDER)
    assert words in found.message


@pytest.mark.parametrize(
    "authorization",
    [
        made.authorization(),
        made.authorization(wildcard=True, types=("dns-01",)),
        made.authorization(types=("tls-alpn-01",)) | {"initialState": "valid"},
        {"url": "https://acme.example.org/authz/1"},
    ],
)
def test_a_name_that_is_solved(authorization):
    assert said(solving(authorization, made.HTTP01 | {"selector": {"dnsZones": ["example.test"]}}, DNS01)) == []


def test_the_order_says_itself_that_it_has_no_solver():
    told = made.event(
        made.ORDER, "Solver", "Failed to determine a valid solver configuration: may not specify more than one of"
    )
    assert said(made.ordering(made.ORDER, events=(told,))) == [("order.no_solver", ERROR, ORDER)]
    assert said(made.challenging(made.challenge(age=20), events=(told,))) == []
    failed = made.ordering(made.order("invalid", "x"), events=(told,))
    assert said(failed) == [("order.invalid", ERROR, ORDER)]


def test_a_failed_order_needs_no_solver_any_more():
    failed = made.ordering(made.order("invalid", "odd"), issuer=made.acme_issuer(solvers=[]))
    assert said(failed) == [("order.invalid", ERROR, ORDER)]


def test_no_solver_is_said_once_and_only_of_an_issuer_that_was_seen():
    told = made.event(made.ORDER, "Solver", "Failed to determine a valid solver configuration: no configured …")
    assert said(solving(made.authorization(), events=(told,))) == [("order.no_solver", ERROR, ORDER)]
    unseen = made.ordering(made.ORDER, issuer=None, errors={"issuers": "no"})
    assert [code for code, _s, _o in said(unseen)] == ["evidence.unreadable"]


def test_the_labels_of_the_order_select_its_solver():
    solver = made.HTTP01 | {"selector": {"matchLabels": {"use": "http"}, "dnsNames": []}}
    labelled = made.order(authorizations=[made.authorization()])
    labelled["metadata"]["labels"] = {"use": "http"}
    assert said(made.ordering(labelled, issuer=made.acme_issuer(solvers=[solver]))) == []
    assert "http-01 for matchLabels {'use': 'http'}." in only(solving(made.authorization(), solver)).message


def test_an_authorization_may_say_little():
    bare = {"identifier": "a.b"}
    assert said(solving(bare, made.HTTP01)) == [("order.no_solver", ERROR, ORDER)]
    offered = made.authorization(wildcard=True, types=("tls-alpn-01",))
    assert said(solving(offered, DNS01)) == [("order.no_solver", ERROR, ORDER)]


def test_an_order_may_say_little():
    failed = made.order("errored", f"429 {URN}rateLimited: slow down")
    for spec in ({}, {"dnsNames": None}, None):
        found = only(made.ordering(failed | {"spec": spec}))
        assert found.message.startswith("the order for this certificate was refused")


def test_an_issuer_without_the_field_has_no_solvers():
    bare = live.issuer(condition("Ready", True), acme={"server": made.SERVER})
    assert said(made.ordering(made.ORDER, issuer=bare)) == [("order.no_solver", ERROR, ORDER)]


EXACT = "too many certificates (5) for this exact set of identifiers, retry after 2026-03-05 12:34:56 UTC"


@pytest.mark.parametrize(
    ("state", "reason", "code", "words"),
    [
        (
            "errored",
            f"Failed to create Order: 429 {URN}rateLimited: {EXACT}",
            "acme.rate_limited",
            "the limit of certificates for exactly these names is reached, until 2026-03-05 12:34 UTC",
        ),
        (
            "errored",
            f"Failed to create Order: 429 {URN}rateLimited: slow down",
            "acme.rate_limited",
            "the order for www.example.test was refused: a rate limit is reached: slow down",
        ),
        (
            "errored",
            f"Failed to create Order: 400 {URN}rejectedIdentifier: blocked",
            "acme.rejected_identifier",
            "does not issue for such a name: blocked",
        ),
        (
            "errored",
            f"Failed to create Order: 400 {URN}badNonce: JWS has an invalid anti-replay nonce",
            "acme.bad_nonce",
            "keeps rejecting nonces",
        ),
        (
            "errored",
            f"Failed to create Order: 400 {URN}accountDoesNotExist: no",
            "acme.account_does_not_exist",
            "does not know the account",
        ),
        ("errored", f"Failed to retrieve Order resource: 404 {URN}malformed: no order", "acme.malformed", "no order"),
        ("errored", f"Failed to finalize Order: 400 {URN}badCSR: bad", "acme.bad_csr", "signing request: bad"),
        ("errored", f"Failed to finalize Order: 403 {URN}orderNotReady: soon", "acme.order_not_ready", "soon"),
        (
            "errored",
            f"Failed to create Order: 409 {URN}alreadyReplaced: by 17",
            "acme.already_replaced",
            "renewed already",
        ),
        (
            "errored",
            f"Failed to finalize Order: 400 {URN}badPublicKey: weak",
            "acme.bad_public_key",
            "accept the key: weak",
        ),
        (
            "errored",
            f"Failed to create Order: 400 {URN}badSignatureAlgorithm: use ES256",
            "acme.bad_signature_algorithm",
            "the account key's algorithm: use ES256",
        ),
        (
            "errored",
            f"Failed to create Order: 400 {URN}unsupportedIdentifier: no IP addresses",
            "acme.unsupported_identifier",
            "this kind of name: no IP addresses",
        ),
        ("errored", f"Failed to create Order: 500 {URN}serverInternal: oops", "acme.server_internal", "oops"),
        ("errored", f"Failed to create Order: 400 {URN}neverHeard: of", "acme.never_heard", "problem neverHeard: of"),
        (
            "errored",
            f"Failed to create Order: 403 {URN}caa: ; subproblems:\n\t{URN}caa: [dns: a.b] no\n\t{URN}dns: x",
            "acme.caa",
            "a.b, caa: no; all names, dns: x",
        ),
        ("errored", f"Failed to create Order: 403 {URN}caa: ", "acme.caa", "no details given"),
        (
            "errored",
            "Failed to create Order: acme: certificate authority does not advertise a profile with name short",
            "acme.invalid_profile",
            "with name short",
        ),
        (
            "errored",
            "challenges is forbidden: exceeded quota: q, requested: count/challenges=1",
            "quota.exceeded",
            "ResourceQuota q leaves no room",
        ),
        ("invalid", "", "order.invalid", "is invalid: no reason given"),
        ("expired", "", "order.expired", "is expired: no reason given"),
        ("errored", "odd", "order.errored", "is errored: odd"),
    ],
)
def test_order(state, reason, code, words):
    found = only(made.ordering(made.order(state, reason)))
    assert (found.code, found.severity, found.object) == (code, ERROR, ORDER)
    assert words in found.message
    assert found.remedy


def test_the_time_of_the_next_try_is_data():
    found = only(made.ordering(made.order("errored", f"429 {URN}rateLimited: {EXACT}")))
    assert found.evidence == {
        "type": "rateLimited",
        "status": 429,
        "detail": EXACT,
        "retry_at": "2026-03-05T12:34:56Z",
    }


@pytest.mark.parametrize(
    ("status", "age", "found"),
    [
        ({"state": "", "url": "", "authorizations": []}, 4, []),
        ({"state": "", "url": "", "authorizations": []}, 6, [("order.not_made", WARNING, ORDER)]),
        ({"state": "", "url": "", "authorizations": []}, 60, [("order.not_made", ERROR, ORDER)]),
        ({"state": "", "url": "", "authorizations": []}, None, []),
        ({"state": "processing"}, 5, []),
        ({"state": "processing"}, 60, [("order.processing", WARNING, ORDER)]),
        ({"state": "ready"}, 60, [("order.processing", WARNING, ORDER)]),
        ({"state": "pending"}, 60, []),
    ],
)
def test_an_order_that_does_not_move(status, age, found):
    assert said(made.ordering(made.order(age=age, **status))) == found


def test_an_order_waits_for_its_issuer():
    broken = made.acme_issuer(condition("Ready", False, "Unheard", "of"))
    stuck = made.order(state="", url="", authorizations=[])
    assert [code for code, _s, _o in said(made.ordering(stuck, issuer=broken))] == ["issuer.not_ready"]
    unseen = made.ordering(stuck, issuer=None, errors={"issuers": "no"})
    assert [code for code, _s, _o in said(unseen)] == ["order.not_made", "evidence.unreadable"]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("Failed to create Order", "does not let this account do that: no"),
        ("Failed to finalize Order", "got no proof that the name is yours: no"),
    ],
)
def test_unauthorized_means_the_account_until_there_is_something_to_validate(reason, words):
    assert words in only(made.ordering(made.order("errored", f"{reason}: 403 {URN}unauthorized: no"))).message
