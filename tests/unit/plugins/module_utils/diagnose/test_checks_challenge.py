# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import causes
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.finding import ERROR, WARNING
from ansible_collections.certops.kubernetes.tests.unit import issuance as made
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.issuance import only

URN = "urn:ietf:params:acme:error:"
TITLE = "Challenge shop/www-1-2-3"
HOST = live.HOST


@pytest.mark.parametrize(("state", "said"), [("", "pending"), ("processing", "processing")])
def test_the_state_is_named(state, said):
    found = only(made.challenging(made.challenge("no idea", state=state)))
    assert found.message == f"HTTP-01 for {HOST} is {said}: no idea"


def accepted(problem):
    return f"Error accepting authorization: acme: authorization error for {HOST}: {problem}"


@pytest.mark.parametrize(
    ("state", "reason", "code", "words"),
    [
        (
            "invalid",
            accepted(f"403 {URN}unauthorized: 192.0.2.1: Invalid response from http://x: 404"),
            "acme.unauthorized",
            f"validation of {HOST} by HTTP-01: the server got no proof that the name is yours: 192.0.2.1:",
        ),
        (
            "invalid",
            accepted(f"400 {URN}connection: Timeout during connect"),
            "acme.connection",
            "can't reach the host",
        ),
        ("invalid", accepted(f"400 {URN}dns: DNS problem: NXDOMAIN"), "acme.dns", "can't resolve the name"),
        ("invalid", accepted(f"403 {URN}caa: CAA record"), "acme.caa", "forbids this CA to issue"),
        ("invalid", accepted(f"400 {URN}tls: handshake failure"), "acme.tls", "no TLS session"),
        ("invalid", accepted(f"400 {URN}incorrectResponse: other"), "acme.incorrect_response", "another answer"),
        ("invalid", accepted(f"500 {URN}serverInternal: oops"), "acme.server_internal", "error of its own"),
        ("invalid", "DNS problem: SERVFAIL looking up CAA for a.b", "acme.dns", "SERVFAIL"),
        (
            "errored",
            f"Failed to retrieve Order resource: 429 {URN}rateLimited: too many new orders",
            "acme.rate_limited",
            "the limit of new orders of the account is reached: too many new orders",
        ),
        (
            "pending",
            f"Error accepting challenge: 429 {URN}rateLimited: too many requests",
            "acme.rate_limited",
            "a rate limit",
        ),
        ("errored", "unexpected non-ACME API error: odd", "challenge.errored", "is errored: unexpected non-ACME"),
        (
            "expired",
            f"Error accepting challenge: 400 {URN}malformed: Cannot update challenge with status invalid, only …",
            "challenge.already_invalid",
            "reason was lost",
        ),
        ("invalid", "", "challenge.invalid", f"HTTP-01 for {HOST} is invalid: no reason given"),
        ("expired", "", "challenge.expired", "is expired"),
    ],
)
def test_the_acme_server_refuses(state, reason, code, words):
    found = only(made.challenging(made.challenge(reason, state=state)))
    assert (found.code, found.severity, found.object) == (code, ERROR, TITLE)
    assert words in found.message
    assert found.remedy


@pytest.mark.parametrize(
    ("challenge", "found"),
    [
        (made.challenge(age=30), []),
        (made.challenge(age=90), [("challenge.silent", ERROR)]),
        (made.challenge(age=None), []),
        (made.challenge(age=90, processing=False, state=""), [("challenge.not_scheduled", WARNING)]),
        (made.challenge("no idea", age=30), [("challenge.pending", WARNING)]),
        (made.challenge("dial tcp: guessed only when it failed", age=90), [("challenge.pending", ERROR)]),
    ],
)
def test_a_challenge_that_does_not_move(challenge, found):
    assert [(f.code, f.severity) for f in causes.run_all(made.challenging(challenge))] == found
