# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Last of all, and only on a testbed: cert-manager goes, and nothing of it is left."""

from __future__ import annotations

import pytest

from .conftest import playbook


def test_uninstall(cluster: dict[str, str]) -> None:
    played = playbook(cluster, "uninstall.yml")
    if played.returncode:
        pytest.fail(played.stdout, pytrace=False)
