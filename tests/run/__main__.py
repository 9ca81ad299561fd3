# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs stages of checks: `python -m tests.run lint sanity unit package acme integration`.

Each stage runs, also after a failed one. The last line is the sum of their counts; the exit status is 1 if a check failed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable

from . import ansible_units, lint, matrix, molecule, sanity, site, suites
from .counts import Counts

STAGES: dict[str, Callable[[], Counts]] = {
    "lint": lint.run,
    "sanity": sanity.run,
    "unit": suites.unit,
    "docs": site.run,
    "browser": suites.browser,
    "package": suites.package,
    "acme": suites.acme,
    "integration": suites.integration,
    "integration-long": suites.integration_long,
    "ansible-units": ansible_units.run,
    "molecule": molecule.run,
    "matrix": matrix.unit,
    "matrix-sanity": matrix.sanity_tests,
    "matrix-integration": matrix.integration,
}


def run_stage(name: str) -> tuple[Counts, float]:
    """The counts and the seconds of a stage. One that can't be run at all counts as one failed check."""
    started = time.monotonic()
    try:
        counts = STAGES[name]()
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"{name}: {error}", flush=True)
        counts = Counts(failed=1)
    return counts, time.monotonic() - started


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.run", description="Runs stages of checks.")
    parser.add_argument("stage", nargs="+", choices=STAGES)
    stages, lines, total = parser.parse_args().stage, [], Counts()
    for name in stages:
        counts, seconds = run_stage(name)
        lines.append(f"{name}: {counts} in {seconds:.0f} s")
        total += counts
        print(lines[-1], flush=True)
    if len(stages) > 1:
        print("", *lines, sep="\n")
    print(total, flush=True)
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
