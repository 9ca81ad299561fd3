# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.acme.revocation import REASONS
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import AcmeError

from .workbench import client, issue, new_key, pem, registered


@pytest.fixture
def issued(acme, clock):
    return issue(acme, "revoked.example.com", clock=clock)


def revoked(server, issued):
    serial = f"{issued.leaf.serial_number:x}"
    return '"Status": "Revoked"' in server.managed(f"/cert-status-by-serial/{serial}")


@pytest.mark.parametrize("reason", [None, *REASONS.values()])
def test_by_its_account(server, acme, issued, reason):
    assert not revoked(server, issued)
    assert acme.revoke(issued.der, reason) is True
    assert revoked(server, issued)


def test_a_second_time_nothing_is_done(acme, issued):
    acme.revoke(issued.der)
    assert acme.revoke(issued.der) is False


def test_by_its_own_key_without_an_account(server, issued):
    assert client(server).revoke(issued.der, 1, pem(issued.key)) is True
    assert revoked(server, issued)


def test_not_by_another_account_or_key(server, acme, issued):
    other = registered(server)
    for key in (None, pem(new_key())):
        with pytest.raises(AcmeError, match="Cannot revoke the certificate: .*") as refused:
            other.revoke(issued.der, key_pem=key)
        assert refused.value.problem.status == 403
    assert not revoked(server, issued)


def test_not_for_a_reason_that_is_none(server, acme, issued):
    with pytest.raises(AcmeError) as refused:
        acme.revoke(issued.der, 7)
    assert refused.value.problem.type == "badRevocationReason"
    assert not revoked(server, issued)
