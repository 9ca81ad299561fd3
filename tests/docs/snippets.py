# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The snippets of the documentation: what stands between ``` in the project's Markdown files, or in blocks of code.

After the language a snippet may be marked: `foreign` is what is not of this project (kind, kubectl, files of other programs),
so that only its form can be checked.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"^( *)```([^\n]*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
_BLOCK = re.compile(r"^\.\. code-block:: (yaml)[^\n]*\n\n((?: {4}[^\n]*\n|\n)+)", re.MULTILINE)
_FILE = re.compile(r"# ([\w.-]+\.yml)$", re.MULTILINE)
_KEYWORDS = frozenset(
    ("name", "when", "register", "loop", "loop_control", "vars", "until", "retries", "delay", "failed_when", "notify")
    + ("changed_when", "ignore_errors", "no_log", "delegate_to", "environment", "tags", "run_once", "check_mode")
)


@dataclass(frozen=True)
class Snippet:
    """page: path from the root. line: of its first line in the page. marks: what follows the language."""

    page: str
    line: int
    language: str
    marks: frozenset[str]
    text: str

    @property
    def title(self) -> str:
        """For people."""
        return f"{self.page}:{self.line}"

    @property
    def file(self) -> str:
        """The file that it should be put into, by its first line; "" if that doesn't say."""
        found = _FILE.match(self.text)
        return found[1] if found else ""

    @cached_property
    def data(self) -> Any:
        """What is in YAML. yaml.YAMLError if it isn't any."""
        return yaml.safe_load(self.text)

    @property
    def plays(self) -> list[Mapping[str, Any]]:
        """The plays, of a playbook."""
        listed = self.data if isinstance(self.data, list) else []
        return listed if any(_is_play(item) for item in listed) else []

    @property
    def plays_or_commands(self) -> bool:
        """Whether it does something."""
        return self.language == "sh" or (self.language == "yaml" and bool(self.plays))

    @property
    def variables(self) -> Mapping[str, Any]:
        """The variables, of a file with such."""
        return self.data if isinstance(self.data, dict) else {}


def _is_play(item: Any) -> bool:
    return isinstance(item, dict) and any(name.rpartition(".")[2] in ("hosts", "import_playbook") for name in item)


def pages() -> list[Path]:
    """Markdown of people's, not of tools; the READMEs of roles are made from their specifications."""
    found = [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("docs/**/*.rst"),
        *ROOT.glob("roles/*/README.md"),
    ]
    return sorted([*found, *ROOT.glob("tests/**/README.md")])


def of(page: Path) -> Iterator[Snippet]:
    """In their order."""
    text, name = page.read_text(), str(page.relative_to(ROOT))
    for match in (_BLOCK if page.suffix == ".rst" else _FENCE).finditer(text):
        line = text.count("\n", 0, match.start()) + 2
        if page.suffix == ".rst":
            yield Snippet(name, line + 1, match[1], frozenset(), textwrap.dedent(match[2]))
        else:
            language, *marks = match[2].split() or [""]
            yield Snippet(name, line, language, frozenset(marks), textwrap.dedent(match[3]))


def everywhere() -> list[Snippet]:
    """Of all pages."""
    return [snippet for page in pages() for snippet in of(page)]


def tasks(play: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All of a play, those in blocks too."""
    for section in ("pre_tasks", "tasks", "post_tasks", "handlers"):
        yield from _flat(play.get(section) or [])


def _flat(listed: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for task in listed:
        parts = [part for part in ("block", "rescue", "always") if part in task]
        if not parts:
            yield task
        for part in parts:
            yield from _flat(task[part])


def action(task: Mapping[str, Any]) -> tuple[str, Any]:
    """The module and its arguments. StopIteration if there is none."""
    return next((name, value) for name, value in task.items() if name not in _KEYWORDS)


# Commands that every machine has and that say nothing of this project.
_COMMON = frozenset({"cd", "curl", "git", "pre-commit"})


def commands(snippet: Snippet) -> Iterator[str]:
    """Each command of a shell snippet, without comments; those inside $(…) on their own too."""
    for line in snippet.text.replace("\\\n", " ").splitlines():
        command = re.sub(r"(^|\s)#.*", "", line).strip()
        yield from re.findall(r"\$\(([^()]*)\)", command)
        outer = re.sub(r"^eval .*", "", command)
        if outer and outer.split()[0] not in _COMMON:
            yield outer
