# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many checks passed and failed."""

from __future__ import annotations

import dataclasses
import pathlib
import xml.etree.ElementTree as ET


@dataclasses.dataclass(frozen=True)
class Counts:
    """Checks of one stage, or of all of them."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def from_junit(path: pathlib.Path) -> Counts:
    """The counts in a JUnit report of pytest. FileNotFoundError if pytest ended before it wrote one."""
    total = Counts()
    for suite in ET.parse(path).getroot().iter("testsuite"):
        tests, failures, errors, skipped = (int(suite.get(n, 0)) for n in ("tests", "failures", "errors", "skipped"))
        # An error in the teardown of a passed test counts as a test of its own.
        total += Counts(tests - failures - errors - skipped, failures + errors, skipped)
    return total
