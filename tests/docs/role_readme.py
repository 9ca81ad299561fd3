# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes each role's README.md from its meta/argument_specs.yml: `python -m tests.docs.role_readme [--check]`.

With --check nothing is written, and the exit status is 1 if a README isn't what it would be.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROLES = Path(__file__).parents[2] / "roles"
NAMESPACE = "certops.kubernetes"
# Semantic markup of Ansible's documentation and what it is in Markdown.
MARKUP = [
    (re.compile(r"P\(([^)#]+)#\w+\)"), r"`\1`"),
    (re.compile(r"[COV]\(([^)]*)\)"), r"`\1`"),
    (re.compile(r"B\(([^)]*)\)"), r"**\1**"),
]


def readme(role: Path) -> str:
    """The text for one role."""
    specs = yaml.safe_load((role / "meta" / "argument_specs.yml").read_text())["argument_specs"]
    main = specs["main"]
    lines = [
        f"# {NAMESPACE}.{role.name}",
        "",
        f"{markdown(main['short_description'])}.",
        "",
        *(f"- {markdown(paragraph)}" for paragraph in paragraphs(main)),
        "",
        "```yaml",
        *example(role.name, main["options"]),
        "```",
        "",
        *table(main["options"]),
    ]
    for name, spec in specs.items():
        if name != "main":
            lines += ["", *entry_point(name, spec, main)]
    return "\n".join([*lines, "", "<!-- Made from meta/argument_specs.yml by tests/docs/role_readme.py -->", ""])


def entry_point(name: str, spec: Mapping[str, Any], main: Mapping[str, Any]) -> Iterator[str]:
    """A section on an entry point that is reached by tasks_from."""
    yield f"## `tasks_from: {name}`"
    yield ""
    yield from (f"- {markdown(paragraph)}" for paragraph in paragraphs(spec))
    yield ""
    if spec["options"] == main["options"]:
        yield "It has the variables above."
    else:
        yield from table(spec["options"])


def example(role: str, options: Mapping[str, Any]) -> Iterator[str]:
    """The shortest play that uses the role."""
    yield "- hosts: localhost"
    yield "  gather_facts: false"
    yield "  roles:"
    yield f"    - role: {NAMESPACE}.{role}"
    yield from (f"      {name}: …" for name, option in options.items() if option.get("required"))


def table(options: Mapping[str, Any]) -> Iterator[str]:
    """One row an option, those of elements and dictionaries under their own path."""
    yield "| Variable | Type | Default | Meaning |"
    yield "|---|---|---|---|"
    yield from rows(options, "")


def rows(options: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for name, option in options.items():
        kind = f"list of {option['elements']}" if "elements" in option else option["type"]
        meaning = " ".join(markdown(paragraph) for paragraph in paragraphs(option))
        if "choices" in option:
            meaning += f" One of {', '.join(f'`{choice}`' for choice in option['choices'])}."
        cells = (f"`{prefix}{name}`", kind, default(option), meaning)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
        yield from rows(option.get("options", {}), f"{prefix}{name}{'[]' if 'elements' in option else ''}.")


def default(option: Mapping[str, Any]) -> str:
    """The word for the table: a value, or whether the option has to be given."""
    if "default" not in option:
        return "**required**" if option.get("required") else ""
    value = yaml.safe_dump(option["default"], default_flow_style=True, width=1000).removesuffix("...\n").strip()
    return f"`{value}`"


def paragraphs(documented: Mapping[str, Any]) -> list[str]:
    """A description is a text or a list of texts."""
    found = documented["description"]
    return [found] if isinstance(found, str) else list(found)


def markdown(text: str) -> str:
    for pattern, replacement in MARKUP:
        text = pattern.sub(replacement, text)
    return text


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the README.md of every role.")
    parser.add_argument("--check", action="store_true", help="only compare")
    check = parser.parse_args().check
    stale = []
    for role in sorted(path.parent.parent for path in ROLES.glob("*/meta/argument_specs.yml")):
        text, target = readme(role), role / "README.md"
        if not target.exists() or target.read_text() != text:
            stale.append(target)
            if not check:
                target.write_text(text)
    for target in stale:
        print(f"{target}: {'differs from meta/argument_specs.yml' if check else 'written'}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
