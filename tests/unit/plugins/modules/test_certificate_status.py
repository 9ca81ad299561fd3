# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.modules import certificate_status
from ansible_collections.certops.kubernetes.tests.unit import acme_chain


@pytest.mark.parametrize("check", [False, True])
def test_shows_the_chain(call, fake, check):
    for item in acme_chain.OBJECTS:
        fake.put(item)
    result = call(certificate_status, check=check, namespace="shop", name="www")
    assert not result["changed"]
    assert "warnings" not in result
    assert result["msg"].startswith("Certificate shop/www: not ready, DoesNotExist")
    [found] = result["certificates"]
    assert "evidence" not in found
    assert found["requests"][0]["orders"][0]["challenges"][0]["reason"] == acme_chain.REASON


def test_returns_evidence(call, fake):
    fake.put(acme_chain.CERTIFICATE)
    [found] = call(certificate_status, namespace="shop", evidence=True)["certificates"]
    assert found["evidence"]["certificate"]["metadata"]["name"] == "www"


def test_only_counts_healthy_ones_when_asked(call, fake):
    fake.put(acme_chain.CERTIFICATE)
    message = call(certificate_status, namespace="shop", only_unhealthy=True)["msg"]
    assert message.startswith("1 Certificate of namespace shop: 1 not ready, 1 being issued.\nCertificate shop/www: ")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": "www"}, "missing parameter(s) required by 'name': namespace"),
        ({"ingress": "www"}, "missing parameter(s) required by 'ingress': namespace"),
        ({"namespace": "shop", "name": "www", "dns_name": "a.test"}, "mutually exclusive"),
        ({"namespace": "Shop"}, "namespace: 'Shop' is not allowed"),
    ],
)
def test_refuses(call, fake, options, message):
    result = call(certificate_status, **options)
    assert result["failed"]
    assert message in result["msg"]
    assert fake.requests == []
