# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of modules agree with the modules."""

from __future__ import annotations

import pathlib

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_every_module_takes_part_in_module_defaults() -> None:
    group = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["action_groups"]["k8s"]
    assert [name for name in group if isinstance(name, str)] == sorted(
        path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")
    )


def test_every_integration_target_has_aliases() -> None:
    targets = [path for path in (ROOT / "tests" / "integration" / "targets").iterdir() if path.is_dir()]
    assert targets
    assert [path.name for path in targets if not (path / "aliases").is_file()] == []
