# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.certops.kubernetes.plugins.filter.external_dns_unread import FilterModule

FILTER = FilterModule().filters()["external_dns_unread"]
OLD, NEW = "external-dns.alpha.kubernetes.io/", "external-dns.kubernetes.io/"


def test_an_object_announced_for_the_version_before():
    service = {"kind": "Service", "metadata": {"name": "web", "namespace": "shop", "annotations": {f"{OLD}ttl": "60"}}}
    assert FILTER([service], [OLD]) == []
    assert [each["name"] for each in FILTER([service], [NEW])] == ["web"]


@pytest.mark.parametrize("objects", [None, [1], [{"kind": "Service"}]])
def test_something_else_is_refused(objects):
    with pytest.raises(AnsibleFilterError, match="external_dns_unread: these are no objects of Kubernetes"):
        FILTER(objects, [NEW])
