# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import ingresses
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.cert_manager import CertManager
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct import issuers
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct.engine import Direct
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct.ports import Parts
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.following import Following
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.protocol import CertificateTarget
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import CertopsError, Forbidden, NotReady
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import ingress, kinds
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.certificate import CertificateSpec
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.issuer import IssuerSpec
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.controllers import issuing
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time


def nobody(*_given):
    """Nothing outside the cluster is asked."""
    raise AssertionError


PARTS = Parts(nobody, nobody, nobody)
ENGINE = Following(CertManager(), Direct(PARTS))
REF = {"name": "self", "kind": "Issuer", "group": "cert-manager.io"}
DIRECT = CertificateSpec("api", "shop", live.SPEC | {"secretName": "api-tls", "issuerRef": REF})
THEIRS = CertificateSpec("www", "shop", live.SPEC)


@pytest.fixture
def fake():
    """A cluster where cert-manager works, with an issuer of the direct engine too."""
    cluster = FakeCluster(Time())
    issuing(cluster)
    issuers.ensure(cluster.run(), PARTS, IssuerSpec(kinds.ISSUER, "self", "shop", {"selfSigned": {}}, {}, "shop"))
    cluster.requests.clear()
    return cluster


def test_each_certificate_goes_to_the_engine_of_its_issuer(fake):
    outcome = ENGINE.ensure_certificates(fake.run(), [DIRECT, THEIRS])
    assert [each["name"] for each in outcome.facts["certificates"]] == ["api", "www"]
    assert all(each["ready"] for each in outcome.facts["certificates"])
    assert fake.live(kinds.CERTIFICATE, "shop", "api") is None
    assert fake.live(kinds.CONFIG_MAP, "shop", "certops-certificate-www") is None


def test_one_read_an_issuer_tells(fake):
    ENGINE.ensure_certificates(fake.run(), [THEIRS])
    fake.requests.clear()
    ENGINE.ensure_certificates(fake.run(), [THEIRS])
    assert fake.requests == [
        "get ConfigMap shop/certops-issuer-shop-ca",
        "get Certificate shop/www",
        "get Secret shop/www-tls",
    ]


def test_without_the_right_to_read_config_maps_it_is_cert_managers(fake):
    request = "get ConfigMap shop/certops-issuer-shop-ca"
    fake.refuse(request, Forbidden(request, 403, {"message": "no"}))
    assert ENGINE.ensure_certificates(fake.run(), [THEIRS]).changed


def test_an_issuer_that_no_engine_knows_is_one_clear_error(fake):
    fake.missing_kinds |= {"Certificate", "Issuer"}
    with pytest.raises(CertopsError) as caught:
        ENGINE.ensure_certificates(fake.run(), [THEIRS])
    assert [(finding.code, finding.object) for finding in caught.value.findings] == [
        ("engine.none", "Issuer shop/shop-ca")
    ]


def test_a_failure_of_one_engine_keeps_the_others_facts(fake):
    broken = CertificateSpec(
        "api", "shop", DIRECT.body | {"keystores": {"jks": {"create": True, "passwordSecretRef": REF | {"key": "p"}}}}
    )
    with pytest.raises(NotReady) as caught:
        ENGINE.ensure_certificates(fake.run(), [THEIRS, broken])
    assert [each["ready"] for each in caught.value.facts["certificates"]] == [True, False]
    assert caught.value.facts["changed"]


def test_removes_from_both(fake):
    ENGINE.ensure_certificates(fake.run(), [DIRECT, THEIRS])
    targets = [CertificateTarget("shop", name, None) for name in ("api", "www")]
    outcome = ENGINE.remove_certificates(fake.run(), targets, delete_secret=False)
    assert (outcome.changed, [each["name"] for each in outcome.facts["certificates"]]) == (True, ["api", "www"])
    assert not ENGINE.remove_certificates(fake.run(), targets, delete_secret=False).changed


PARAMETERS = {
    "name": "www",
    "namespace": "shop",
    "hosts": [live.HOST],
    "secret_name": "www-tls",
    "issuer_ref": REF,
    "rules": [{"path": "/", "path_type": "Prefix", "service": "web", "port": "80", "host": None}],
    "controller": "auto",
    "certificate": {"private_key": {"algorithm": "ECDSA"}},
}


def test_an_ingress_gets_a_tls_entry_and_no_annotation_of_cert_managers(fake):
    wanted = ingress.from_parameters(PARAMETERS)
    outcome = ingresses.ensure(fake.run(), ENGINE, wanted)
    made = fake.live(kinds.INGRESS, "shop", "www")
    assert made["spec"]["tls"] == [{"hosts": [live.HOST], "secretName": "www-tls"}]
    assert not [key for key in made["metadata"]["annotations"] if key.startswith("cert-manager.io/")]
    assert outcome.facts["certificate"]["ready"]
    assert not ingresses.ensure(fake.run(), ENGINE, wanted).changed


def test_what_is_kept_of_the_certificate_goes_with_the_ingress(fake):
    ingresses.ensure(fake.run(), ENGINE, ingress.from_parameters(PARAMETERS))
    ingresses.remove(fake.run(), "shop", "www", delete_secret=True)
    assert fake.live(kinds.CONFIG_MAP, "shop", "certops-certificate-www-tls") is None
    assert fake.live(kinds.SECRET, "shop", "www-tls") is None


def test_a_certificate_that_fails_leaves_the_ingress_alone(fake):
    store = {"jks": {"create": True, "password_secret_ref": {"name": "store", "key": "password"}}}
    wanted = ingress.from_parameters({**PARAMETERS, "certificate": {"keystores": store}})
    with pytest.raises(NotReady) as caught:
        ingresses.ensure(fake.run(), ENGINE, wanted)
    assert (caught.value.facts["ingress"]["name"], caught.value.facts["certificate"]["ready"]) == ("www", False)
    assert fake.live(kinds.INGRESS, "shop", "www") is None


def test_one_of_which_only_the_renewal_is_asked_goes_where_it_is_kept(fake):
    ENGINE.ensure_certificates(fake.run(), [DIRECT, THEIRS])
    fake.requests.clear()
    asked = [CertificateSpec(name, "shop", {}, "always") for name in ("api", "www")]
    outcome = ENGINE.ensure_certificates(fake.run(), asked)
    assert [each["revision"] for each in outcome.facts["certificates"]] == [2, 2]
    assert fake.live(kinds.CERTIFICATE, "shop", "www")["spec"] == live.SPEC


@pytest.mark.parametrize("directly", [True, False])
def test_one_that_is_not_there_can_not_be_renewed(fake, directly):
    engine = Direct(PARTS) if directly else ENGINE
    with pytest.raises(CertopsError, match="nothing to renew") as caught:
        engine.ensure_certificates(fake.run(), [CertificateSpec("gone", "shop", {}, "always")])
    assert [finding.code for finding in caught.value.findings] == ["certificate.missing"]


def test_who_may_not_read_certificates_of_cert_managers_takes_an_ingress_away(fake):
    ingresses.ensure(fake.run(), ENGINE, ingress.from_parameters(PARAMETERS))
    request = "get Certificate shop/www-tls"
    fake.refuse(request, Forbidden(request, 403, {"message": "no"}))
    assert ingresses.remove(fake.run(), "shop", "www", delete_secret=False).changed


def test_what_cert_manager_was_asked_for_is_not_left_behind_unsaid(fake):
    theirs = {**PARAMETERS, "issuer_ref": {**REF, "name": "shop-ca"}}
    ingresses.ensure(fake.run(wait=False), ENGINE, ingress.from_parameters(theirs))
    request = "get Certificate shop/www-tls"
    fake.refuse(request, Forbidden(request, 403, {"message": "no"}))
    with pytest.raises(Forbidden):
        ingresses.remove(fake.run(), "shop", "www", delete_secret=False)


def test_an_exposed_key_is_replaced_by_the_engine_that_keeps_the_certificate(fake):
    ENGINE.ensure_certificates(fake.run(), [DIRECT])
    before = fake.live(kinds.SECRET, "shop", "api-tls")["data"]["tls.key"]
    keeping = replace(DIRECT, renew="key_exposed", body=DIRECT.body | {"privateKey": {"rotationPolicy": "Never"}})
    outcome = ENGINE.ensure_certificates(fake.run(), [keeping])
    assert outcome.facts["certificates"][0]["revoked"] is None
    assert fake.live(kinds.SECRET, "shop", "api-tls")["data"]["tls.key"] != before
    with pytest.raises(CertopsError, match="revoke: the issuer of Certificate shop/api is no ACME issuer"):
        ENGINE.ensure_certificates(fake.run(), [replace(keeping, revoke=True)])


def test_what_was_never_issued_by_the_direct_engine_has_no_key_to_be_exposed(fake):
    outcome = ENGINE.ensure_certificates(fake.run(), [replace(DIRECT, renew="key_exposed", revoke=True)])
    assert outcome.facts["certificates"][0]["ready"]
