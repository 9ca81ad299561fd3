# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection as its users get it: built, and installed into an empty folder."""

from __future__ import annotations

import pathlib
import subprocess

import pytest

from tests.run.process import copy_project_files, environment, kubernetes_core


def ansible(*command: str, folder: pathlib.Path, **changes: str) -> str:
    """Runs a command of Ansible in a folder: what it printed. Fails the test with its output if it fails."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment(
            **{"ANSIBLE_COLLECTIONS_SCAN_SYS_PATH": "false"} | changes, ANSIBLE_HOME=str(folder / ".ansible")
        ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"{' '.join(command)}\n{done.stdout}", pytrace=False)
    return done.stdout


@pytest.fixture(scope="session")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("built")
    copy_project_files(folder / "source")
    ansible("ansible-galaxy", "collection", "build", "source", folder=folder)
    (built,) = folder.glob("certops-kubernetes-*.tar.gz")
    return built


@pytest.fixture(scope="session")
def installed(tarball: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A folder with the installed collection and kubernetes.core, and no other."""
    folder = tmp_path_factory.mktemp("installed")
    ansible("ansible-galaxy", "collection", "install", str(tarball), "--no-deps", "-p", str(folder), folder=folder)
    # What it depends on lies beside it; the checkout, which this environment links to, is out of sight.
    (folder / "ansible_collections" / "kubernetes").mkdir()
    (folder / "ansible_collections" / "kubernetes" / "core").symlink_to(kubernetes_core())
    return folder
