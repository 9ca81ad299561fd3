# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.spec.since import SINCE, version_with


@pytest.mark.parametrize("path", SINCE)
def test_every_field_on_record_and_what_is_below_it(path):
    assert version_with(path) == SINCE[path]
    assert version_with(f"{path}.below.it") == SINCE[path]


@pytest.mark.parametrize("version", sorted(set(SINCE.values())))
def test_versions_are_supported_ones(version):
    assert 1.15 < float(version) < 1.22


def test_the_nearest_field_counts():
    route = "acme.solvers.http01.gatewayHTTPRoute.podTemplate"
    assert version_with(f"{route}.spec.nodeSelector") == "1.16"
    assert version_with(f"{route}.spec.resources.limits") == "1.19"


@pytest.mark.parametrize("path", ["dnsNames", "acme", "acme.solvers", "keystores.jks", ""])
def test_nothing_is_said_of_older_fields(path):
    assert version_with(path) is None
