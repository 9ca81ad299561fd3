# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two processes of the module `certificate` at once for one Secret: one certificate, one order."""

from __future__ import annotations

import pytest

from .street import wanted


@pytest.fixture
def house(street):
    return street.houses[0]


def race(house, name, **how):
    """Two runs; each ends well, or says why not. At least one of them does."""
    arguments = {"namespace": house.namespace, "engine": "direct", **wanted(name), **how}
    results = house.lane.run_twice("certificate", arguments)
    for result in results:
        assert not result.failed or result.said["findings"], result
        assert "Traceback" not in result.stderr + str(result.said), result
    assert not all(result.failed for result in results), results
    serial = f"{house.leaf(name).serial_number}"
    assert {result.said["certificate"]["serial_number"] for result in results if not result.failed} == {serial}
    assert house.left(name) == []
    assert house.orders(name) == 1
    return serial


@pytest.mark.parametrize("number", range(3))
def test_a_first_certificate(house, number):
    race(house, f"race-{number}")
    assert not house.issue(f"race-{number}").said["changed"]


@pytest.mark.parametrize("number", range(3))
def test_a_renewal(house, number):
    name = f"race-again-{number}"
    house.issue(name)
    house.give_up_authorizations()
    before = f"{house.leaf(name).serial_number}"
    assert race(house, name, renew="always") != before


def test_a_renewal_by_the_key_that_is_served(house):
    name = "race-same-key"
    same_key = {"private_key": {"algorithm": "ECDSA", "rotation_policy": "Never"}}
    house.issue(name, **same_key)
    house.give_up_authorizations()
    before, key = f"{house.leaf(name).serial_number}", house.leaf(name).public_key_sha256
    assert race(house, name, **same_key, renew="always") != before
    assert house.leaf(name).public_key_sha256 == key
