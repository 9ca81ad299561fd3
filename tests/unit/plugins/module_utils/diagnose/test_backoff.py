# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import backoff
from ansible_collections.certops.kubernetes.tests.unit import live

FAILED = {"lastFailureTime": "2026-03-01T12:00:00Z"}


@pytest.mark.parametrize(
    ("conditions", "status", "hours"),
    [
        ([], FAILED, 13),
        ([], FAILED | {"failedIssuanceAttempts": 3}, 16),
        ([live.condition("Issuing", True)], FAILED, None),
        ([live.condition("Issuing", False)], FAILED, 13),
        ([], {}, None),
    ],
)
def test_tells_the_next_try(conditions, status, hours):
    wanted = datetime(2026, 3, 1, hours, tzinfo=timezone.utc) if hours else None
    assert backoff.next_try(live.certificate(*conditions, **status)) == wanted
