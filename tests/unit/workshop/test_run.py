# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runner of the checks counts truly and hides no failure."""

from __future__ import annotations

import pathlib

import pytest
import yaml

from ansible_collections.certops.kubernetes.tests.run import __main__ as runner
from ansible_collections.certops.kubernetes.tests.run import lint, process, sanity
from ansible_collections.certops.kubernetes.tests.run.counts import Counts, from_junit

FAILED_SANITY = """\
Running sanity test "pep8"
Running sanity test "pylint"
Running sanity test "import" on Python 3.11
FATAL: The 1 sanity test(s) listed below (out of 3) failed. See error output above for details.
pylint
"""


def test_counts_of_pytest(tmp_path: pathlib.Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text('<testsuites><testsuite tests="7" failures="1" errors="2" skipped="1"/></testsuites>')
    assert from_junit(report) == Counts(passed=3, failed=3, skipped=1)


@pytest.mark.parametrize(
    ("counts", "said"),
    [(Counts(3), "3 passed, 0 failed"), (Counts(1, 2, 4) + Counts(1), "2 passed, 2 failed, 4 skipped")],
)
def test_closing_line(counts: Counts, said: str) -> None:
    assert str(counts) == said


@pytest.mark.parametrize(
    ("said", "status", "counts"),
    [
        (FAILED_SANITY, 1, Counts(2, 1)),
        ('Running sanity test "pep8"\nRunning sanity test "pylint"\n', 0, Counts(2)),
        ('Running sanity test "pep8"\nRunning sanity test "pylint"\nFATAL: no network\n', 1, Counts(1, 1)),
        ("WARNING: All targets skipped.\n", 0, Counts(0, 1)),
    ],
)
def test_counts_of_sanity(said: str, status: int, counts: Counts) -> None:
    assert sanity.count(said.splitlines(keepends=True), status) == counts


def test_installations_are_not_shown() -> None:
    said: list[str] = []
    lines = ["Running a\n", "Installing requirements for Python\n", "Collecting b\n", "ERROR: c\n"]
    assert list(sanity.without_pip(lines, said)) == ["Running a\n", "ERROR: c\n"]
    assert said == lines


def test_a_failed_stage_hides_no_other(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def unusable() -> Counts:
        raise FileNotFoundError("no such tool")

    monkeypatch.setattr(runner, "STAGES", {"lint": unusable, "unit": lambda: Counts(5, 1), "sanity": lambda: Counts(2)})
    monkeypatch.setattr("sys.argv", ["run", "lint", "unit", "sanity"])
    assert runner.main() == 1
    lines = capsys.readouterr().out.splitlines()
    assert "lint: no such tool" in lines
    assert lines[-1] == "7 passed, 2 failed"


def test_success(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(runner, "STAGES", {"lint": lambda: Counts(5)})
    monkeypatch.setattr("sys.argv", ["run", "lint"])
    assert runner.main() == 0
    assert capsys.readouterr().out.splitlines()[-1] == "5 passed, 0 failed"


def test_each_linter_is_a_hook() -> None:
    (local,) = yaml.safe_load((process.ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    entries = [hook["entry"] for hook in local["hooks"] if "tests.run.lint" in hook["entry"]]
    assert sorted(entries) == sorted(f'.venv/bin/python -m tests.run.lint "{name}"' for name in lint.commands())


def test_linters_by_name(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(lint, "commands", lambda: {"good": ["true"], "bad": ["false"]})
    assert (lint.main(["good"]), lint.main(["bad"]), lint.main([])) == (0, 1, 1)
    assert lint.main(["goood"]) == 2
    assert "there is no goood; there are good, bad" in capsys.readouterr().out
