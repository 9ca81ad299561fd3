# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Last of all, and only on a testbed: cert-manager goes, and nothing of it is left. Hosts are served all the same."""

from __future__ import annotations

import pytest

from .conftest import playbook


@pytest.mark.parametrize("name", ["uninstall", "without_cert_manager"])
def test_uninstall(cluster: dict[str, str], name: str) -> None:
    played = playbook(cluster, f"{name}.yml")
    if played.returncode:
        pytest.fail(played.stdout, pytrace=False)
