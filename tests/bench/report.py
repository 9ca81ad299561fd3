# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The document of all benchmarks; each keeps its own section of it."""

from __future__ import annotations

import os
import pathlib
import platform
import re

RESULTS = pathlib.Path(__file__).parents[2] / "docs" / "benchmarks.md"


def put(heading: str, text: str) -> None:
    """Put a section in the place of the earlier one of this heading, else at the end; "" is what comes before all others."""
    whole = RESULTS.read_text() if RESULTS.exists() else ""
    first, *rest = re.split(r"(?m)^(?=## )", whole)
    sections = {"": first} | {part.splitlines()[0].removeprefix("## "): part for part in rest}
    sections[heading] = f"## {heading}\n\n{text}" if heading else text
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("\n".join(part.strip("\n") + "\n" for part in sections.values()))


def machine() -> str:
    """What it was measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.release().split('-')[0]}"
    return f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB of memory, {system}"
