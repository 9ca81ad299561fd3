# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/faults.md from the table: `python -m tests.faults.document [--check]`.

With --check nothing is written, and the exit status is 1 if the page isn't what it would be.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from . import table
from .case import Case

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"

_HEAD = """\
# Faults and the findings that name them

Each of these faults is made for real on a cluster by `make integration TARGETS=faults`, and the finding must come first
within 10 seconds of the fault being visible there. For each, what `certificate_status` shows is compared with
`kubectl describe`; where the last column is **bold**, the certificate must be issued once the cause is mended.
The ACME server is Pebble, behind a proxy that answers as CAs and networks do on bad days."""


def page() -> str:
    """The whole text."""
    sections = [line for topic, cases in table.TOPICS.items() for line in _section(topic, cases)]
    end = "<!-- Made from tests/faults/table by tests/faults/document.py -->"
    return "\n".join([_HEAD, *sections, "", end, ""])


def _section(topic: str, cases: tuple[Case, ...]) -> Iterator[str]:
    yield from ("", f"## {topic}", "", "| Fault | Finding | How it is made | How it is mended |", "|---|---|---|---|")
    for case in cases:
        mended = f"**{case.mended}**" if case.can_be_mended else case.mended
        cells = (case.fault, f"`{case.code}`" if case.code else "none", case.how, mended)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(description="Write docs/faults.md.")
    parser.add_argument("--check", action="store_true", help="only compare")
    current = PAGE.exists() and PAGE.read_text() == page()
    if current:
        return 0
    if parser.parse_args().check:
        print(f"{PAGE}: differs from tests/faults/table; python -m tests.faults.document writes it")
        return 1
    PAGE.write_text(page())
    print(f"{PAGE}: written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
