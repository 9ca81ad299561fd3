# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of the pure rooms the unit tests run: what decides is to be tried, line by line and way by way."""

from __future__ import annotations

import json
import subprocess
import sys

from .counts import Counts
from .process import ROOT, SCRATCH, environment

ROOMS = ("errors", "spec", "x509", "diagnose", "report")
WANTED = 95.0
FOLDER = "plugins/module_utils"
DATA = SCRATCH / "coverage" / "data"
# The settings of what is measured are in pyproject.toml.
MEASURED = ("-m", "coverage", "run", f"--data-file={DATA}", f"--source={ROOT / FOLDER}")


def verdicts() -> Counts:
    """One check a room, of what MEASURED has measured."""
    report = DATA.with_name("report.json")
    command = [sys.executable, "-m", "coverage", "json", f"--data-file={DATA}", "--quiet", "-o", str(report)]
    subprocess.run(command, cwd=ROOT, env=environment(), check=True)
    files = json.loads(report.read_text())["files"]
    return sum((_verdict(room, files) for room in ROOMS), Counts())


def _verdict(room: str, files: dict[str, dict[str, dict[str, int]]]) -> Counts:
    place = f"{FOLDER}/{room}"
    sums = [each["summary"] for name, each in files.items() if name.startswith((f"{place}/", f"{place}.py"))]
    total = sum(each["num_statements"] + each["num_branches"] for each in sums)
    run = sum(each["covered_lines"] + each["covered_branches"] for each in sums)
    share = 100 * run / total if total else 0.0
    enough = share >= WANTED
    print(
        f"coverage: {room}: {share:.1f} %{'' if enough else f', less than {WANTED:.0f} %: see {DATA.parent}'}",
        flush=True,
    )
    return Counts(passed=1) if enough else Counts(failed=1)
