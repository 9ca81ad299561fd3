# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates move from one engine to the other; the Secret is the same before and after, and nobody else is asked."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import readiness
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.cert_manager import CertManager
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct.engine import Direct
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct.ports import Parts
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.following import Following
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.moving.look import CERT_MANAGER, DIRECT
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.moving.move import move
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import CertopsError, Forbidden, NotReady
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds, tls_secret
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.certificate import CertificateSpec
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.direct import record
from ansible_collections.certops.kubernetes.plugins.module_utils.x509 import keys, signing
from ansible_collections.certops.kubernetes.tests.unit import factory, live
from ansible_collections.certops.kubernetes.tests.unit.fakes import START, FakeCluster, Time


def nobody(*_given):
    """Nothing outside the cluster is asked."""
    raise AssertionError


def client(*_given):
    """Only what its key says."""
    return SimpleNamespace(thumbprint="thumbprint")


PARTS = Parts(client, nobody, nobody)
ENGINE = Following(CertManager(), Direct(PARTS))
BODY = live.SPEC | {"secretName": "www-tls"}
WWW = CertificateSpec("www", "shop", BODY)
READY = [live.condition("Ready", True, "Ready")]
URI = "https://acme.test/account/7"
ACME = {"acme": {"server": "https://acme.test/dir", "privateKeySecretRef": {"name": "account"}, "solvers": []}}


def ready(obj):
    """As cert-manager says it."""
    return obj | {"status": {"conditions": READY, **obj.get("status", {})}}


def certificate(name="www", metadata=None, status=None, **spec):
    body = live.SPEC | {"secretName": f"{name}-tls"} | spec
    manifest = CertificateSpec(name, "shop", body).manifest()
    manifest["metadata"] |= metadata or {}
    return ready(manifest | {"status": {"revision": 4} | (status or {})})


def issuer(kind=kinds.ISSUER, name="shop-ca", body=None, **status):
    namespace = {"namespace": "shop"} if kind.namespaced else {}
    metadata = {"name": name, **namespace}
    spec = body or {"ca": {"secretName": "ca-tls"}}
    return ready(
        {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata, "spec": spec, "status": status}
    )


def ca_secret():
    return live.secret(factory.Issued(live.CA.certificate, live.CA.key), name="ca-tls")


def issued(name="www", **metadata):
    """A Secret as cert-manager writes it."""
    spec = CertificateSpec(name, "shop", live.SPEC | {"secretName": f"{name}-tls"})
    key = keys.generate(keys.wanted(spec.body))
    signer = signing.authority(*(readiness.value(ca_secret(), each) for each in ("tls.crt", "tls.key")))
    result = signing.by_authority(spec.body, key.public_key(), timedelta(days=90), START, signer)
    secret = tls_secret.manifest(spec, result, key, START)
    secret["metadata"] |= metadata
    return secret


@pytest.fixture
def fake():
    """cert-manager has issued two certificates, and is ready at once with what it is given."""
    cluster = FakeCluster(Time())
    for obj in (issuer(), ca_secret(), issued(), certificate(), issued("api"), certificate("api")):
        cluster.put(obj)

    def observe(obj):
        kind = {"Certificate": kinds.CERTIFICATE, "Issuer": kinds.ISSUER}.get(obj["kind"])
        if kind and "status" not in obj:
            conditions = [live.condition("Ready", True, "Ready", generation=1)]
            cluster.set_status(kind, "shop", obj["metadata"]["name"], {"conditions": conditions})

    cluster.reactions.append(observe)
    return cluster


def serials(fake, *names):
    secrets = [fake.live(kinds.SECRET, "shop", f"{name}-tls") for name in names or ("www", "api")]
    return [readiness.leaf_of(secret).serial_number for secret in secrets]


def kept(fake, name="www"):
    return fake.live(kinds.CONFIG_MAP, "shop", f"certops-certificate-{name}")


def there(fake, target, names=None, **how):
    return move(fake.run(**how), PARTS, target, "shop", names)


def refused(fake, target=DIRECT, names=None):
    """What is in the way; nothing was written."""
    with pytest.raises(CertopsError) as caught:
        there(fake, target, names)
    assert [line for line in fake.requests if not line.startswith(("get", "list", "dry-run"))] == []
    return {(finding.object, finding.message) for finding in caught.value.findings}


def test_a_namespace_moves_and_comes_back_as_it_was(fake):
    before, secrets = serials(fake), [fake.live(kinds.SECRET, "shop", name) for name in ("www-tls", "api-tls")]
    outcome = there(fake, DIRECT)
    assert (outcome.changed, [each["name"] for each in outcome.facts["certificates"]]) == (True, ["api", "www"])
    assert outcome.facts["issuers"] == [
        {"name": "shop-ca", "namespace": "shop", "kind": "Issuer", "created": True, "removed": True}
    ]
    assert outcome.diff[1]["before"] | outcome.diff[1]["after"] == {"engine": "direct"}
    assert fake.live(kinds.CERTIFICATE, "shop", "www") is None
    assert fake.live(kinds.ISSUER, "shop", "shop-ca") is None
    assert record.read(kept(fake), "spec") == BODY
    assert record.read(kept(fake), "status")["revision"] == 4
    assert not ENGINE.ensure_certificates(fake.run(), [WWW]).changed

    back = there(fake, CERT_MANAGER)
    assert back.changed and [each["removed"] for each in back.facts["issuers"]] == [True]
    assert (kept(fake), kept(fake, "api")) == (None, None)
    assert fake.live(kinds.CERTIFICATE, "shop", "www")["spec"] == BODY
    assert fake.live(kinds.ISSUER, "shop", "shop-ca")["spec"] == {"ca": {"secretName": "ca-tls"}}
    assert serials(fake) == before
    assert [fake.live(kinds.SECRET, "shop", name) for name in ("www-tls", "api-tls")] == secrets


@pytest.mark.parametrize("target", [DIRECT, CERT_MANAGER])
def test_a_second_run_has_nothing_to_do(fake, target):
    there(fake, DIRECT)
    there(fake, target)
    outcome = there(fake, target)
    assert (outcome.changed, outcome.facts) == (False, {"certificates": [], "issuers": []})


@pytest.mark.parametrize("target", [DIRECT, CERT_MANAGER])
def test_check_mode_tells_what_would_move_and_moves_nothing(fake, target):
    if target == CERT_MANAGER:
        there(fake, DIRECT)
    fake.requests.clear()
    planned = there(fake, target, check_mode=True)
    assert all(line.startswith(("get", "list", "dry-run")) for line in fake.requests)
    assert planned.changed and [each["removed"] for each in planned.facts["issuers"]] == [None]
    assert list(planned.diff) == list(there(fake, target).diff)


def test_one_certificate_moves_and_the_others_stay_where_they_are(fake):
    outcome = there(fake, DIRECT, ["www"])
    assert outcome.facts["issuers"][0]["removed"] is False
    assert kept(fake) and kept(fake, "api") is None
    api = CertificateSpec("api", "shop", live.SPEC | {"secretName": "api-tls"})
    done = ENGINE.ensure_certificates(fake.run(), [WWW, api])
    assert (done.changed, fake.live(kinds.CERTIFICATE, "shop", "www"), kept(fake, "api")) == (False, None, None)
    assert there(fake, DIRECT, ["api"]).facts["issuers"][0] == outcome.facts["issuers"][0] | {
        "created": False,
        "removed": True,
    }


def test_an_acme_account_goes_along(fake):
    pem = keys.encode(keys.generate(keys.KeySpec("RSA", 2048)), "PKCS1")
    metadata = {"name": "account", "namespace": "shop"}
    fake.put({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": live.data(**{"tls.key": pem})})
    fake.put(issuer(body=ACME, acme={"uri": URI}))
    there(fake, DIRECT)
    own = fake.live(kinds.CONFIG_MAP, "shop", "certops-issuer-shop-ca")
    assert record.read(own, "work")["account"]["uri"] == URI
    assert record.read(own, "status")["acme"] == {"uri": URI}
    assert fake.live(kinds.SECRET, "shop", "account")


def test_a_cluster_issuer_serves_both_engines_while_others_may_use_it(fake):
    fake.put(issuer(kinds.CLUSTER_ISSUER))
    secret = ca_secret()
    fake.put(secret | {"metadata": secret["metadata"] | {"namespace": "cert-manager"}})
    kind = {"issuerRef": {"name": "shop-ca", "kind": "ClusterIssuer"}}
    fake.put(certificate(**kind))
    marked = {"cert-manager.io/issuer-name": "shop-ca", "cert-manager.io/issuer-kind": "ClusterIssuer"}
    fake.put(issued(annotations=issued()["metadata"]["annotations"] | marked))
    outcome = there(fake, DIRECT, ["www"])
    assert [(each["kind"], each["created"], each["removed"]) for each in outcome.facts["issuers"]] == [
        ("ClusterIssuer", True, False)
    ]
    assert fake.live(kinds.CONFIG_MAP, "cert-manager", "certops-cluster-issuer-shop-ca")
    other = CertificateSpec("other", "store", BODY | kind)
    fake.put(certificate("other", {"namespace": "store"}, secretName="www-tls", **kind))
    fake.put(issued(namespace="store", annotations=issued()["metadata"]["annotations"] | marked))
    assert ENGINE.ensure_certificates(fake.run(check_mode=True), [other]).changed is False
    assert [each["removed"] for each in there(fake, CERT_MANAGER).facts["issuers"]] == [True]
    assert fake.live(kinds.CONFIG_MAP, "cert-manager", "certops-cluster-issuer-shop-ca") is None
    assert fake.live(kinds.CLUSTER_ISSUER, None, "shop-ca")


def test_what_cert_manager_made_for_an_ingress_goes_with_its_annotations_and_comes_back_with_them(fake):
    annotations = {"cert-manager.io/issuer": "shop-ca", "cert-manager.io/duration": "2160h", "mine": "stays"}
    ingress = fake.put(live.ingress(annotations=annotations))
    owner = {"kind": "Ingress", "name": "www", "uid": ingress["metadata"]["uid"], "controller": True}
    fake.put(certificate(metadata={"ownerReferences": [owner]}))
    there(fake, DIRECT)
    assert fake.live(kinds.INGRESS, "shop", "www")["metadata"]["annotations"] == {"mine": "stays"}
    there(fake, CERT_MANAGER)
    assert fake.live(kinds.INGRESS, "shop", "www")["metadata"]["annotations"] == annotations
    [back] = fake.live(kinds.CERTIFICATE, "shop", "www")["metadata"]["ownerReferences"]
    assert (back["uid"], back["controller"]) == (owner["uid"], True)


def test_all_that_is_in_the_way_is_said_at_once(fake):
    there_is = {"kind": "Ingress", "name": "web", "uid": "u1", "controller": True}
    fake.put(certificate("api", {"ownerReferences": [there_is]}, keystores={"jks": {"create": True, "password": "p"}}))
    fake.put(certificate("other", {"ownerReferences": [there_is]}))
    fake.put(certificate("www", issuerRef={"name": "x", "group": "aws.test"}))
    fake.put(certificate("late", issuerRef={"name": "gone"}))
    said = refused(fake, names=["www", "api", "late", "none"])
    assert {title for title, _message in said} == {
        "Certificate shop/none",
        "Certificate shop/www",
        "Certificate shop/api",
        "Certificate shop/late",
        "Issuer shop/gone",
    }
    words = " ".join(message for _title, message in said)
    for part in ("kept by neither", "'aws.test' is another's", "keystores.jks.password", "make other too", "not exist"):
        assert part in words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (certificate(status={"conditions": [*READY, live.condition("Issuing", True, "Renewing")]}), "issued just now"),
        (certificate(dnsNames=["new.test"]), "issued anew, since it differs in dnsNames"),
        (certificate(metadata={"ownerReferences": [{"kind": "Gateway", "name": "g", "uid": "u", "controller": True}]}),
         "for Gateway g, and would make it again"),
        (certificate(magic=True), "magic: not known"),
        (issuer(body={"vault": {"server": "https://vault.test"}}), "vault: not allowed with engine: direct"),
        (issuer(body=ACME), "has no ACME account yet"),
    ],
)  # fmt: skip
def test_cannot_go_to_the_direct_engine(fake, change, words):
    fake.put(change)
    assert words in " ".join(message for _title, message in refused(fake, names=["www"]))


def test_what_cert_manager_would_renew_at_once_does_not_go_to_it(fake):
    there(fake, DIRECT)
    fake.requests.clear()
    fake.time.seconds += 61 * 86400
    assert "renew it at once, since it is due for" in " ".join(
        message for _title, message in refused(fake, CERT_MANAGER)
    )


@pytest.mark.parametrize("work", [{"order": {"url": "https://acme.test/order/7"}}, {"left": [{"name": "x"}]}])
def test_what_a_run_has_left_is_finished_first(fake, work):
    there(fake, DIRECT)
    fake.merge(kinds.CONFIG_MAP, "shop", "certops-certificate-www", record.patch(kept(fake), work=work))
    fake.requests.clear()
    assert "has an order under way" in str(refused(fake, CERT_MANAGER))


def test_options_that_cert_manager_lacks_are_named(fake):
    there(fake, DIRECT)
    own = fake.live(kinds.CONFIG_MAP, "shop", "certops-issuer-shop-ca")
    solver = {"http01": {"ingress": {}, "responder": {"image": "caddy"}}}
    fake.merge(
        kinds.CONFIG_MAP, "shop", own["metadata"]["name"], record.patch(own, spec={"acme": {"solvers": [solver]}})
    )
    fake.requests.clear()
    assert "acme.solvers[0].http01.responder_image: cert-manager has no such option" in str(refused(fake, CERT_MANAGER))


def test_needs_cert_managers_kinds_to_go_there(fake):
    there(fake, DIRECT)
    fake.requests.clear()
    fake.missing_kinds |= {"Certificate", "Issuer"}
    with pytest.raises(CertopsError) as caught:
        there(fake, CERT_MANAGER)
    assert caught.value.findings[0].code == "crd.missing"


def test_two_definitions_of_one_certificate_are_refused(fake):
    there(fake, DIRECT)
    fake.requests.clear()
    fake.put(certificate(dnsNames=["new.test"]))
    assert "is kept by both engines, with other values in dnsNames" in str(refused(fake, CERT_MANAGER))


@pytest.mark.parametrize("request_", ["delete Certificate shop/www", "delete Issuer shop/shop-ca"])
def test_a_run_that_was_cut_off_is_gone_on_with(fake, request_):
    before = serials(fake)
    fake.refuse(request_, Forbidden(request_, 403, {"message": "no"}))
    with pytest.raises(Forbidden):
        there(fake, DIRECT)
    fake._refusals.clear()
    assert ENGINE.ensure_certificates(fake.run(), [WWW]).changed is False
    there(fake, DIRECT)
    assert fake.live(kinds.CERTIFICATE, "shop", "www") is None
    assert kept(fake) and serials(fake) == before


def test_a_secret_that_goes_with_its_certificate_stays(fake):
    uid = fake.live(kinds.CERTIFICATE, "shop", "www")["metadata"]["uid"]
    fake.put(issued(ownerReferences=[{"kind": "Certificate", "name": "www", "uid": uid}]))
    there(fake, DIRECT)
    assert "delete Certificate shop/www alone" in fake.requests


def test_a_certificate_that_was_renewed_meanwhile_is_told(fake):
    fake.before("delete Certificate shop/www", lambda: fake.put(issued()))
    with pytest.raises(NotReady) as caught:
        there(fake, DIRECT)
    assert [(finding.code, finding.object) for finding in caught.value.findings] == [
        ("engine.reissued", "Certificate shop/www")
    ]
