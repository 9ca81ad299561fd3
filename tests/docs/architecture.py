# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the rooms and their imports into docs/architecture.md: `python -m tests.docs.architecture [--check]`.

With --check nothing is written, and the exit status is 1 if the picture isn't what the code says.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.unit import rooms

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "architecture.md"
PICTURE = re.compile(r"(?<=<!-- picture -->\n).*?(?=<!-- end of picture -->)", re.DOTALL)

Edge = tuple[str, str]


class _Running(ast.NodeTransformer):
    """Leaves out what only type checkers read."""

    def visit_If(self, node: ast.If) -> ast.AST | None:
        return None if ast.unparse(node.test).endswith("TYPE_CHECKING") else self.generic_visit(node)


def edges() -> set[Edge]:
    """Who imports whom, by rooms; not what is there for annotations only."""
    plugins = ROOT / "plugins"
    files = [*plugins.glob("module_utils/**/*.py"), *plugins.glob("modules/*.py")]
    found = {edge for path in files for edge in _edges(path.relative_to(plugins).parts, path.read_text())}
    return {(user, used) for user, used in found if user and used and user != used}


def _edges(path: tuple[str, ...], source: str) -> Iterator[Edge]:
    depth = len(rooms.COLLECTION)
    tree = _Running().visit(ast.parse(source))
    for _line, module in rooms.imports(tree, path[:-1]):
        if module[:depth] == rooms.COLLECTION:
            yield rooms.room_of(path), rooms.room_of(module[depth:])


def direct(found: set[Edge]) -> set[Edge]:
    """Without those that another way implies, so that the picture stays readable."""
    return {(user, used) for user, used in found if not _reaches(found - {(user, used)}, user, used)}


def _reaches(found: set[Edge], start: str, goal: str) -> bool:
    seen, ahead = {start}, [start]
    while ahead:
        here = ahead.pop()
        nexts = {used for user, used in found if user == here} - seen
        seen |= nexts
        ahead += nexts
    return goal in seen - {start}


def picture() -> str:
    """A Mermaid flowchart."""
    lines = [f"    {user} --> {used}" for user, used in sorted(direct(edges()))]
    pure = ",".join(sorted(rooms.PURE))
    style = ["    classDef pure fill:#e8f4ea,stroke:#3b7d4f,color:#123", f"    class {pure} pure"]
    return "\n".join(["", "```mermaid", "flowchart TD", *lines, *style, "```", "", ""])


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.docs.architecture", description="Draws the rooms.")
    parser.add_argument("--check", action="store_true", help="write nothing, fail if it is out of date")
    written = PAGE.read_text()
    wanted = PICTURE.sub(lambda _match: picture(), written)
    if parser.parse_args().check:
        if written != wanted:
            print(f"{PAGE.relative_to(ROOT)}: the picture is out of date; python -m tests.docs.architecture draws it")
        return int(written != wanted)
    PAGE.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
