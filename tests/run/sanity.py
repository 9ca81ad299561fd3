# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ansible-test sanity`, every test, on a copy of the project in the layout that it demands."""

from __future__ import annotations

import fcntl
import pathlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator

from .counts import Counts
from .process import SCRATCH, TOOLS, cache, copy_project_files, environment, followed, kubernetes_core

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"

_PIP = """
import sys
from ansible_test._internal.host_configs import NativePythonConfig
from ansible_test._internal.python_requirements import get_venv_packages
print(get_venv_packages(NativePythonConfig(version=sys.argv[1]))["pip"])
"""
_FAILED = re.compile(r"The (\d+) sanity test\(s\) listed below \(out of (\d+)\) failed")


def copy_project() -> pathlib.Path:
    """Copies the project's files as a repository; kubernetes.core, whose documentation fragments are used, lies beside."""
    collections = SCRATCH / "sanity" / "ansible_collections"
    shutil.rmtree(collections, ignore_errors=True)
    copy = collections / "certops" / "kubernetes"
    copy_project_files(copy)
    # Else ansible-test asks the checkout's own repository, which ignores this folder.
    subprocess.run(["git", "init", "--quiet"], cwd=copy, check=True, stderr=subprocess.DEVNULL)
    (collections / "kubernetes").mkdir()
    (collections / "kubernetes" / "core").symlink_to(kubernetes_core())
    return copy


def place_pip_bootstrap(home: pathlib.Path, programs: pathlib.Path, python: str) -> None:
    """ansible-test would download a script that puts pip into its environments; the Python has a pip of its own."""
    command = [str(programs / "python"), "-c", _PIP, python]
    pip = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    version = pip.strip().replace(".", "_")
    script = home / ".ansible" / "test" / "cache" / f"get_pip_{version}.py"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text("import ensurepip\n\nensurepip.bootstrap(upgrade=True, default_pip=True)\n")


def run(programs: pathlib.Path = TOOLS, python: str = PYTHON) -> Counts:
    """One check a sanity test, of the ansible-test among the programs and the version of Python that it runs on."""
    home = cache() / "ansible-test"
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        # The tests' environments are shared by all checkouts.
        fcntl.flock(lock, fcntl.LOCK_EX)
        place_pip_bootstrap(home, programs, python)
        return _sanity(copy_project(), home, programs, python)


def variables(home: pathlib.Path, programs: pathlib.Path) -> dict[str, str]:
    """The environment of ansible-test, which keeps things in the home folder."""
    # Pythons are looked for in PATH; a pyenv shim there may be one that doesn't run.
    search_path = f"{programs}:/usr/local/bin:/usr/bin:/bin"
    return environment(HOME=str(home), PATH=search_path, ANSIBLE_HOME=str(home / ".ansible"))


def _sanity(copy: pathlib.Path, home: pathlib.Path, programs: pathlib.Path, python: str) -> Counts:
    command = [str(programs / "ansible-test"), "sanity", "--color", "no", "--python", python]
    said: list[str] = []
    with followed(command, copy, variables(home, programs)) as process:
        for line in without_pip(process.stdout or (), said):
            print(f"sanity: {line}", end="", flush=True)
    return count(said, process.returncode)


def count(said: list[str], status: int) -> Counts:
    """The counts in what ansible-test said. One that fails without a list of failed tests is shown whole."""
    listed = _FAILED.search("".join(said))
    if listed:
        return Counts(int(listed[2]) - int(listed[1]), int(listed[1]))
    ran = sum(line.startswith("Running sanity test ") for line in said)
    if status or not ran:
        print("".join(said), flush=True)
        return Counts(max(ran - 1, 0), 1)
    return Counts(ran)


def without_pip(lines: Iterable[str], said: list[str]) -> Iterator[str]:
    """The lines but for those of pip; all of them are kept in `said`."""
    quiet = False
    for line in lines:
        said.append(line)
        if line.startswith(("Running ", "ERROR", "FATAL", "WARNING")):
            quiet = False
        elif line.startswith("Installing requirements "):
            quiet = True
        if not quiet:
            yield line
