# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A role's defaults are written twice: in meta/argument_specs.yml for the reader, in defaults/main.yml for Ansible."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
import yaml

ROLES = sorted(path for path in (pathlib.Path(__file__).resolve().parents[2] / "roles").iterdir() if path.is_dir())

every_role = pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)


def variables(role: pathlib.Path, file: str) -> dict[str, t.Any]:
    """The variables in a file of the role; none if it has no such file."""
    path = role / file
    return (yaml.safe_load(path.read_text()) or {}) if path.exists() else {}


def options(role: pathlib.Path) -> dict[str, dict[str, t.Any]]:
    """The options of all entry points, by name."""
    specs = variables(role, "meta/argument_specs.yml")["argument_specs"]
    return {name: option for entry in specs.values() for name, option in entry.get("options", {}).items()}


@every_role
def test_defaults_agree(role: pathlib.Path) -> None:
    documented = {name: option["default"] for name, option in options(role).items() if "default" in option}
    assert documented == variables(role, "defaults/main.yml")


@every_role
def test_required_options_have_no_default(role: pathlib.Path) -> None:
    assert [name for name, option in options(role).items() if option.get("required") and "default" in option] == []


@every_role
def test_names_carry_the_role(role: pathlib.Path) -> None:
    ours = [*options(role), *(name.removeprefix("__") for name in variables(role, "vars/main.yml"))]
    assert [name for name in ours if not name.startswith(f"{role.name}_")] == []
