# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role renewal_job gives the rights that docs/rbac tells of; a role can't read the documentation."""

from __future__ import annotations

import pathlib

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_the_job_has_the_documented_rights() -> None:
    documented = yaml.safe_load((ROOT / "docs" / "rbac" / "direct_engine.yml").read_text())["rules"]
    given = yaml.safe_load((ROOT / "roles" / "renewal_job" / "vars" / "main.yml").read_text())["__renewal_job_rights"]
    assert given["direct"] == documented
