# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.acme.retry import (
    MOST_BAD_NONCES,
    MOST_FAILURES,
    Decision,
    Failure,
    Tries,
    Verdict,
    backoff,
    decide,
)

NONCE = Failure(400, "badNonce")
CUT = Failure(0)


def verdicts(failure, repeatable=True, remaining=1000.0, most=100):
    """What is decided on the same failure again and again, until it isn't AGAIN, and the pauses before that."""
    tries, pauses = Tries(), []
    for _number in range(most):
        decision = decide(failure, tries, repeatable, remaining, 0.0)
        if decision.verdict is not Verdict.AGAIN:
            return decision.verdict, pauses
        tries, pauses = decision.tries, [*pauses, decision.pause]
    return Verdict.AGAIN, pauses


@pytest.mark.parametrize("repeatable", [True, False])
def test_refused_nonces_are_tried_often_and_at_first_at_once(repeatable):
    verdict, pauses = verdicts(NONCE, repeatable)
    assert verdict is Verdict.GIVE_UP
    assert len(pauses) == MOST_BAD_NONCES == 32
    assert pauses[:7] == [0.0] * 7
    assert pauses[7:10] == [0.25, 0.5, 1.0]
    assert max(pauses) == 8.0


@pytest.mark.parametrize("failure", [Failure(429, wait=3.0), Failure(503, wait=3.0), Failure(400, "rateLimited", 3.0)])
@pytest.mark.parametrize("repeatable", [True, False])
def test_busy_servers_are_waited_for_as_long_as_they_ask_within_the_deadline(failure, repeatable):
    assert decide(failure, Tries(), repeatable, 10.0, 0.5) == Decision(Verdict.AGAIN, 3.0, Tries(busy=1))
    assert decide(failure, Tries(), repeatable, 3.0, 0.5).verdict is Verdict.GIVE_UP
    assert verdicts(failure, repeatable) == (Verdict.AGAIN, [3.0] * 100)


def test_a_busy_server_that_names_no_time_is_asked_less_and_less_often():
    assert verdicts(Failure(503), most=8)[1] == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]


@pytest.mark.parametrize("failure", [CUT, *(Failure(status) for status in (408, 500, 502, 504))])
def test_what_may_have_been_done_is_repeated_only_where_that_is_harmless(failure):
    verdict, pauses = verdicts(failure)
    assert (verdict, len(pauses)) == (Verdict.GIVE_UP, MOST_FAILURES - 1)
    assert sum(pauses) < 17
    assert decide(failure, Tries(), False, 1000.0, 0.0).verdict is Verdict.LOOK


def test_what_was_never_sent_is_repeated_whatever_it_is():
    verdict, pauses = verdicts(Failure(0, sent=False), repeatable=False)
    assert (verdict, len(pauses)) == (Verdict.GIVE_UP, MOST_FAILURES - 1)


@pytest.mark.parametrize(
    "failure",
    [Failure(0, sent=False, final=True), *(Failure(status, "malformed", 1.0) for status in (400, 401, 403, 404, 409))],
)
def test_refusals_are_final(failure):
    assert decide(failure, Tries(), True, 1000.0, 0.0) == Decision(Verdict.GIVE_UP)


def test_each_kind_of_failure_is_counted_by_itself():
    tries = Tries()
    for failure in (NONCE, CUT, Failure(429), NONCE):
        tries = decide(failure, tries, True, 1000.0, 0.0).tries
    assert tries == Tries(bad_nonces=2, busy=1, unanswered=1)


def test_chance_spreads_by_up_to_a_half():
    assert [backoff(2, chance) for chance in (0.0, 0.5, 1.0)] == [1.0, 0.75, 0.5]
