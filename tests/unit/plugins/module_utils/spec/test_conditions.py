# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.spec import conditions
from ansible_collections.certops.kubernetes.tests.unit.live import condition

READY, ISSUING = condition("Ready", True), condition("Issuing", False)


def having(*found, generation=1):
    return {"metadata": {"generation": generation}, "status": {"conditions": list(found)}}


@pytest.mark.parametrize(
    ("obj", "found"),
    [
        ({}, None),
        ({"status": None}, None),
        ({"status": {"conditions": None}}, None),
        (having(ISSUING), None),
        (having(ISSUING, READY), READY),
    ],
)
def test_condition_of_a_type(obj, found):
    assert conditions.condition(obj, "Ready") == found


@pytest.mark.parametrize(
    ("obj", "true"),
    [
        (having(), False),
        (having(condition("Ready", "Unknown")), False),
        (having(condition("Ready", False)), False),
        (having(READY), True),
    ],
)
def test_is_true(obj, true):
    assert conditions.is_true(obj, "Ready") is true


@pytest.mark.parametrize(
    ("observed", "generation", "current"),
    [(1, 1, True), (2, 1, True), (1, 2, False), (None, 2, True), (None, None, True)],
)
def test_speaks_of_the_present_spec(observed, generation, current):
    assert conditions.is_current({"metadata": {"generation": generation}}, {"observedGeneration": observed}) is current
