# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.x509.renewal import (
    renewal_time,
    unattended_renewal_time,
)

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("lifetime", "renew_before", "percentage", "due"),
    [
        pytest.param(90 * DAY, None, None, 60 * DAY, id="two thirds"),
        pytest.param(90 * DAY, 10 * DAY, None, 80 * DAY, id="renew before"),
        pytest.param(90 * DAY, None, 25, 67.5 * DAY, id="percentage"),
        pytest.param(90 * DAY, 10 * DAY, 25, 80 * DAY, id="renew before wins"),
        pytest.param(DAY, DAY, None, 16 * HOUR, id="as long as the lifetime: ignored"),
        pytest.param(DAY, 2 * DAY, 50, 12 * HOUR, id="longer than the lifetime: percentage"),
        pytest.param(DAY, timedelta(0), None, 16 * HOUR, id="zero: ignored"),
        pytest.param(DAY, None, 0, 16 * HOUR, id="0 %: ignored"),
        pytest.param(DAY, None, 100, 16 * HOUR, id="100 %: ignored"),
        pytest.param(DAY, None, 99, timedelta(minutes=14, seconds=24), id="99 %"),
        pytest.param(timedelta(seconds=10), None, None, timedelta(seconds=6), id="cut to the second"),
        # float64 makes 84 % of it 788788140.000000128 s, so Go's truncation is a second earlier.
        pytest.param(timedelta(seconds=939033500), None, 84, timedelta(seconds=150245359), id="Go's rounding"),
    ],
)
def test_is_due_when_cert_manager_would_renew(lifetime, renew_before, percentage, due):
    assert renewal_time(START, START + lifetime, renew_before, percentage) == START + due


@pytest.mark.parametrize(
    ("lifetime", "renew_before", "percentage", "due"),
    [
        pytest.param(90 * DAY, None, None, 60 * DAY, id="two thirds"),
        pytest.param(10 * DAY, None, None, 160 * HOUR, id="ten days: two thirds"),
        pytest.param(6 * DAY, None, None, 3 * DAY, id="short: half"),
        pytest.param(6 * DAY, DAY, None, 5 * DAY, id="renew before wins"),
        pytest.param(6 * DAY, 7 * DAY, None, 3 * DAY, id="longer than the lifetime: half"),
        pytest.param(6 * DAY, None, 25, 4.5 * DAY, id="percentage wins"),
    ],
)
def test_without_a_controller_short_lives_are_halved(lifetime, renew_before, percentage, due):
    assert unattended_renewal_time(START, START + lifetime, renew_before, percentage) == START + due
