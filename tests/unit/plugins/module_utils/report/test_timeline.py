# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import itertools

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.report import timeline
from ansible_collections.certops.kubernetes.tests.browser import sample
from ansible_collections.certops.kubernetes.tests.unit.fleets import DAY, NOW


def draw(result):
    return timeline.draw(result, NOW)


def test_the_first_to_end_comes_first():
    picture = draw(sample.mixed())
    assert [(line.label, line.words, line.state) for line in picture.bars[:3]] == [
        ("old.example.test", "ended 3 d ago", "error"),
        ("short.example.test", "in 5 d", "warning"),
        ("api.example.test", "in 9 d", "warning"),
    ]
    assert (picture.count, picture.later, picture.unknown) == (8, 0, 2)
    assert picture.bins == ()


def test_what_lasts_for_years_does_not_press_the_others_together():
    *others, last = draw(sample.mixed()).bars
    assert (last.words, last.beyond, last.end) == ("in 10 years", True, 100.0)
    assert not any(line.beyond for line in others)
    assert max(line.end for line in others) > 75


def test_what_is_over_is_drawn_up_to_now():
    picture = draw(sample.mixed())
    over = picture.bars[0]
    assert over.start < over.end == picture.now


def test_the_renewal_lies_between_now_and_the_end():
    picture = draw(sample.mixed())
    assert all(line.start <= line.renewal <= line.end for line in picture.bars)
    overdue = next(line for line in picture.bars if line.label == "api.example.test")
    assert overdue.renewal == overdue.start


def test_a_long_name_keeps_both_ends():
    label = next(line.label for line in draw(sample.mixed()).bars if "…" in line.label)
    assert (len(label), label[:6], label[-5:]) == (34, "a-rath", ".test")


def test_of_many_the_columns_count_all():
    picture = draw(sample.many())
    assert (len(picture.bars), picture.later, picture.count) == (24, 36, 60)
    tallest = max(
        sum(item.height for item in group) for _left, group in itertools.groupby(picture.bins, lambda b: b.left)
    )
    assert tallest == pytest.approx(100, abs=0.1)
    assert all(0 <= item.top <= item.top + item.height <= 100.01 for item in picture.bins)


@pytest.mark.parametrize("days", [0.5, 2, 6, 20, 45, 89, 100, 150, 300, 500, 1500, 3000, 90000])
def test_marks_are_few_and_apart(days):
    axis = timeline.Axis.over(NOW, [NOW + days * DAY])
    places = [place for place, _day in axis.marks()]
    assert 1 <= len(places) <= 7
    assert all(later - earlier > 10 for earlier, later in itertools.pairwise([axis.place(NOW), *places]))
    assert places[-1] < 93


def test_nothing_has_a_date():
    picture = draw({"hosts": [], "certificates": [], "findings": []})
    assert (picture.bars, picture.count) == ((), 0)
