# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pytest suites."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.docs import examples

from . import coverage
from .counts import Counts, from_junit
from .process import ROOT, SCRATCH, environment


def unit() -> Counts:
    """Everything that needs no cluster, and how much of the pure rooms that was."""
    coverage.DATA.parent.mkdir(parents=True, exist_ok=True)
    return _told("unit", *coverage.MEASURED) + coverage.verdicts()


def package() -> Counts:
    """The collection as it is built and installed."""
    return _pytest("package")


def acme() -> Counts:
    """The ACME client against Pebble on loopback."""
    return _told("acme")


def browser() -> Counts:
    """What is seen in a browser; pictures of it are left in .cache/reports."""
    return _pytest("browser")


def integration() -> Counts:
    """The targets in tests/integration/targets, on testbed 1 if no other is asked for."""
    return _pytest("integration", TESTBED=os.environ.get("TESTBED", "1"))


def integration_long() -> Counts:
    """The suites on the same testbed that take longer and change less."""
    variables = environment(TESTBED=os.environ.get("TESTBED", "1"), LONG="1")
    return run_pytest([sys.executable], "integration", "integration-long", variables)


def _told(suite: str, *measured: str) -> Counts:
    """The suite, and one check more: the findings it brings about are those that docs/findings.md shows."""
    recorded = SCRATCH / "reports" / f"{suite}-findings.json"
    recorded.unlink(missing_ok=True)
    python = [sys.executable, *measured]
    counts = run_pytest(python, suite, suite, environment(**examples.variables(recorded)), examples.PLUGIN)
    if not recorded.exists():
        return counts + Counts(failed=1)
    different = examples.differences(examples.load(), examples.seen(recorded, suite), suite)
    print(*different, sep="\n", end="\n" if different else "", flush=True)
    return counts + (Counts(failed=1) if different else Counts(1))


def _pytest(suite: str, **changes: str) -> Counts:
    return run_pytest([sys.executable], suite, suite, environment(**changes))


def run_pytest(python: list[str], suite: str, name: str, variables: dict[str, str], *options: str) -> Counts:
    """Runs the folder of tests by an interpreter, or what runs in it; the report bears the name."""
    report = SCRATCH / "reports" / f"{name}.xml"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    command = [*python, "-m", "pytest", f"tests/{suite}", f"--junitxml={report}", *options]
    done = subprocess.run(command, cwd=ROOT, env=variables, check=False)
    counts = from_junit(report) if report.exists() else Counts()
    # Interrupted, misused, or nothing collected: no test failed, but the suite did.
    return counts if done.returncode in (0, 1) else counts + Counts(failed=1)
