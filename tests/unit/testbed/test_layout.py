# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from tests.testbed.errors import TestbedError
from tests.testbed.layout import Testbed, cache_folder


def test_addresses_and_names_follow_from_the_number(testbed):
    assert (testbed.host_address, testbed.node_address, testbed.name) == ("198.18.7.1", "198.18.7.2", "certops7")
    assert testbed.acme_directory == "https://198.18.7.2:14000/dir"


@pytest.mark.parametrize(("given", "number"), [("", 0), ("0", 0), ("255", 255)])
def test_number_from_the_environment(given, number, monkeypatch):
    monkeypatch.setenv("TESTBED", given)
    assert Testbed.from_environment().number == number


@pytest.mark.parametrize("given", ["256", "-1", "one", "1.0", "²"])
def test_other_numbers_are_refused_with_the_value_and_what_is_allowed(given, monkeypatch):
    monkeypatch.setenv("TESTBED", given)
    with pytest.raises(TestbedError, match=f"TESTBED is '{given}', it has to be a number from 0 to 255"):
        Testbed.from_environment()


def test_fill_replaces_known_names_and_refuses_unknown_ones(testbed):
    assert testbed.fill("$node_address $extra", extra="more") == "198.18.7.2 more"
    with pytest.raises(KeyError):
        testbed.fill("$unheard_of")


def test_cache_folder_is_chosen_by_the_first_variable_that_is_set(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    monkeypatch.setenv("CERTOPS_CACHE", "/chosen")
    assert cache_folder() == Path("/chosen")
    monkeypatch.delenv("CERTOPS_CACHE")
    assert cache_folder() == Path("/xdg/certops-testbed")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "certops-testbed"
