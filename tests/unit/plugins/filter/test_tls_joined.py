# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.certops.kubernetes.plugins.filter.tls_joined import FilterModule
from ansible_collections.certops.kubernetes.plugins.module_utils.report import page
from ansible_collections.certops.kubernetes.tests.browser import sample

JOIN = FilterModule().filters()["tls_joined"]


def test_numbers_are_added_and_the_earliest_date_counts():
    ill, well = sample.mixed(), sample.healthy()
    both = JOIN({"east": ill, "west": well})["summary"]
    for key, value in both.items():
        if key in ("next_expiry", "next_renewal"):
            assert value == min(filter(None, (ill["summary"][key], well["summary"][key])))
        else:
            assert value == ill["summary"][key] + well["summary"][key]


def test_everything_bears_its_cluster():
    both = JOIN({"east": sample.healthy(), "west": sample.healthy()})
    rows = [*both["hosts"], *both["certificates"], *both["issuers"]]
    assert {row["namespace"].split("/")[0] for row in rows} == {"east", "west"}
    assert all(finding["object"].startswith(("east: ", "west: ")) for finding in both["findings"])


def test_namesakes_in_two_clusters_are_two_bars():
    one = page.view(sample.healthy(), [], sample.NOW_TEXT)["timeline"].count
    both = JOIN({"east": sample.healthy(), "west": sample.healthy()})
    assert page.view(both, [], sample.NOW_TEXT)["timeline"].count == 2 * one


def test_a_cluster_that_could_not_be_seen_is_named():
    clusters = {"east": sample.healthy(), "west": {"failed": True, "msg": "west does not answer"}}
    shown = page.view(JOIN(clusters), [], sample.NOW_TEXT)
    assert shown["unreadable"]["west"] == "west does not answer"


def test_no_cluster_could_be_seen():
    shown = page.view(JOIN({"west": {"failed": True}}), [], sample.NOW_TEXT)
    assert shown["verdict"]["words"] == "Nothing found, but not all was seen"
    assert shown["unreadable"] == {"west": "could not be seen"}


def test_says_what_is_wrong():
    with pytest.raises(AnsibleFilterError, match="no results of tls_info by cluster"):
        JOIN({"east": {"msg": "other"}})
