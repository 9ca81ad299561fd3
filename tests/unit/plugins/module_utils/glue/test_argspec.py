# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.glue import argspec, options
from ansible_collections.certops.kubernetes.plugins.module_utils.glue.argspec import ArgumentSpec

ONE = ArgumentSpec(
    {"a": {"type": "str"}, "b": {"type": "str"}},
    mutually_exclusive=[("a", "b")],
    required_if=[("a", "x", ("b",))],
    required_by={"a": "b"},
)
OTHER = ArgumentSpec(
    {"b": {"type": "int"}, "c": {"type": "str"}},
    mutually_exclusive=[("b", "c")],
    required_together=[("b", "c")],
    required_one_of=[("b", "c")],
    required_by={"c": "b"},
)


def test_merge_has_the_options_and_rules_of_both():
    merged = ONE.merge(OTHER)
    assert merged.argument_spec == {"a": {"type": "str"}, "b": {"type": "int"}, "c": {"type": "str"}}
    assert merged.mutually_exclusive == [("a", "b"), ("b", "c")]
    assert merged.required_together == [("b", "c")]
    assert merged.required_one_of == [("b", "c")]
    assert merged.required_if == [("a", "x", ("b",))]
    assert merged.required_by == {"a": "b", "c": "b"}


def test_merge_leaves_both_as_they_are():
    ONE.merge(OTHER).merge(ArgumentSpec({"d": {}}))
    assert sorted(ONE.argument_spec) == ["a", "b"]
    assert ONE.mutually_exclusive == [("a", "b")]
    assert sorted(OTHER.argument_spec) == ["b", "c"]


@pytest.mark.parametrize("check_mode", [True, False])
def test_the_module_gets_all_of_it(monkeypatch, check_mode):
    monkeypatch.setattr(argspec, "AnsibleModule", lambda **given: given)
    assert ONE.merge(OTHER).create_module(check_mode) == {
        "argument_spec": {"a": {"type": "str"}, "b": {"type": "int"}, "c": {"type": "str"}},
        "supports_check_mode": check_mode,
        "mutually_exclusive": [("a", "b"), ("b", "c")],
        "required_together": [("b", "c")],
        "required_one_of": [("b", "c")],
        "required_if": [("a", "x", ("b",))],
        "required_by": {"a": "b", "c": "b"},
    }


def test_wait():
    assert options.wait(300).argument_spec == {
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "int", "default": 300},
    }
