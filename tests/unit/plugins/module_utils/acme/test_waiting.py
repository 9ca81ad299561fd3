# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.acme.waiting import pause, wait
from ansible_collections.certops.kubernetes.tests.unit.fakes import START, Time


def state(name, wait_seconds=None, seen_at=None):
    retry_at = None if wait_seconds is None else START + timedelta(seconds=wait_seconds)
    return SimpleNamespace(name=name, retry_at=retry_at, seen_at=seen_at)


def test_without_a_hint_looks_become_rarer():
    pauses = [pause(state("busy"), START, 0.1, looks, 100.0) for looks in range(4)]
    assert pauses == pytest.approx([0.1, 0.16, 0.256, 0.4096])
    assert pause(state("busy"), START, 0.1, 500, 100.0) == 5.0


def test_the_servers_time_is_kept_and_the_deadline_too():
    assert pause(state("busy", 3), START, 0.1, 0, 100.0) == 3.0
    assert pause(state("busy", 3 * 3600), START, 0.1, 0, 100.0) == 100.0
    assert pause(state("busy", 0), START, 0.1, 0, 100.0) == 0.1
    assert pause(state("busy", 0.002), START, 0.1, 0, 100.0) == 0.1
    assert pause(state("busy"), START, 0.1, 0, -1.0) == 0.0


@pytest.mark.parametrize(
    ("wait_seconds", "since", "expected"),
    [
        (None, 0.06, 0.04),
        (None, 0.5, 0.0),
        (3, 2.0, 1.0),
        (3, 4.0, 0.0),
        (3, -7200.0, 3.0),  # the clock was set back
    ],
)
def test_what_has_passed_since_the_answer_is_not_waited_for_again(wait_seconds, since, expected):
    seen = state("busy", wait_seconds, START)
    assert pause(seen, START + timedelta(seconds=since), 0.1, 0, 100.0) == pytest.approx(expected)


def looks(*states):
    given = iter(states)
    return lambda: next(given)


def test_nothing_is_asked_when_it_is_done_already():
    assert wait(state("done"), looks(), lambda s: s.name == "done", 0.1, 10.0, Time().clock()).name == "done"


def test_waits_as_asked_until_done():
    time = Time()
    found = wait(
        state("busy", 2), looks(state("busy", 5), state("done")), lambda s: s.name == "done", 0.1, 60, time.clock()
    )
    assert (found.name, time.naps) == ("done", [2.0, 3.0])


def test_looks_once_more_at_the_deadline_and_then_says_how_it_is():
    time = Time()
    found = wait(state("busy", 3600), looks(state("busy", 3600)), lambda s: False, 0.1, 10, time.clock())
    assert (found.name, time.naps) == ("busy", [10.0])
