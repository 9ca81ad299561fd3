# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Galaxy takes in, and what its users then have."""

from __future__ import annotations

import json
import pathlib
import sys
import tarfile

from tests.run.process import ROOT

from .building import ansible

PLAYBOOKS = sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml") if not path.name.endswith(".meta.yml"))
# What a user of the collection has no use for.
HIDDEN = {".ci", ".gitignore", ".pre-commit-config.yaml", ".ansible-lint", ".yamllint"}


def documented(kind: str, installed: pathlib.Path) -> list[str]:
    """The collection's plugins or roles that have documentation, by name."""
    command = ("ansible-doc", "--type", kind, "--list", "--json", "certops.kubernetes")
    return sorted(json.loads(ansible(*command, folder=installed, ANSIBLE_COLLECTIONS_PATH=str(installed))))


def test_only_what_users_need_is_packed(tarball: pathlib.Path) -> None:
    with tarfile.open(tarball) as packed:
        tops = {name.split("/")[0] for name in packed.getnames()}
    assert {"plugins", "roles", "playbooks", "meta", "README.md", "LICENSE", "changelogs", "docs"} <= tops
    assert not tops & HIDDEN


def test_galaxy_takes_it(tarball: pathlib.Path, tmp_path: pathlib.Path) -> None:
    settings = tmp_path / "galaxy-importer.cfg"
    # ansible-lint is a check of its own.
    settings.write_text("[galaxy-importer]\nRUN_ANSIBLE_LINT = False\n")
    said = ansible(
        *(sys.executable, "-m", "galaxy_importer.main", str(tarball)),
        folder=tmp_path,
        GALAXY_IMPORTER_CONFIG=str(settings),
        ANSIBLE_COLLECTIONS_SCAN_SYS_PATH="true",
    )
    assert "Importer processing completed successfully" in said
    assert "ERROR" not in said


def test_its_modules_are_the_installed_ones(installed: pathlib.Path) -> None:
    command = ("ansible-doc", "--list_files", "certops.kubernetes")
    lines = ansible(*command, folder=installed, ANSIBLE_COLLECTIONS_PATH=str(installed)).splitlines()
    found = dict(line.split() for line in lines if line)
    folder = installed / "ansible_collections" / "certops" / "kubernetes" / "plugins" / "modules"
    names = [path.stem for path in (ROOT / "plugins" / "modules").glob("[a-z]*.py")]
    assert found == {f"certops.kubernetes.{name}": str(folder / f"{name}.py") for name in names}


def test_its_roles_are_documented(installed: pathlib.Path) -> None:
    names = (path.name for path in (ROOT / "roles").iterdir())
    assert documented("role", installed) == sorted(f"certops.kubernetes.{name}" for name in names)


def test_its_playbooks_are_found_by_name(installed: pathlib.Path, tmp_path: pathlib.Path) -> None:
    ansible(
        *("ansible-playbook", "--syntax-check", *(f"certops.kubernetes.{name}" for name in PLAYBOOKS)),
        folder=tmp_path,
        ANSIBLE_COLLECTIONS_PATH=str(installed),
        ANSIBLE_LOCALHOST_WARNING="false",
        ANSIBLE_INVENTORY_UNPARSED_WARNING="false",
    )
