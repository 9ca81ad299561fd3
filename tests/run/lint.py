# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The linters, as many at once as there are cores; `python -m tests.run.lint NAME…` runs some of them."""

from __future__ import annotations

import concurrent.futures
import os
import subprocess
import sys
import time

from .counts import Counts
from .process import ROOT, environment, project_files


def commands() -> dict[str, list[str]]:
    """Each linter's name and command; the longest comes first."""
    return {
        "ansible-lint": ["ansible-lint", "--offline", "--nocolor"],
        "mypy of plugins": ["mypy"],
        "mypy of tests": [
            "mypy",
            *(f"--package=tests.{name}" for name in ("acme_proxy", "docs", "faults", "run", "testbed")),
            "--module=tests.acme.pebble",
            "--module=tests.acme.workbench",
        ],
        "mypy of the event source": ["mypy", "extensions/eda/plugins/event_source/certificates.py"],
        "ruff check": ["ruff", "check"],
        "ruff format": ["ruff", "format", "--check"],
        "yamllint": ["yamllint", "--strict", "."],
        "shellcheck": ["shellcheck", ".ci/run", *project_files("*.sh")],
        "antsibull-changelog": ["antsibull-changelog", "lint"],
        "READMEs of roles": ["python", "-m", "tests.docs.role_readme", "--check"],
        "table of faults": ["python", "-m", "tests.faults.document", "--check"],
        "page of findings": ["python", "-m", "tests.docs.findings", "--check"],
        "picture of the rooms": ["python", "-m", "tests.docs.architecture", "--check"],
        "job templates of AWX": ["python", "-m", "tests.docs.awx", "--check"],
    }


def _one(name: str, command: list[str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    verdict = "ok" if done.returncode == 0 else f"failed ({' '.join(command[:3])} …)\n{done.stdout}"
    print(f"lint: {name}: {time.monotonic() - started:.1f} s: {verdict}", flush=True)
    return done.returncode == 0


def run() -> Counts:
    """One check a linter; what a linter says is shown if it finds something."""
    linters = commands()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        passed = list(pool.map(_one, linters.keys(), linters.values()))
    return Counts(passed.count(True), passed.count(False))


def main(names: list[str]) -> int:
    """The exit status."""
    linters = commands()
    if unknown := [name for name in names if name not in linters]:
        print(f"lint: there is no {', '.join(unknown)}; there are {', '.join(linters)}")
        return 2
    passed = [_one(name, linters[name]) for name in names or linters]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
