# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import readiness
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct import certificates, issuers
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct.ports import Parts
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.protocol import CertificateTarget
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import (
    CertopsError,
    Forbidden,
    NotReady,
    SpecError,
)
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.certificate import CertificateSpec
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.direct import record
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.issuer import IssuerSpec
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.match import key_matches
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time


def nobody(*_given):
    """Nothing outside the cluster is asked."""
    raise AssertionError


PARTS = Parts(nobody, nobody, nobody)
REF = {"name": "self", "kind": "Issuer", "group": "cert-manager.io"}


def wanted(name="www", options=None, **spec):
    body = live.SPEC | {"secretName": f"{name}-tls", "issuerRef": REF} | spec
    return CertificateSpec(name, "shop", body, **(options or {}))


WWW = wanted()


@pytest.fixture
def fake():
    """A cluster without cert-manager, with a self-signed issuer."""
    cluster = FakeCluster(Time())
    cluster.missing_kinds |= {"Certificate", "Issuer", "ClusterIssuer"}
    issuers.ensure(cluster.run(), PARTS, IssuerSpec(kinds.ISSUER, "self", "shop", {"selfSigned": {}}, {}, "shop"))
    cluster.requests.clear()
    return cluster


@pytest.fixture
def settled(fake):
    """One where the certificate is there already."""
    certificates.ensure(fake.run(), PARTS, [WWW])
    fake.requests.clear()
    return fake


def serial(fake, spec=WWW):
    return readiness.leaf_of(fake.live(kinds.SECRET, "shop", spec.secret_name)).serial_number


def facts(outcome):
    (found,) = outcome.facts["certificates"]
    return found


def test_issues_a_secret_as_cert_manager_would(fake):
    outcome = certificates.ensure(fake.run(), PARTS, [WWW])
    secret = fake.live(kinds.SECRET, "shop", "www-tls")
    assert outcome.changed
    assert (facts(outcome)["ready"], facts(outcome)["revision"], facts(outcome)["self_signed"]) == (True, 1, True)
    assert key_matches(readiness.value(secret, "tls.crt"), readiness.value(secret, "tls.key"))
    assert secret["metadata"]["annotations"]["cert-manager.io/certificate-name"] == "www"
    assert secret["type"] == "kubernetes.io/tls"
    json.dumps(outcome.facts)


def test_a_second_run_takes_three_reads(settled):
    outcome = certificates.ensure(settled.run(), PARTS, [WWW])
    assert (outcome.changed, outcome.diff, facts(outcome)["ready"]) == (False, [], True)
    assert settled.requests == [
        "get ConfigMap shop/certops-issuer-self",
        "get ConfigMap shop/certops-certificate-www",
        "get Secret shop/www-tls",
    ]


def test_check_mode_tells_the_same_and_writes_nothing(fake):
    planned = certificates.ensure(fake.run(check_mode=True), PARTS, [WWW])
    assert all(request.startswith(("get", "dry-run")) for request in fake.requests)
    assert list(planned.diff) == list(certificates.ensure(fake.run(), PARTS, [WWW]).diff)
    assert planned.changed


def test_check_mode_goes_on_without_the_issuer(fake):
    assert certificates.ensure(fake.run(check_mode=True), PARTS, [wanted(issuerRef=REF | {"name": "later"})]).changed


def test_without_the_issuer_nothing_is_done(fake):
    with pytest.raises(CertopsError) as caught:
        certificates.ensure(fake.run(), PARTS, [WWW, wanted("api", issuerRef=REF | {"name": "later"})])
    assert [(f.code, f.object) for f in caught.value.findings] == [("issuer.missing", "Issuer shop/later")]
    assert fake.live(kinds.SECRET, "shop", "www-tls") is None


def test_a_changed_name_is_issued_anew(settled):
    before = serial(settled)
    outcome = certificates.ensure(settled.run(), PARTS, [wanted(dnsNames=["new.test"])])
    assert outcome.diff[0]["after"] == {"spec": {"dnsNames": ["new.test"]}}
    assert outcome.diff[1]["after"] == {"certificate": "issued (it differs in dnsNames)"}
    assert (facts(outcome)["revision"], serial(settled) != before) == (2, True)


def test_labels_and_formats_need_no_new_certificate(settled):
    before = serial(settled)
    more = wanted(secretTemplate={"labels": {"tier": "front"}}, additionalOutputFormats=[{"type": "CombinedPEM"}])
    outcome = certificates.ensure(settled.run(), PARTS, [more])
    assert outcome.diff[1]["after"] == {
        "metadata": {"labels": {"tier": "front"}},
        "data": {"tls-combined.pem": "(hidden, changed)"},
    }
    assert (outcome.changed, serial(settled)) == (True, before)
    assert not certificates.ensure(settled.run(), PARTS, [more]).changed
    assert certificates.ensure(settled.run(), PARTS, [WWW]).diff[1]["before"] == {
        "metadata": {"labels": {"tier": "front"}},
        "data": {"tls-combined.pem": "(hidden)"},
    }
    secret = settled.live(kinds.SECRET, "shop", "www-tls")
    assert "tier" not in secret["metadata"]["labels"]
    assert set(secret["data"]) == {"tls.crt", "tls.key", "ca.crt"}


def test_a_secret_of_cert_managers_is_taken_over_as_it_is(fake):
    served = live.factory.self_signed(live.HOST, not_before=fake.time.start - timedelta(hours=1))
    secret = live.secret(served, issuer="self")
    secret["metadata"]["annotations"]["cert-manager.io/certificate-name"] = "www"
    fake.put(secret, "cert-manager-certificates-issuing")
    certificates.ensure(fake.run(), PARTS, [wanted(usages=["digital signature", "key encipherment", "server auth"])])
    assert serial(fake) == readiness.leaf_of(secret).serial_number


def test_what_cert_manager_keeps_is_left_to_it(fake):
    fake.missing_kinds.clear()
    fake.put(live.ready_certificate())
    with pytest.raises(CertopsError) as caught:
        certificates.ensure(fake.run(), PARTS, [WWW])
    assert caught.value.findings[0].code == "engine.both"
    assert fake.live(kinds.SECRET, "shop", "www-tls") is None


def test_who_may_not_read_certificates_goes_on(fake):
    request = "get Certificate shop/www"
    fake.refuse(request, Forbidden(request, 403, {"message": "no"}))
    assert facts(certificates.ensure(fake.run(), PARTS, [WWW]))["ready"]


def test_of_many_one_stands_for_all_before_anything_is_changed(fake):
    many = [wanted(f"www-{number}") for number in range(12)]
    assert certificates.ensure(fake.run(), PARTS, many).changed
    assert len([request for request in fake.requests if request.startswith("dry-run")]) == 1
    assert len([request for request in fake.requests if "Certificate " in request]) == 0
    assert "list certificates in shop" in fake.requests


def test_all_of_many_that_cert_manager_keeps_are_named(fake):
    fake.missing_kinds.clear()
    fake.put(live.ready_certificate(name="www-3"))
    fake.put(live.ready_certificate(name="www-7"))
    with pytest.raises(CertopsError) as caught:
        certificates.ensure(fake.run(), PARTS, [wanted(f"www-{number}") for number in range(12)])
    assert [finding.object for finding in caught.value.findings] == ["Certificate shop/www-3", "Certificate shop/www-7"]
    assert not [request for request in fake.requests if request.startswith(("apply", "create"))]


def test_who_may_not_list_certificates_is_asked_about_each(fake):
    fake.missing_kinds.clear()
    fake.put(live.ready_certificate(name="www-3"))
    request = "list certificates in shop"
    fake.refuse(request, Forbidden(request, 403, {"message": "no"}))
    with pytest.raises(CertopsError) as caught:
        certificates.ensure(fake.run(), PARTS, [wanted(f"www-{number}") for number in range(12)])
    assert [finding.object for finding in caught.value.findings] == ["Certificate shop/www-3"]


def test_of_two_runs_at_once_one_issues(fake):
    inner = []
    fake.before(
        "merge ConfigMap shop/certops-certificate-www",
        lambda: inner.append(certificates.ensure(fake.run(), PARTS, [WWW])),
    )
    outcome = certificates.ensure(fake.run(), PARTS, [WWW])
    assert facts(outcome)["serial_number"] == facts(inner[0])["serial_number"] == serial(fake)
    assert facts(outcome)["revision"] == 1


def test_a_secret_that_somebody_replaces_meanwhile_is_looked_at_again(settled):
    served = live.factory.self_signed("new.test", not_before=settled.time.start - timedelta(minutes=1))
    theirs = live.secret(served, issuer="self")
    settled.before("apply Secret shop/www-tls by force", lambda: settled.put(theirs))
    usages = ["digital signature", "key encipherment", "server auth"]  # those of the factory's certificates
    outcome = certificates.ensure(settled.run(), PARTS, [wanted(dnsNames=["new.test"], usages=usages)])
    assert facts(outcome)["serial_number"] == readiness.leaf_of(theirs).serial_number


def test_many_are_read_with_one_list(fake):
    many = [wanted(f"www-{number}") for number in range(10)]
    certificates.ensure(fake.run(), PARTS, many)
    fake.requests.clear()
    outcome = certificates.ensure(fake.run(), PARTS, many)
    assert not outcome.changed
    assert [each["name"] for each in outcome.facts["certificates"]] == [spec.name for spec in many]
    assert len(fake.requests) == 12  # the issuer, a list of the records, a Secret each


def test_a_key_that_must_stay_stays(fake):
    kept = {"privateKey": {"algorithm": "ECDSA", "rotationPolicy": "Never"}}
    certificates.ensure(fake.run(), PARTS, [wanted(**kept)])
    key = fake.live(kinds.SECRET, "shop", "www-tls")["data"]["tls.key"]
    certificates.ensure(fake.run(), PARTS, [wanted(**kept, dnsNames=["new.test"])])
    assert fake.live(kinds.SECRET, "shop", "www-tls")["data"]["tls.key"] == key


def test_a_key_that_must_stay_but_does_not_fit_is_told(fake):
    certificates.ensure(fake.run(), PARTS, [WWW])
    before = serial(fake)
    with pytest.raises(NotReady) as caught:
        certificates.ensure(fake.run(), PARTS, [wanted(privateKey={"algorithm": "RSA", "rotationPolicy": "Never"})])
    assert caught.value.findings[0].code == "certificate.not_signed"
    assert "rotationPolicy" in str(caught.value)
    assert serial(fake) == before
    record = fake.live(kinds.CONFIG_MAP, "shop", "certops-certificate-www")
    assert json.loads(record["data"]["status"])["failedIssuanceAttempts"] == 1


def test_a_keystore_without_a_password_is_told(fake):
    store = {"pkcs12": {"create": True, "passwordSecretRef": {"name": "store", "key": "password"}}}
    with pytest.raises(NotReady) as caught:
        certificates.ensure(fake.run(), PARTS, [wanted(keystores=store)])
    assert caught.value.findings[0].code == "certificate.keystore_password_missing"
    fake.put({**live.secret(name="store"), "data": live.data(password=b"changeit")})
    certificates.ensure(fake.run(), PARTS, [wanted(keystores=store)])
    assert "keystore.p12" in fake.live(kinds.SECRET, "shop", "www-tls")["data"]


def test_a_keystore_that_can_not_be_written_is_told(fake):
    fake.put({**live.secret(name="store"), "data": live.data(password=b"changeit")})
    store = {"jks": {"create": True, "alias": "ca", "passwordSecretRef": {"name": "store", "key": "password"}}}
    with pytest.raises(NotReady) as caught:
        certificates.ensure(fake.run(), PARTS, [wanted(keystores=store)])
    assert caught.value.findings[0].code == "certificate.not_written"
    assert "'ca' is the CA's own" in caught.value.findings[0].message
    assert fake.live(kinds.SECRET, "shop", "www-tls") is None


def test_what_it_can_not_do_is_refused_before_any_request(fake):
    with pytest.raises(SpecError, match="Certificate shop/www: renewal.windows"):
        certificates.ensure(fake.run(), PARTS, [wanted(renewal={"windows": [{"cron": "@daily"}]})])
    assert fake.requests == []


def test_what_no_acme_server_certifies_is_refused_before_anything_is_changed(fake):
    fake.put(record.manifest(kinds.ISSUER, "shop", "acme", {"acme": {}}))
    spec = wanted(issuerRef={**REF, "name": "acme"}, commonName="other.test")
    with pytest.raises(SpecError, match="Certificate shop/www: common_name: 'other.test' is not among"):
        certificates.ensure(fake.run(), PARTS, [spec])
    assert all(request.startswith("get ") for request in fake.requests)


@pytest.mark.parametrize("delete_secret", [True, False])
def test_goes_with_its_secret_when_asked(settled, delete_secret):
    target = CertificateTarget("shop", "www", None)
    assert certificates.remove(settled.run(), PARTS, [target], delete_secret).changed
    assert settled.live(kinds.CONFIG_MAP, "shop", "certops-certificate-www") is None
    assert (settled.live(kinds.SECRET, "shop", "www-tls") is None) == delete_secret
    assert not certificates.remove(settled.run(), PARTS, [target], delete_secret).changed
