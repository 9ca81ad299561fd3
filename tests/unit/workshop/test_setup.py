# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Set-up says what is missing before it changes anything. Its shell functions run with stand-ins for the machine's programs."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
BASE_PYTHON = os.path.realpath(sys._base_executable)


class Machine:
    """A PATH of stand-ins before the system's, and an empty folder to be in."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.programs = folder / "bin"
        self.programs.mkdir()

    def has(self, name: str, script: str) -> None:
        """Puts a program there; it also writes its name and arguments to the file `calls`."""
        program = self.programs / name
        program.write_text(f'#!/bin/sh\necho "{name} $*" >> {self.folder}/calls\n{script}\n')
        program.chmod(0o755)

    def calls(self) -> list[str]:
        """The calls so far."""
        record = self.folder / "calls"
        return record.read_text().splitlines() if record.exists() else []

    def run(self, commands: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs commands after the files of set-up are read in."""
        files = "".join(f". {ROOT}/tests/setup/{name}.sh\n" for name in ("common", "packages", "environment"))
        (self.folder / ".cache").mkdir(exist_ok=True)
        return subprocess.run(
            ["sh", "-euc", files + commands],
            cwd=self.folder,
            env={"PATH": f"{self.programs}:/usr/bin:/bin", "HOME": str(self.folder), **environment},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: pathlib.Path) -> Machine:
    return Machine(tmp_path)


def test_a_shim_that_does_not_run_is_passed_over(machine: Machine) -> None:
    machine.has("python3.14", "exit 127")
    machine.has("python3.13", "echo 3.13; exit 1")
    machine.has("python3.12", f'exec {BASE_PYTHON} "$@"')
    assert machine.run("find_python; echo $PYTHON_FOUND").stdout == f"{BASE_PYTHON}\n"


def test_a_python_that_was_asked_for_and_does_not_run_is_an_error(machine: Machine) -> None:
    machine.has("mypython", "exit 1")
    done = machine.run("find_python", PYTHON="mypython")
    assert done.returncode == 1
    assert "PYTHON=mypython does not run" in done.stdout


def test_missing_packages(machine: Machine) -> None:
    machine.has("dpkg-query", "echo 'ii git'; echo 'rc iptables'; exit 1")
    (machine.folder / "packages.txt").write_text("# needed\ngit  # a comment\niptables\niproute2\n")
    assert machine.run("missing_packages packages.txt").stdout.split() == ["iptables", "iproute2"]


def test_a_user_is_told_the_command(machine: Machine) -> None:
    machine.has("id", "echo 1000")
    machine.has("apt-get", "")
    done = machine.run("install_packages git iptables")
    assert done.returncode == 1
    assert "apt-get install --no-install-recommends git iptables" in done.stdout
    assert not any(call.startswith("apt-get") for call in machine.calls())


def test_what_no_source_has_is_named_before_the_rest_is_installed(machine: Machine) -> None:
    machine.has("id", "echo 0")
    machine.has("apt-get", "")
    machine.has("apt-cache", '[ "$2" = git ]')
    done = machine.run("install_packages git gadget")
    assert done.returncode == 1
    assert "no package source of this machine has: gadget" in done.stdout
    assert [call for call in machine.calls() if call.startswith("apt-get")] == ["apt-get update"]


def test_missing_packages_are_installed_in_one_go(machine: Machine) -> None:
    machine.has("id", "echo 0")
    machine.has("apt-get", "")
    machine.has("apt-cache", "")
    assert machine.run("install_packages git iptables").returncode == 0
    installs = [call for call in machine.calls() if call.startswith("apt-get install")]
    assert len(installs) == 1
    assert installs[0].endswith("git iptables")


def test_an_update_that_fails_is_no_end(machine: Machine) -> None:
    machine.has("id", "echo 0")
    machine.has("apt-get", '[ "$1" = install ]')
    machine.has("apt-cache", "")
    done = machine.run("install_packages git")
    assert done.returncode == 0
    assert "going on with the package lists at hand" in done.stdout


def test_a_browser_of_any_name_will_do(machine: Machine) -> None:
    outside = "PATH=$PWD/bin; "  # the system's own may have one
    assert machine.run(outside + "has_browser").returncode != 0
    machine.has("google-chrome", "")
    assert machine.run(outside + "has_browser").returncode == 0
