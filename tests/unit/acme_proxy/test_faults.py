# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from tests.acme_proxy.faults import ENDPOINTS, Fault, endpoint_of, problem


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [("/dir", "directory"), ("/my-order/1", "order"), ("/order-plz", "newOrder"), ("/dir/more", ""), ("/", "")],
)
def test_a_path_belongs_to_an_endpoint(path, endpoint):
    assert endpoint_of(path) == endpoint


def test_every_endpoint_is_told_by_its_own_path():
    assert [endpoint_of(path) for path in ENDPOINTS.values()] == list(ENDPOINTS)


def test_a_fault_for_an_endpoint_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="no endpoint 'newAuthz'; there are directory, newNonce"):
        Fault("newAuthz")


def test_a_problem_has_the_status_of_its_type_and_what_else_belongs_to_it():
    fault = problem("newOrder", "caa", "not allowed", subproblems=[{"type": "x"}], times=2)
    assert (fault.status, fault.times) == (403, 2)
    assert fault.body["subproblems"] == [{"type": "x"}]
    assert Fault(**fault.as_json()) == fault
