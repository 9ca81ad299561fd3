# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import timedelta

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.spec import duration

SIZES = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3}


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2160h", timedelta(days=90)),
        ("2160h0m0s", timedelta(days=90)),
        ("1h30m", timedelta(minutes=90)),
        ("1.5h", timedelta(minutes=90)),
        ("300ms", timedelta(milliseconds=300)),
        ("5us", timedelta(microseconds=5)),
        ("5µs", timedelta(microseconds=5)),
        ("5000ns", timedelta(microseconds=5)),
        ("0s", timedelta()),
    ],
)
def test_reads_go_durations(text, span):
    assert duration.parse(text) == span


def test_days_where_they_are_allowed():
    assert duration.parse("20d12h", days=True) == timedelta(days=20, hours=12)


@pytest.mark.parametrize("text", ["", "h", "10", "1h ", " 1h", "1h30", "1 h", "-1h", "1h\n", "1w", "1d", "1.h", "٣h"])
def test_refuses_what_go_does(text):
    with pytest.raises(ValueError, match="duration"):
        duration.parse(text)


@pytest.mark.parametrize("text", ["2562048h", "9" * 400 + "h", "106752d"])
def test_refuses_more_than_go_can_hold(text):
    with pytest.raises(ValueError, match="292 years"):
        duration.parse(text, days=True)


@pytest.mark.parametrize("first", SIZES)
@pytest.mark.parametrize("second", SIZES)
@pytest.mark.parametrize("number", [0, 1, 59, 1000])
def test_parts_add_up(first, second, number):
    expected = timedelta(seconds=number * SIZES[first] + 2 * SIZES[second])
    assert duration.parse(f"{number}{first}2{second}") == expected


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(), "0 s"),
        (timedelta(seconds=119), "119 s"),
        (timedelta(seconds=120), "2 min"),
        (timedelta(minutes=119), "119 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=2), "2 d"),
        (timedelta(days=90), "90 d"),
        (timedelta(days=-3), "-3 d"),
    ],
)
def test_says_a_span_in_words(span, words):
    assert duration.in_words(span) == words
