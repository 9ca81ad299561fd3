# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One sentence for each finding, as the collection said it in a test (see recorder.py), kept in examples.json.

A sentence is kept as long as the tests still bring it about, so the page changes when the words do, and only then.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

SUITES = ("unit", "acme")
# An option of pytest: findings are written down.
PLUGIN = "-ptests.docs.recorder"
FILE = Path(__file__).with_name("examples.json")

# Ports, serial numbers and times, by which one run of the tests differs from the next.
_PASSING = re.compile(
    r"https://127\.0\.0\.1:\S+|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b(?=\w*\d)[0-9A-Za-z]{10,}\b|\d+"
)


@dataclass(frozen=True)
class Said:
    """A finding as it was said. suite: the folder of tests/ in which it comes up; severities: all it was ever seen with."""

    suite: str
    severities: tuple[str, ...]
    object: str
    message: str
    remedy: str

    def words(self) -> tuple[str, ...]:
        """What stays the same from run to run."""
        return tuple(_PASSING.sub("0", text) for text in (self.object, self.message, self.remedy))


def variables(recorded: Path) -> dict[str, str]:
    """Of the environment, for PLUGIN. recorded: the file that it writes."""
    return {"CERTOPS_FINDINGS": str(recorded)}


def load() -> dict[str, Said]:
    """By code."""
    return {
        code: Said(**{**said, "severities": tuple(said["severities"])})
        for code, said in json.loads(FILE.read_text()).items()
    }


def save(kept: Mapping[str, Said]) -> None:
    """In the order of the codes."""
    FILE.write_text(
        json.dumps({code: asdict(kept[code]) for code in sorted(kept)}, indent=1, ensure_ascii=False) + "\n"
    )


def seen(recorded: Path, suite: str) -> dict[str, list[Said]]:
    """What recorder.py wrote, by code, the best example first: with a remedy and an object, of no passing place, frequent."""
    severities: dict[str, set[str]] = {}
    found: dict[str, list[tuple[tuple[object, ...], Said]]] = {}
    for code, severity, title, message, remedy, count in json.loads(recorded.read_text()):
        severities.setdefault(code, set()).add(severity)
        rank = (not remedy, not title, "127.0.0." in title + message, len(message) < 20, -count, message, title)
        found.setdefault(code, []).append((rank, Said(suite, (), title, message, remedy)))
    return {
        code: [
            Said(suite, tuple(sorted(severities[code])), said.object, said.message, said.remedy)
            for _rank, said in sorted(all_said, key=lambda each: each[0])
        ]
        for code, all_said in found.items()
    }


def updated(kept: Mapping[str, Said], now: Mapping[str, list[Said]], suite: str) -> dict[str, Said]:
    """What is kept, with what a suite says now: what it doesn't say any more goes, what is new comes."""
    result = {code: said for code, said in kept.items() if said.suite != suite}
    for code, all_said in now.items():
        if code not in result:
            result[code] = _same(kept.get(code), all_said) or all_said[0]
    return result


def _same(said: Said | None, all_said: Iterable[Said]) -> Said | None:
    """The one among all that says what `said` does, as that was written down."""
    for each in all_said:
        if said and each.words() == said.words():
            return Said(said.suite, each.severities, said.object, said.message, said.remedy)
    return None


def differences(kept: Mapping[str, Said], now: Mapping[str, list[Said]], suite: str) -> list[str]:
    """Where the file is not what a suite says, a line each."""
    wanted = updated(kept, now, suite)
    changed = [code for code in sorted({*kept, *wanted}) if kept.get(code) != wanted.get(code)]
    return [
        f"finding {code}: tests/docs/examples.json does not have what tests/{suite} says; python -m tests.docs.findings --record {suite} takes it"
        for code in changed
    ]
