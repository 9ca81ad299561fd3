# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.modules import certificate_engine


@pytest.mark.parametrize("check", [False, True])
def test_has_nothing_to_do_in_an_empty_namespace(call, fake, check):
    result = call(certificate_engine, check=check, namespace="shop", engine="direct")
    assert (result["changed"], result["certificates"], result["issuers"]) == (False, [], [])


def test_names_what_is_not_there(call, fake):
    result = call(certificate_engine, namespace="shop", engine="cert_manager", names=["www"])
    assert result["failed"]
    assert [(each["code"], each["object"]) for each in result["findings"]] == [
        ("certificate.missing", "Certificate shop/www")
    ]


def test_refuses(call, fake):
    result = call(certificate_engine, namespace="Shop", engine="direct", names=[])
    assert result["failed"]
    assert "namespace: 'Shop'" in result["msg"]
    assert "names: empty" in result["msg"]
    assert fake.requests == []
