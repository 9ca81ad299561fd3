# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct import issuers
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct.ports import Parts
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.protocol import IssuerSecrets
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import NotReady, SpecError
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.issuer import IssuerSpec
from ansible_collections.certops.kubernetes.tests.unit import factory, live
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time


def nobody(*_given):
    """Nothing outside the cluster is asked."""
    raise AssertionError


PARTS = Parts(nobody, nobody, nobody)
SELF_SIGNED = IssuerSpec(kinds.ISSUER, "self", "shop", {"selfSigned": {}}, {}, "shop")
CA = IssuerSpec(kinds.ISSUER, "shop-ca", "shop", {"ca": {"secretName": "ca-tls"}}, {}, "shop")
CLUSTER = replace(SELF_SIGNED, kind=kinds.CLUSTER_ISSUER, namespace=None, secrets_namespace="cert-manager")


@pytest.fixture
def fake():
    """Without cert-manager."""
    cluster = FakeCluster(Time())
    cluster.missing_kinds |= {"Certificate", "Issuer", "ClusterIssuer"}
    return cluster


def authority_secret(certificate=live.CA):
    both = factory.Issued(certificate.certificate, certificate.key)
    return live.secret(both, name="ca-tls")


def test_is_kept_in_a_config_map(fake):
    outcome = issuers.ensure(fake.run(), PARTS, SELF_SIGNED)
    assert outcome.changed
    assert (outcome.facts["issuer"]["ready"], outcome.facts["issuer"]["reason"]) == (True, "IsReady")
    assert outcome.diff[0]["after"] == {"spec": {"selfSigned": {}}}
    assert outcome.diff[0]["after_header"] == "Issuer shop/self"


def test_a_second_run_takes_one_read(fake):
    issuers.ensure(fake.run(), PARTS, SELF_SIGNED)
    fake.requests.clear()
    outcome = issuers.ensure(fake.run(), PARTS, SELF_SIGNED)
    assert (outcome.changed, outcome.diff, outcome.facts["issuer"]["ready"]) == (False, [], True)
    assert fake.requests == ["get ConfigMap shop/certops-issuer-self"]


def test_check_mode_writes_nothing(fake):
    outcome = issuers.ensure(fake.run(check_mode=True), PARTS, SELF_SIGNED)
    assert (outcome.changed, outcome.facts["issuer"]["ready"]) == (True, False)
    assert all(request.startswith(("get", "dry-run")) for request in fake.requests)


def test_a_cluster_issuer_is_kept_where_its_secrets_are(fake):
    outcome = issuers.ensure(fake.run(), PARTS, CLUSTER)
    assert outcome.diff[0]["after_header"] == "ClusterIssuer self"
    assert fake.live(kinds.CONFIG_MAP, "cert-manager", "certops-cluster-issuer-self")


@pytest.mark.parametrize(
    ("secret", "code"),
    [
        (None, "issuer.ca_secret_missing"),
        ({**live.secret(name="ca-tls")}, "issuer.not_a_ca"),
        ({**live.secret(name="ca-tls"), "data": {}}, "issuer.ca_secret_unusable"),
    ],
)
def test_a_ca_that_can_not_sign_is_told_and_written_down(fake, secret, code):
    if secret:
        fake.put(secret)
    with pytest.raises(NotReady) as caught:
        issuers.ensure(fake.run(), PARTS, CA)
    assert [finding.code for finding in caught.value.findings] == [code]
    assert (caught.value.facts["changed"], caught.value.facts["issuer"]["reason"]) == (True, "ErrGetKeyPair")


def test_a_ca_that_can_sign(fake):
    fake.put(authority_secret())
    assert issuers.ensure(fake.run(), PARTS, CA).facts["issuer"]["message"] == "Signing CA verified"


def test_what_it_can_not_do_is_refused_before_any_request(fake):
    with pytest.raises(SpecError, match="vault"):
        issuers.ensure(fake.run(), PARTS, replace(SELF_SIGNED, body={"vault": {}}))
    assert fake.requests == []


def test_goes_with_nothing_left(fake):
    issuers.ensure(fake.run(), PARTS, SELF_SIGNED)
    where = IssuerSecrets("shop", False)
    assert issuers.remove(fake.run(check_mode=True), PARTS, kinds.ISSUER, "shop", "self", where).changed
    assert issuers.remove(fake.run(), PARTS, kinds.ISSUER, "shop", "self", where).changed
    assert fake.live(kinds.CONFIG_MAP, "shop", "certops-issuer-self") is None
    assert not issuers.remove(fake.run(), PARTS, kinds.ISSUER, "shop", "self", where).changed


def test_the_cas_own_secret_stays(fake):
    fake.put(authority_secret())
    issuers.ensure(fake.run(), PARTS, CA)
    issuers.remove(fake.run(), PARTS, kinds.ISSUER, "shop", "shop-ca", IssuerSecrets("shop", True))
    assert fake.live(kinds.SECRET, "shop", "ca-tls")
