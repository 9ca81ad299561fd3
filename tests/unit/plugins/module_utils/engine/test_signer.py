# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import signer
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import Forbidden
from ansible_collections.certops.kubernetes.tests.unit import factory, live
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time

NOW, THEN = "https://now.test/dir", "https://then.test/order/1"
CERTIFICATE = live.ready_certificate()
REQUEST = live.owned("CertificateRequest", "www-1", CERTIFICATE, {})


def order(owner=None):
    found = live.owned("Order", "www-1-2", owner or REQUEST, {"state": "valid", "url": THEN})
    found["metadata"]["creationTimestamp"] = "2026-03-01T12:00:00Z"
    return found


def authority(ca, name="ca"):
    return live.secret(factory.Issued(ca.certificate, ca.key), name)


def cluster(*objects):
    return FakeCluster(Time(), *objects)


def other(fake, certificate=None):
    return signer.other_signer(fake.run(), certificate or CERTIFICATE)


CA = live.issuer(ca={"secretName": "ca"})
OTHER_CA = factory.authority("Other CA")


@pytest.mark.parametrize(
    ("objects", "said"),
    [
        ([CA, live.secret(), authority(live.CA)], None),
        ([CA, live.secret(), authority(OTHER_CA)], "signed by CN=Shop CA, not by Other CA"),
        ([CA, live.secret()], None),
        ([CA, live.secret(), authority(OTHER_CA) | {"data": {}}], None),
        ([CA, authority(OTHER_CA)], None),
        ([CA, live.secret() | {"data": {}}, authority(OTHER_CA)], None),
        ([live.secret()], None),
        ([live.issuer(), live.secret()], "signed by CN=Shop CA, not by its own key"),
    ],
    ids=["same", "other", "no CA", "no CA in it", "no Secret", "none served", "no issuer", "self-signed"],
)
def test_compares_what_is_served_with_the_issuer_of_now(objects, said):
    assert other(cluster(*objects)) == said


@pytest.mark.parametrize(
    ("orders", "said"),
    [
        ([REQUEST, order()], "ordered from then.test, not from now.test"),
        ([REQUEST, order(live.owned("CertificateRequest", "other-1", CERTIFICATE, {}))], None),
        ([REQUEST], None),
    ],
    ids=["ours", "another's", "none"],
)
def test_orders_are_those_of_this_certificate(orders, said):
    assert other(cluster(live.issuer(acme={"server": NOW}), live.secret(), *orders)) == said


def test_a_cluster_wide_issuer():
    reference = {"name": "shop-ca", "kind": "ClusterIssuer"}
    fake = cluster(live.issuer(kind="ClusterIssuer"), live.secret())
    said = other(fake, live.ready_certificate(spec=live.SPEC | {"issuerRef": reference}))
    assert said == "signed by CN=Shop CA, not by its own key"
    assert fake.requests[0] == "get ClusterIssuer shop-ca"


def test_issuers_of_other_groups_are_not_judged():
    reference = {"name": "shop-ca", "group": "awspca.cert-manager.io"}
    fake = cluster(live.issuer(), live.secret())
    assert other(fake, live.ready_certificate(spec=live.SPEC | {"issuerRef": reference})) is None
    assert fake.requests == []


def test_what_may_not_be_read_is_a_failure():
    fake = cluster(live.issuer())
    fake.refuse("get Secret shop/www-tls", Forbidden("read", 403, {"message": "no"}))
    with pytest.raises(Forbidden):
        other(fake)
