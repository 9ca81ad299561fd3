# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ansible-test units`: the unit tests by ansible-test's own settings, on a copy of the project in its layout."""

from __future__ import annotations

import subprocess

from . import sanity
from .counts import Counts, from_junit
from .process import TOOLS, cache


def run() -> Counts:
    """Its reports, one of modules, one of module_utils and one of all else, counted together."""
    copy = sanity.copy_project()
    command = [str(TOOLS / "ansible-test"), "units", "--color", "no", "--python", sanity.PYTHON]
    variables = sanity.variables(cache() / "ansible-test", TOOLS)
    done = subprocess.run(command, cwd=copy, env=variables, stdin=subprocess.DEVNULL, check=False)
    reports = sorted((copy / "tests" / "output" / "junit").glob("*.xml"))
    counts = sum(map(from_junit, reports), Counts())
    # Misused, or nothing collected: no test failed, but the stage did.
    return counts + Counts(failed=1) if not counts.failed and (done.returncode or not counts.passed) else counts
