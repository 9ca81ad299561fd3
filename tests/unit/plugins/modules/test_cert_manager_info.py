# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.certops.kubernetes.plugins.modules import cert_manager_info


def test_says_what_is_missing(call, fake):
    fake.missing_kinds.add("Certificate")
    result = call(cert_manager_info, check=True)
    assert not result["changed"]
    assert not result["cert_manager"]["installed"]
    assert [finding["code"] for finding in result["findings"]] == ["crd.missing"]
    assert "dry-run create Certificate default/certops-check-" in fake.requests


def test_waits_when_asked_to(call, fake):
    fake.missing_kinds.add("Certificate")
    result = call(cert_manager_info, namespace="shop", wait=True, wait_timeout=10)
    assert result["failed"]
    assert result["msg"].startswith("cert-manager does not work after ")
    assert result["cert_manager"]["webhook"]["reason"] == "crd.missing"
    assert 5 < fake.time.seconds <= 10
