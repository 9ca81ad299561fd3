# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentences on the page of findings are those that the collection says, and stay as long as it does."""

from __future__ import annotations

import dataclasses
import json
import pathlib

import pytest

from ansible_collections.certops.kubernetes.tests.docs import examples, findings
from ansible_collections.certops.kubernetes.tests.docs.examples import Said

SAID = Said("unit", ("error",), "Certificate shop/www", "is not served since 12:00.", "serve it")


def seen(tmp_path: pathlib.Path, *said: Said, times: int = 1) -> dict[str, list[Said]]:
    recorded = tmp_path / "findings.json"
    lines = [["a.b", *each.severities, each.object, each.message, each.remedy, times] for each in said]
    recorded.write_text(json.dumps(lines))
    return examples.seen(recorded, "unit")


def test_a_sentence_stays_while_it_is_said(tmp_path: pathlib.Path) -> None:
    other = dataclasses.replace(SAID, message="a shorter one")
    later = dataclasses.replace(SAID, message="is not served since 13:30.")
    now = seen(tmp_path, other, later)
    assert examples.differences({"a.b": SAID}, now, "unit") == []
    assert examples.updated({"a.b": SAID}, now, "unit") == {"a.b": SAID}


@pytest.mark.parametrize(
    "kept",
    [
        pytest.param({}, id="new"),
        pytest.param({"a.b": dataclasses.replace(SAID, message="is gone.")}, id="other words"),
        pytest.param({"a.b": dataclasses.replace(SAID, remedy="wait")}, id="another remedy"),
        pytest.param({"a.b": dataclasses.replace(SAID, severities=("warning",))}, id="another severity"),
        pytest.param({"a.b": SAID, "c.d": SAID}, id="said no more"),
    ],
)
def test_what_is_said_otherwise_is_told_and_taken(kept: dict[str, Said], tmp_path: pathlib.Path) -> None:
    now = seen(tmp_path, SAID)
    (line,) = examples.differences(kept, now, "unit")
    assert "python -m tests.docs.findings --record unit" in line
    assert examples.updated(kept, now, "unit") == {"a.b": SAID}


def test_other_suites_keep_theirs(tmp_path: pathlib.Path) -> None:
    kept = {"a.b": dataclasses.replace(SAID, suite="acme"), "c.d": dataclasses.replace(SAID, suite="acme")}
    assert examples.differences(kept, seen(tmp_path, SAID), "unit") == []


def test_the_best_is_shown(tmp_path: pathlib.Path) -> None:
    helpless = dataclasses.replace(SAID, remedy="")
    of_a_moment = dataclasses.replace(SAID, object="DNS server 127.0.0.1:4711")
    assert seen(tmp_path, helpless, of_a_moment, SAID)["a.b"][0] == SAID


def test_what_is_missing_is_named() -> None:
    topics = [{"topic": "Words", "about": "Said.", "codes": {code: "Said." for code in findings.literal_codes()}}]
    kept = dict.fromkeys(topics[0]["codes"], SAID)
    del topics[0]["codes"]["issuer.missing"]
    assert (
        "issuer.missing, made in plugins/module_utils/engine/direct/certificates.py, has no meaning in findings.yml"
        in (findings.gaps(topics, kept))
    )
    assert "crd.missing is said without a remedy" in findings.gaps(
        topics, {**kept, "crd.missing": dataclasses.replace(SAID, remedy="")}
    )
    del kept["certificate.missing"]
    assert any(line.startswith("certificate.missing is not made by a test") for line in findings.gaps(topics, kept))


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ('Finding("a.b", ERROR, "object", "message")', True),
        ('Finding("a.b", ERROR, "object", "message", "")', True),
        ('Finding("a.b", ERROR, "object", "message", remedy="")', True),
        ('Finding("a.b", ERROR, "object", "message", "do it")', False),
        ('Finding("a.b", ERROR, "object", "message", remedy=remedy)', False),
    ],
)
def test_where_a_finding_has_no_remedy_is_told(
    made: str, told: bool, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "checks.py").write_text(f"found = {made}\n")
    monkeypatch.setattr(findings, "ROOT", tmp_path)
    assert [line.split()[0] for line in findings.without_remedy()] == ["plugins/checks.py:1"] * told


def test_a_page_shows_all_of_a_finding() -> None:
    code = "issuer.missing"
    text = findings.page(
        [{"topic": "Issuers", "about": "Who signs.", "codes": {code: "It is not there."}}], {code: SAID}
    )
    assert (
        "### `issuer.missing`\n\nError. It is not there.\n\n> Certificate shop/www: is not served since 12:00.\n>\n> → serve it"
        in (text)
    )
    assert "[the issuer does not exist](faults.md#issuers-and-accounts)" in text
