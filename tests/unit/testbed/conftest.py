# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from tests.testbed.layout import Testbed


@pytest.fixture
def testbed(tmp_path):
    return Testbed(7, tmp_path)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache of its own, so that no test sees or changes the user's."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("CERTOPS_CACHE", str(folder))
    return folder
