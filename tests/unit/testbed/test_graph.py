# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading

import pytest

from tests.testbed.graph import Task, run_all


def test_tasks_come_after_their_needs():
    order = []
    tasks = {
        "ground": Task(lambda _: order.append("ground")),
        "walls": Task(lambda _: order.append("walls"), ["ground"]),
        "roof": Task(lambda _: order.append("roof"), ["walls"]),
    }
    run_all(tasks)
    assert order == ["ground", "walls", "roof"]


def test_tasks_without_needs_run_side_by_side():
    meeting = threading.Barrier(2, timeout=10)
    run_all({"one": Task(lambda _: meeting.wait()), "other": Task(lambda _: meeting.wait())})
    assert not meeting.broken


def test_a_failure_stops_what_needs_it_and_tells_the_others():
    told = []

    def fail(_abandoned):
        raise ValueError("broken")

    tasks = {
        "other": Task(lambda abandoned: told.append(abandoned.wait(10))),
        "failing": Task(fail),
        "after": Task(lambda _: told.append("after"), ["failing"]),
    }
    with pytest.raises(ValueError, match="broken"):
        run_all(tasks)
    assert told == [True]


def test_a_need_has_to_come_before():
    with pytest.raises(KeyError):
        run_all({"first": Task(lambda _: None, ["second"]), "second": Task(lambda _: None)})


def test_nothing_to_do():
    run_all({})
