# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.modules import tls_info
from ansible_collections.certops.kubernetes.tests.unit.fleets import ISSUER, certificate, ingress, secret


@pytest.mark.parametrize("check", [False, True])
def test_shows_the_hosts(call, fake, check):
    for item in (ingress(), ingress("plain.test", None, "plain"), certificate(), secret(), ISSUER):
        fake.put(item)
    result = call(tls_info, check=check, within="100d")
    assert not result["changed"]
    assert "warnings" not in result
    assert [host["host"] for host in result["hosts"]] == ["www.test", "plain.test"]
    assert (result["summary"]["hosts"], result["summary"]["expiring"], result["summary"]["issuers"]) == (2, 1, 1)
    assert [finding["code"] for finding in result["findings"]] == ["certificate.expiring", "host.no_tls"]


def test_refuses(call, fake):
    result = call(tls_info, namespaces=[], within="soon")
    assert result["failed"]
    assert "namespaces: empty" in result["msg"]
    assert "within: 'soon'" in result["msg"]
    assert fake.requests == []
