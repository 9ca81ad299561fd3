# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import timedelta

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.errors import SpecError
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.scope import Scope, from_parameters

GIVEN = {"namespaces": None, "label_selector": None, "within": None}


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, Scope()),
        ({"namespaces": ["b", "a", "b"]}, Scope(("b", "a"))),
        ({"label_selector": "app=a", "within": "20d"}, Scope((), "app=a", timedelta(days=20))),
        ({"within": "1h30m"}, Scope(within=timedelta(minutes=90))),
    ],
)
def test_builds_what_is_given(given, wanted):
    assert from_parameters(GIVEN | given) == wanted


@pytest.mark.parametrize(
    ("given", "options"),
    [
        ({"namespaces": []}, ["namespaces"]),
        ({"namespaces": ["a", "B", "c.d"], "within": "soon"}, ["namespaces", "namespaces", "within"]),
    ],
)
def test_names_every_broken_rule(given, options):
    with pytest.raises(SpecError) as error:
        from_parameters(GIVEN | given)
    assert [problem.partition(":")[0] for problem in error.value.problems] == options
