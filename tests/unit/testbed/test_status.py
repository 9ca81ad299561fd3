# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a testbed that another version of the checkout has brought up."""

from __future__ import annotations

from tests.testbed import lifecycle, supervisor
from tests.testbed.components import ALL


def test_a_service_that_an_older_testbed_does_not_know_is_told(monkeypatch, testbed):
    monkeypatch.setattr(supervisor, "states", lambda _testbed: {})
    states = lifecycle.status(testbed)
    assert [name for name, _well, _words in states] == [service.name for service in ALL.services]
    assert all(not well and "older than the checkout" in words for _name, well, words in states)
