# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.spec import ingress_record
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.ingress_record import ANNOTATION, Record

FULL = Record(True, ("www-tls",), ("www-tls",), ("ConfigMap/www-headers",))


def noted(text):
    return {"metadata": {"annotations": {ANNOTATION: text}}}


@pytest.mark.parametrize("record", [Record(), Record(created=True), Record(secrets=("a", "b")), FULL])
def test_a_note_is_read_as_it_was_written(record):
    assert ingress_record.read({"metadata": {"annotations": record.annotation()}}) == record


def test_the_note_leaves_out_what_is_empty():
    assert Record(secrets=("a",)).annotation() == {ANNOTATION: '{"secrets": ["a"]}'}
    assert json.loads(FULL.annotation()[ANNOTATION])["created"] is True


@pytest.mark.parametrize(
    "ingress",
    [
        None,
        {},
        {"metadata": {"annotations": None}},
        noted(""),
        noted("no json"),
        noted("[1]"),
        noted('"text"'),
        noted('{"secrets": "text", "objects": 5, "certificates": {"a": 1}}'),
    ],
)
def test_what_cannot_be_read_is_no_note(ingress):
    assert ingress_record.read(ingress) == Record()


@pytest.mark.parametrize(
    ("ingress", "entries"),
    [
        (None, []),
        ({"spec": {}}, []),
        ({"spec": {"tls": None}}, []),
        ({"spec": {"tls": [{"hosts": []}]}}, [{"hosts": []}]),
    ],
)
def test_entries(ingress, entries):
    assert ingress_record.entries(ingress) == entries


def entry(secret, *hosts, **more):
    return {"hosts": list(hosts), "secretName": secret, **more}


THEIRS = entry("theirs", "x.test")


@pytest.mark.parametrize(
    ("present", "ours", "result"),
    [
        ([], [], [entry("www", "a.test", "b.test")]),
        ([THEIRS], [], [THEIRS, entry("www", "a.test", "b.test")]),
        ([entry("www", "old.test"), THEIRS], ["www"], [entry("www", "a.test", "b.test"), THEIRS]),
        # Somebody else's entry for the same Secret only gains hosts.
        ([entry("www", "x.test", "b.test")], [], [entry("www", "x.test", "b.test", "a.test")]),
        ([{"secretName": "www"}], [], [entry("www", "a.test", "b.test")]),
        # An older entry of ours for these hosts gives way; one for other hosts stays.
        ([entry("old", "a.test")], ["old"], [entry("www", "a.test", "b.test")]),
        ([entry("old", "c.test")], ["old"], [entry("old", "c.test"), entry("www", "a.test", "b.test")]),
        # An entry without a Secret is the controller's default certificate.
        ([{"hosts": ["a.test"]}], [], [{"hosts": ["a.test"]}, entry("www", "a.test", "b.test")]),
    ],
)
def test_merged(present, ours, result):
    assert ingress_record.merged(present, ours, ("a.test", "b.test"), "www") == result


def test_merging_again_changes_nothing():
    once = ingress_record.merged([THEIRS], (), ("a.test",), "www")
    assert ingress_record.merged(once, ("www",), ("a.test",), "www") == once


def test_merging_leaves_the_present_entries_alone():
    present = [entry("www", "old.test")]
    ingress_record.merged(present, ["www"], ("a.test",), "www")
    assert present == [entry("www", "old.test")]


@pytest.mark.parametrize(
    ("present", "ours", "hosts"),
    [
        ([], (), []),
        ([entry("theirs", "x.test")], (), []),
        ([entry("www", "a.test")], (), []),
        ([entry("old", "a.test")], ("old",), []),
        ([entry("theirs", "b.test", "a.test")], (), ["a.test", "b.test"]),
    ],
)
def test_clashes(present, ours, hosts):
    assert list(ingress_record.clashes(present, ours, ("a.test", "b.test"), "www")) == [
        f"hosts: {host!r} is already served from Secret 'theirs' by a tls entry that is not ours" for host in hosts
    ]


def test_others():
    record = Record(secrets=("www",))
    assert ingress_record.others([THEIRS, entry("www", "a.test"), {}], record) == [THEIRS, {}]


BARE = {"hosts": ["b.test"]}
BALANCED = Record(secrets=("www",), hosts=("a.test",))


@pytest.mark.parametrize(
    ("present", "record", "result"),
    [
        ([], Record(), [{"hosts": ["c.test"]}]),
        ([THEIRS, BARE], Record(), [THEIRS, BARE, {"hosts": ["c.test"]}]),
        ([{"hosts": ["a.test"]}, THEIRS], BALANCED, [{"hosts": ["c.test"]}, THEIRS]),
        ([entry("www", "a.test"), BARE], BALANCED, [BARE, {"hosts": ["c.test"]}]),
    ],
    ids=["none", "others", "ours again", "from a Secret"],
)
def test_an_entry_that_names_no_secret(present, record, result):
    assert ingress_record.balanced(present, record, ["c.test"]) == result


def test_our_entry_without_a_secret_is_told_from_that_of_others():
    present = [{"hosts": ["a.test"]}, BARE, entry("www", "a.test")]
    assert ingress_record.without_hosts(present, BALANCED) == present[1:]
    assert ingress_record.others(present, BALANCED) == [BARE]
    assert ingress_record.others(present, Record()) == present
