# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.spec.direct import failure

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
DAYS = timedelta(days=90)


def fail(before=None, wanted="a", lifetime=DAYS, retry_at=None):
    return failure.after(before, NOW, "no", wanted, lifetime, retry_at)


@pytest.mark.parametrize(("count", "minutes"), [(1, 1), (2, 10), (3, 100), (4, 24 * 60), (5, 24 * 60), (99, 24 * 60)])
def test_climbs_the_ladder(count, minutes):
    assert failure.pause(count) == timedelta(minutes=minutes)


@pytest.mark.parametrize(("days", "hours"), [(6, 1.6), (45, 12), (398, 24)])
def test_shorter_lives_shorten_the_steps(days, hours):
    assert failure.pause(4, timedelta(days=days)) == timedelta(hours=hours)


def test_no_step_is_under_a_minute():
    assert failure.pause(1, timedelta(hours=1)) == timedelta(minutes=1)


def test_counts_failures_of_the_same_wish():
    assert [fail(fail()).count, fail(fail(), wanted="b").count] == [2, 1]


@pytest.mark.parametrize(("seconds", "next_try"), [(3600, 3600), (5, 60), (-5, 60)])
def test_the_ca_may_make_it_later_but_not_sooner(seconds, next_try):
    assert fail(retry_at=NOW + timedelta(seconds=seconds)).next_try == NOW + timedelta(seconds=next_try)


def test_holds_until_the_next_try():
    failed = fail()
    assert failed.holds(NOW, "a")
    assert not failed.holds(NOW + timedelta(minutes=1), "a")


def test_another_wish_is_held_only_by_the_ca():
    assert not fail().holds(NOW, "b")
    assert fail(retry_at=NOW + timedelta(hours=1)).holds(NOW, "b")


def test_is_kept_as_it_is():
    failed = fail(retry_at=NOW + timedelta(hours=1))
    assert failure.from_json(failed.as_json()) == failed
    assert failure.from_json({}) is None


def test_the_problem_is_kept_as_it_came():
    problem = {"type": "urn:ietf:params:acme:error:caa", "detail": "forbidden", "subproblems": []}
    kept = failure.after(None, NOW, "no", "a", DAYS, None, problem)
    assert failure.from_json(kept.as_json()) == kept
    assert kept.problem == problem
    assert "problem" not in fail().as_json()
