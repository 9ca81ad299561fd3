# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.report import page, rows
from ansible_collections.certops.kubernetes.tests.browser import sample


def view(result, chains=()):
    return page.view(result, chains, sample.NOW_TEXT)


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, ("ok", "All is well")),
        ({"warnings": 1}, ("warning", "No errors, 1 warning")),
        ({"errors": 1}, ("error", "1 error")),
        ({"errors": 2, "warnings": 3}, ("error", "2 errors, 3 warnings")),
    ],
)
def test_verdict(change, verdict):
    result = sample.healthy()
    found = view(result | {"summary": result["summary"] | change})["verdict"]
    assert (found["state"], found["words"]) == verdict


def test_nothing_found_is_not_well_when_not_all_was_seen():
    found = view(sample.healthy() | {"unreadable": {"secrets": "no"}})["verdict"]
    assert found == {"state": "unknown", "words": "Nothing found, but not all was seen"}


def test_what_needs_attention_comes_first():
    lines = view(sample.mixed())["hosts"]
    assert [line.name for line in lines[:3]] == ["old.example.test", "lost.example.test", "short.example.test"]
    states = [rows.STATES.index(line.state) for line in lines]
    assert states == sorted(states)


def test_a_host_without_tls_says_so():
    plain = next(line for line in view(sample.mixed())["hosts"] if line.name == "plain.example.test")
    assert (plain.kept, plain.ends, plain.state) == ("no TLS", None, "warning")


def test_a_missing_date_is_not_known():
    row = sample.healthy()["hosts"][0] | {"not_after": None}
    assert rows.state(row, {}, sample.fleets.NOW) == "unknown"
    assert rows.state(row, {}, sample.fleets.NOW, known=True) == "ok"


def test_certificates_that_nobody_serves_have_a_table_of_their_own():
    assert [line.name for line in view(sample.mixed())["unserved"]] == ["shop/waiting"]


def test_a_code_leads_to_the_first_finding_with_it():
    found = view(sample.mixed())
    assert {found["findings"][number - 1]["code"] for number in found["anchors"].values()} == set(found["anchors"])
    assert found["anchors"]["renewal.overdue"] == 4


def test_the_lines_of_a_chain_hang_below_their_tree():
    (chain,) = view(sample.mixed(), [sample.chain()])["chains"]
    assert [line.indent for line in chain] == [0, 3, 3, 3, 6, 9, 12, 12, 12]
