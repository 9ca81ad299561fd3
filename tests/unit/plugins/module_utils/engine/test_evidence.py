# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import evidence
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import Forbidden
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time

WWW, OTHER = live.certificate(), live.certificate(name="other")
REQUEST = live.owned("CertificateRequest", "www-1", WWW, {})
ORDER = live.owned("Order", "www-1-2", REQUEST, {})
CHALLENGE = live.owned("Challenge", "www-1-2-3", ORDER, {}, spec={})
STRANGERS = (
    live.owned("CertificateRequest", "other-1", OTHER, {}),
    live.owned("Order", "other-1-2", live.owned("CertificateRequest", "other-1", OTHER, {}), {}),
)


def gather(*objects, certificate=None, refuse=()):
    certificate = certificate or WWW
    fake = FakeCluster(Time(), *objects)
    for request in refuse:
        fake.refuse(request, Forbidden(request, 403, {"message": "no"}))
    return evidence.gather(fake.run(), certificate), fake.requests


def names(items):
    return [item["metadata"]["name"] for item in items]


def test_follows_the_chain_of_owners():
    found, _requests = gather(live.issuer(), REQUEST, ORDER, CHALLENGE, *STRANGERS)
    assert found.issuer["metadata"]["name"] == "shop-ca"
    assert (names(found.requests), names(found.orders), names(found.challenges)) == (
        ["www-1"],
        ["www-1-2"],
        ["www-1-2-3"],
    )
    assert found.errors == {}


def test_asks_no_further_than_the_chain_goes():
    assert not {"list orders in shop", "list pods in shop"} & set(gather(*STRANGERS)[1])
    assert "list orders in shop" in gather(REQUEST)[1]
    assert "list challenges in shop" not in gather(REQUEST)[1]


def test_keeps_what_could_not_be_read_as_an_error():
    found, _requests = gather(
        live.issuer(), REQUEST, ORDER, refuse=["get Issuer shop/shop-ca", "list challenges in shop"]
    )
    assert found.errors == {"issuers": "no", "challenges": "no"}
    assert (found.issuer, found.challenges, names(found.orders)) == (None, (), ["www-1-2"])


def test_finds_a_cluster_wide_issuer():
    certificate = live.certificate(spec=live.SPEC | {"issuerRef": {"name": "shop-ca", "kind": "ClusterIssuer"}})
    found, requests = gather(live.issuer(kind="ClusterIssuer"), certificate=certificate)
    assert found.issuer["kind"] == "ClusterIssuer"
    assert "get ClusterIssuer shop-ca" in requests


def test_issuers_of_other_groups_are_not_looked_for():
    reference = {"name": "shop-ca", "group": "awspca.cert-manager.io"}
    found, requests = gather(certificate=live.certificate(spec=live.SPEC | {"issuerRef": reference}))
    assert found.issuer is None
    assert not [request for request in requests if "ssuer" in request]
