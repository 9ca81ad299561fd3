# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import lets_encrypt
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.lets_encrypt import EXACT_SET

NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("profile", "now", "span"),
    [
        (None, NOW, 90 * DAY),
        ("classic", datetime(2027, 2, 10, tzinfo=timezone.utc), 64 * DAY),
        ("classic", datetime(2028, 2, 16, tzinfo=timezone.utc), 45 * DAY),
        ("tlsserver", NOW, 45 * DAY),
        ("shortlived", NOW, 160 * HOUR),
        ("new", NOW, None),
    ],
)
def test_lifetime(profile, now, span):
    assert lets_encrypt.lifetime(profile, now) == span


def test_names():
    assert [lets_encrypt.most_names(each) for each in (None, "tlsserver", "new")] == [100, 25, None]


@pytest.mark.parametrize(
    ("ages", "free"),
    [
        ([], None),
        ([0, 0, 0, 0], None),
        ([0, 0, 0, 0, 0], 33.6),
        ([10, 10, 10, 10, 10], 23.6),
        ([34, 34, 34, 34, 34], None),
        ([200, 0, 0, 0, 0], None),
        ([50, 50, 50, 50, 50, 0], 33.6 - (50 - 33.6)),
        ([160, 120, 80, 40, 0], None),
    ],
)
def test_limit_is_a_bucket_that_fills_again(ages, free):
    found = lets_encrypt.free_at(EXACT_SET, [NOW - age * HOUR for age in ages], NOW)
    assert (found is None) if free is None else abs((found - NOW) / HOUR - free) < 0.01


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("www.example.org", "example.org"),
        ("*.Example.org", "example.org"),
        ("example.org", "example.org"),
        ("a.b.example.co.uk", "example.co.uk"),
        ("co.uk", "co.uk"),
        ("www.example.de", "example.de"),
        ("shop.net.example", "net.example"),
    ],
)
def test_registered_domain(name, domain):
    assert lets_encrypt.registered_domain(name) == domain
