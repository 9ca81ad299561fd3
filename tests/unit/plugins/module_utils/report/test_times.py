# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.report import times

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=62), "in 62 d"),
        (timedelta(hours=-3), "3 h ago"),
        (timedelta(days=729), "in 729 d"),
        (timedelta(days=730), "in 2 years"),
        (timedelta(days=-3650), "10 years ago"),
        (timedelta(0), "in 0 s"),
    ],
)
def test_away(span, words):
    assert times.away(span) == words


def test_a_time_as_it_is_shown():
    shown = times.When("in 2 d", "3 Mar 2026", "2026-03-03T12:00:00Z")
    assert times.when("2026-03-03T12:00:00Z", NOW) == shown
    assert times.when(None, NOW) is None


def test_what_is_no_time():
    with pytest.raises(ValueError, match="tomorrow"):
        times.when("tomorrow", NOW)
