# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.acme_problem import (
    Problem,
    from_document,
    guess,
    parse,
)

URN = "urn:ietf:params:acme:error:"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", None),
        ("wrong status code '404', expected '200'", None),
        (
            f"Failed to create Order: 429 {URN}rateLimited: too many new orders",
            Problem("rateLimited", 429, "too many new orders"),
        ),
        (f"403 {URN}unauthorized: ", Problem("unauthorized", 403)),
        (
            f"{URN}caa: CAA record for a.b prevents issuance",
            Problem("caa", None, "CAA record for a.b prevents issuance"),
        ),
        ("400 urn:acme:error:badNonce: old drafts", Problem("badNonce", 400, "old drafts")),
        (f"400 {URN}BADNONCE: other spelling", Problem("badNonce", 400, "other spelling")),
        (f"400 {URN}somethingNew: words", Problem("somethingNew", 400, "words")),
        (
            f"acme: authorization error for a: 400 {URN}dns: no A; 400 {URN}connection: refused",
            Problem("dns", 400, "no A"),
        ),
        (
            f"403 {URN}compound: see below; subproblems:\n\t{URN}caa: [dns: a.b] no\n\t{URN}malformed: bad",
            Problem("compound", 403, "see below", (("a.b", "caa", "no"), ("", "malformed", "bad"))),
        ),
    ],
)
def test_parse(text, found):
    assert parse(text) == found


def test_a_line_of_subproblems_without_a_type_is_left_out():
    assert parse(f"400 {URN}compound: two; subproblems:\n\tnothing of the kind").subproblems == ()


@pytest.mark.parametrize(
    ("detail", "limit"),
    [
        (
            "too many certificates (5) already issued for this exact set of identifiers",
            "certificates for exactly these names",
        ),
        ("too many certificates already issued for exact set of domains: a.b", "certificates for exactly these names"),
        ('too many certificates (50) already issued for "example.com"', "certificates for the registered domain"),
        ('too many failed authorizations (5) for "a.b" in the last 1h0m0s', "failed validations of a name"),
        ("too many new orders (300) from this account", "new orders of the account"),
        ("too many new registrations (10) from this IP address", "new accounts from one address"),
        ("too many currently pending authorizations: pending authorizations", "pending authorizations of the account"),
        ("slow down", None),
    ],
)
def test_limit(detail, limit):
    assert Problem("rateLimited", 429, detail).limit == limit


@pytest.mark.parametrize(
    ("detail", "when"),
    [
        ("retry after 2026-03-05 12:34:56 UTC: see https://…", datetime(2026, 3, 5, 12, 34, 56, tzinfo=timezone.utc)),
        ("retry after 2026-03-05T12:34:56Z", datetime(2026, 3, 5, 12, 34, 56, tzinfo=timezone.utc)),
        ("retry after a while", None),
    ],
)
def test_retry_at(detail, when):
    assert Problem("rateLimited", 429, detail).retry_at == when


@pytest.mark.parametrize(
    ("detail", "kind"),
    [
        ("CAA record for example.org prevents issuance", "caa"),
        ("DNS problem: NXDOMAIN looking up A for www.example.org", "dns"),
        ("no valid AAAA records found for a.b", "dns"),
        ("192.0.2.1: Invalid response from http://a.b/.well-known/acme-challenge/t: 404", "unauthorized"),
        ("Non-200 status code from HTTP: http://a.b/… returned 404", "unauthorized"),
        ('Incorrect TXT record "x" found at _acme-challenge.a.b', "unauthorized"),
        ("192.0.2.1: Fetching http://a.b/: Timeout during connect (likely firewall problem)", "connection"),
        ("192.0.2.1: Fetching http://a.b/: Connection refused", "connection"),
        ("remote error: tls: unrecognized name", "tls"),
        ("something else", None),
    ],
)
def test_guess(detail, kind):
    found = guess(detail)
    assert found == (Problem(kind, None, detail) if kind else None)


def test_evidence_leaves_out_what_is_not_said():
    assert Problem("caa").as_evidence() == {"type": "caa"}
    whole = Problem("compound", 400, "two", (("a.b", "dns", "no A"), ("", "caa", "")))
    assert whole.as_evidence() == {
        "type": "compound",
        "status": 400,
        "detail": "two",
        "subproblems": ["a.b dns no A", "caa"],
    }


def test_a_document_in_full():
    document = {
        "type": "urn:ietf:params:acme:error:RATELIMITED",
        "title": "Too many",
        "detail": "too many new orders, retry after 2026-03-05 12:34:56 UTC: see the documentation",
        "status": 429,
        "subproblems": [
            {"type": "urn:acme:error:caa", "detail": "no", "identifier": {"type": "dns", "value": "a.b"}},
            {"type": "about:blank"},
            "nonsense",
        ],
    }
    after = datetime(2026, 3, 1, tzinfo=timezone.utc)
    found = from_document(document, 503, after)
    assert (found.type, found.status, found.title) == ("rateLimited", 429, "Too many")
    assert found.subproblems == (("a.b", "caa", "no"), ("", "", ""))
    assert found.document is document
    # The header says it more exactly than the detail.
    assert found.retry_at == after
    assert from_document(document).retry_at == datetime(2026, 3, 5, 12, 34, 56, tzinfo=timezone.utc)


def test_a_document_that_says_nothing():
    assert from_document({}, 500) == Problem("", 500)
    assert from_document({"type": "https://ca.test/own", "status": "odd"}, 400) == Problem("https://ca.test/own", 400)
