# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import parallel


@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_results_come_in_the_order_of_the_items(count):
    assert parallel.each(lambda item: item * 2, list(range(count))) == [item * 2 for item in range(count)]


def test_items_are_worked_on_at_the_same_time():
    barrier = threading.Barrier(parallel.WORKERS, timeout=5)
    assert len(parallel.each(lambda _item: barrier.wait(), list(range(parallel.WORKERS)))) == parallel.WORKERS


def test_every_call_is_finished_before_an_error_is_raised():
    finished = []

    def work(item):
        if item == 0:
            raise ValueError("first")
        finished.append(item)

    with pytest.raises(ValueError, match="first"):
        parallel.each(work, list(range(20)))
    assert sorted(finished) == list(range(1, 20))
