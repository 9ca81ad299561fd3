# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection built and installed, and what an execution environment would have beside it."""

from __future__ import annotations

import importlib.util
import pathlib
import subprocess

import pytest

from tests.run.process import SCRATCH, TOOLS, cache, copy_project_files, environment, kubernetes_core


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


def build(folder: pathlib.Path) -> pathlib.Path:
    """The tarball, in the folder."""
    copy_project_files(folder / "source")
    ansible("ansible-galaxy", "collection", "build", "source", folder=folder)
    (built,) = folder.glob("certops-kubernetes-*.tar.gz")
    return built


def install(tarball: pathlib.Path, folder: pathlib.Path) -> None:
    """The folder gets the collection, kubernetes.core and awx.awx, and no other."""
    ansible("ansible-galaxy", "collection", "install", str(tarball), "--no-deps", "-p", str(folder), folder=folder)
    # What it depends on lies beside it; the checkout, which this environment links to, is out of sight.
    for name, core in (("kubernetes/core", kubernetes_core()), ("awx/awx", awx())):
        place = folder / "ansible_collections" / name
        place.parent.mkdir()
        place.symlink_to(core)


def awx() -> pathlib.Path:
    """The folder of awx.awx, which not every release of the package `ansible` has."""
    found = importlib.util.find_spec("ansible_collections")
    for folder in found.submodule_search_locations or () if found else ():
        if (pathlib.Path(folder) / "awx" / "awx").is_dir():
            return pathlib.Path(folder) / "awx" / "awx"
    place = SCRATCH / "awx"
    if not place.is_dir():
        variables = environment(UV_CACHE_DIR=str(cache() / "uv"))
        getting = ["pip", "install", "--quiet", f"--python={TOOLS / 'python'}", "--no-deps", f"--target={place}"]
        subprocess.run([str(TOOLS / "uv"), *getting, "ansible~=12.0"], env=variables, check=True)
    return place / "ansible_collections" / "awx" / "awx"


def introspect(installed: pathlib.Path, folder: pathlib.Path) -> tuple[pathlib.Path, pathlib.Path]:
    """What ansible-builder finds that the collections need: files for pip and for bindep."""
    python, system = folder / "requirements.txt", folder / "bindep.txt"
    command = ("ansible-builder", "introspect", str(installed), f"--write-pip={python}", f"--write-bindep={system}")
    ansible(*command, folder=folder)
    return python, system


def execution_environment(installed: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """The Python environment of the image that ansible-builder would build: its folder of programs."""
    python, _system = introspect(installed, folder)
    return python_environment(folder / "environment", "ansible-core", "ansible-runner", f"--requirements={python}")


def python_environment(folder: pathlib.Path, *packages: str) -> pathlib.Path:
    """An environment of its own with these packages: its folder of programs."""
    variables = environment(UV_CACHE_DIR=str(cache() / "uv"), UV_PYTHON_DOWNLOADS="never")
    made = ["pip", "install", "--quiet", f"--python={folder}", *packages]
    for command in (["venv", "--quiet", f"--python={TOOLS / 'python'}", str(folder)], made):
        subprocess.run([str(TOOLS / "uv"), *command], env=variables, check=True)
    return folder / "bin"
