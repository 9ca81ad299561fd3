# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/findings.md: `python -m tests.docs.findings [--check] [--record unit|acme]`.

What a finding means is said in findings.yml, its sentence is one that the tests of a suite bring about (examples.json), and
the faults that make it for real are those of tests/faults. With --record the suite is run for its sentences, with --check
nothing is written, and the exit status is 1 if the page isn't what it would be.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.faults import table

from . import examples
from .examples import Said

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "findings.md"
MEANINGS = Path(__file__).with_name("findings.yml")

_HEAD = """\
# Findings

When something isn't as wanted, a task says why, in `msg` for people and in `findings` for plays. Each finding has a `code`,
a `severity` (`error`: it does not go on until this is mended; `warning`: otherwise), the `object` it was seen on, a
`message`, a `remedy`, and the `evidence` it was concluded from. The cause comes before its consequences. So a play can ask

```yaml
- hosts: localhost
  gather_facts: false
  tasks:
    - name: Look at the certificate
      certops.kubernetes.certificate_status:
        name: www-tls
        namespace: shop
      register: seen
    - name: Wait for nobody if the host is not in DNS
      ansible.builtin.fail:
        msg: "{{ seen.findings[0].message }}"
      when: seen.findings | selectattr('code', 'in', ['self_check.nxdomain', 'dns.nxdomain'])
```

Below is every code: what it means, a sentence as the tests bring it about, and the remedy in it. Where there is a link, the
fault is [made for real](faults.md) on a cluster as well.
"""
_END = "<!-- Made by tests/docs/findings.py from tests/docs/findings.yml, tests/docs/examples.json and tests/faults -->"

Topic = Mapping[str, Any]


def topics() -> list[Topic]:
    """topic, about, and codes: code → meaning."""
    return list(yaml.safe_load(MEANINGS.read_text()))


def page(meanings: list[Topic], kept: Mapping[str, Said]) -> str:
    """The whole text."""
    faults = dict(_faults())
    lines = [_HEAD]
    for topic in meanings:
        lines += [f"## {topic['topic']}", "", topic["about"], ""]
        for code, meaning in topic["codes"].items():
            lines += _entry(code, meaning, kept[code], faults.get(code, []))
    return "\n".join([*lines, _END, ""])


def _entry(code: str, meaning: str, said: Said, faults: list[str]) -> Iterator[str]:
    yield from (f"### `{code}`", "", f"{' or '.join(said.severities).capitalize()}. {meaning}", "")
    yield f"> {_plain(f'{said.object}: {said.message}' if said.object else said.message)}"
    if said.remedy:
        yield from (">", f"> → {_plain(said.remedy)}")
    yield ""
    if faults:
        yield from (f"Made for real: {'; '.join(faults)}.", "")


def _plain(text: str) -> str:
    """Nothing in it is taken for Markdown."""
    return re.sub(r"([*_<>\[\]|`\\])", r"\\\1", text)


def _faults() -> Iterator[tuple[str, list[str]]]:
    """By code, links to the tables of docs/faults.md."""
    found: dict[str, list[str]] = {}
    for topic, cases in table.TOPICS.items():
        anchor = re.sub(r"[^\w -]", "", topic.lower()).replace(" ", "-")
        for case in cases:
            found.setdefault(case.code, []).append(f"[{case.fault[0].lower()}{case.fault[1:]}](faults.md#{anchor})")
    yield from found.items()


def _made() -> Iterator[tuple[str, ast.Call]]:
    """Each place where a finding is made, with its file."""
    for path in sorted((ROOT / "plugins").glob("**/*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Finding" and node.args:
                yield str(path.relative_to(ROOT)), node


def literal_codes() -> dict[str, str]:
    """Codes that stand as such where a finding is made, each with the file."""
    return {str(call.args[0].value): path for path, call in _made() if isinstance(call.args[0], ast.Constant)}


def without_remedy() -> list[str]:
    """Where a finding is made that tells nobody what to do, a line each."""
    said = "is a finding without a remedy: say what to do, or what to look at when waiting takes too long"
    return [f"{path}:{call.lineno} {said}" for path, call in _made() if not _remedy(call)]


def _remedy(call: ast.Call) -> bool:
    given = call.args[4:5] + [each.value for each in call.keywords if each.arg == "remedy"]
    return bool(given) and not (isinstance(given[0], ast.Constant) and not given[0].value)


def gaps(meanings: list[Topic], kept: Mapping[str, Said]) -> list[str]:
    """What is missing for the page, a line each."""
    said = [code for topic in meanings for code in topic["codes"]]
    lines = [
        f"{code} stands twice in {MEANINGS.name}" for code in sorted({code for code in said if said.count(code) > 1})
    ]
    for code, path in literal_codes().items():
        if code not in said:
            lines.append(f"{code}, made in {path}, has no meaning in {MEANINGS.name}")
    lines += [f"{code} has no meaning in {MEANINGS.name}" for code in sorted({*kept, *dict(_faults())} - {*said, ""})]
    unheard = f"is not made by a test, or its sentence was not taken yet: {__spec__.name} --record"
    lines += [f"{code} {unheard}" for code in said if code not in kept]
    return lines + [f"{code} is said without a remedy" for code in said if code in kept and not kept[code].remedy]


def record(suite: str) -> None:
    """Runs a suite and keeps its sentences. CalledProcessError if it fails."""
    with tempfile.TemporaryDirectory() as folder:
        recorded = Path(folder) / "findings.json"
        command = [sys.executable, "-m", "pytest", "-q", examples.PLUGIN, f"tests/{suite}"]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **examples.variables(recorded)}, check=True)
        examples.save(examples.updated(examples.load(), examples.seen(recorded, suite), suite))


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.docs.findings", description="Writes docs/findings.md.")
    parser.add_argument("--check", action="store_true", help="write nothing, fail if it is out of date")
    parser.add_argument("--record", choices=examples.SUITES, help="run these tests for their sentences first")
    options = parser.parse_args()
    if options.record:
        record(options.record)
    meanings, kept = topics(), examples.load()
    missing = gaps(meanings, kept) + without_remedy()
    for line in missing:
        print(f"{PAGE.relative_to(ROOT)}: {line}")
    if missing:
        return 1
    text = page(meanings, kept)
    if PAGE.exists() and PAGE.read_text() == text:
        return 0
    if options.check:
        print(f"{PAGE.relative_to(ROOT)}: is out of date; python -m tests.docs.findings writes it")
        return 1
    PAGE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
