# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import ingresses
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.cert_manager import CertManager
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import (
    CertopsError,
    Forbidden,
    NotReady,
    SpecError,
)
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import ingress, ingress_record
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.ingress_record import Record
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import (
    CERTIFICATE,
    CONFIG_MAP,
    INGRESS,
    SECRET,
)
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.controllers import issuing, shimming
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time

HOST = live.HOST
RULE = {"path": "/", "path_type": "Prefix", "service": "web", "port": "80", "host": None}
OPTIONS = {
    "name": "www",
    "namespace": "shop",
    "hosts": [HOST],
    "secret_name": "www-tls",
    "issuer_ref": {"name": "shop-ca", "kind": "Issuer", "group": "cert-manager.io"},
    "certificate": {"private_key": {"algorithm": "ECDSA"}},
    "controller": "auto",
}
EXPLICIT = {"certificate": {"private_key": {"algorithm": "ECDSA"}, "signature_algorithm": "ECDSAWithSHA256"}}
AS_IT_IS = {"issuer_ref": None, "certificate": None}
HSTS = {"max_age": 60, "include_subdomains": False, "preload": False}
OURS = {"hosts": [HOST], "secretName": "www-tls"}
THEIRS = {"hosts": ["shop.test"], "secretName": "theirs"}
DRY, APPLY = "dry-run apply Ingress shop/www", "apply Ingress shop/www"


def working(*objects):
    """A cluster with ingress-nginx, where cert-manager works."""
    fake = FakeCluster(Time(), live.ingress_class(), *objects)
    issuing(fake)
    shimming(fake)
    return fake


def ensure(fake, how=None, **options):
    return ingresses.ensure(fake.run(**(how or {})), CertManager(), ingress.from_parameters(OPTIONS | options))


def found(fake):
    return fake.live(INGRESS, "shop", "www")


def note(fake):
    return ingress_record.read(found(fake))


def test_an_ingress_that_exists_is_served_by_annotations():
    fake = working(live.ingress())
    outcome = ensure(fake)
    assert outcome.changed
    assert outcome.facts["ingress"] == {
        "name": "www",
        "namespace": "shop",
        "hosts": [HOST],
        "secret_name": "www-tls",
        "class": "nginx",
        "controller": "ingress_nginx",
        "addresses": ["192.0.2.7"],
    }
    assert outcome.facts["certificate"]["ready"]
    assert found(fake)["spec"]["tls"] == [OURS]
    assert found(fake)["spec"]["rules"] == [{"host": HOST}]
    assert note(fake) == Record(secrets=("www-tls",))
    json.dumps([outcome.facts, outcome.diff])


def test_a_second_run_changes_and_asks_nothing():
    fake = working(live.ingress())
    ensure(fake)
    fake.requests.clear()
    outcome = ensure(fake)
    assert (outcome.changed, outcome.diff) == (False, [])
    assert [line for line in fake.requests if "apply" in line or "watch" in line] == []


def test_creates_an_ingress_from_rules():
    fake = working()
    outcome = ensure(fake, rules=[RULE], ingress_class_name="nginx")
    assert outcome.facts["certificate"]["ready"]
    assert found(fake)["spec"]["rules"][0]["host"] == HOST
    assert note(fake) == Record(created=True, secrets=("www-tls",))
    assert not ensure(fake, rules=[RULE], ingress_class_name="nginx").changed
    assert note(fake).created


def test_check_mode_writes_nothing():
    fake = working(live.ingress())
    outcome = ensure(fake, {"check_mode": True}, **EXPLICIT)
    assert outcome.changed
    assert [diff["before_header"] for diff in outcome.diff] == ["Ingress shop/www", "Certificate shop/www-tls"]
    assert [line for line in fake.requests if line.startswith("apply")] == []


def test_without_waiting():
    fake = working(live.ingress())
    assert ensure(fake, {"wait": False}).facts["certificate"]["ready"] is False
    assert fake.time.seconds == 0


def test_what_no_annotation_can_say_is_an_explicit_certificate():
    fake = working(live.ingress())
    outcome = ensure(fake, **EXPLICIT)
    assert outcome.facts["certificate"]["ready"]
    assert fake.live(CERTIFICATE, "shop", "www-tls")["spec"]["signatureAlgorithm"] == "ECDSAWithSHA256"
    assert "cert-manager.io/issuer" not in found(fake)["metadata"]["annotations"]
    assert note(fake) == Record(secrets=("www-tls",), certificates=("www-tls",))


def test_entries_of_others_stay():
    fake = working(live.ingress(tls=[THEIRS]))
    ensure(fake)
    assert found(fake)["spec"]["tls"] == [THEIRS, OURS]
    assert not ensure(fake).changed


def test_an_entry_of_others_for_the_same_secret_gains_our_hosts():
    fake = working(live.ingress(tls=[{"hosts": ["shop.test"], "secretName": "www-tls"}]), live.secret())
    ensure(fake, **AS_IT_IS)
    assert found(fake)["spec"]["tls"] == [{"hosts": ["shop.test", HOST], "secretName": "www-tls"}]
    assert note(fake).secrets == ()


@pytest.mark.parametrize(
    ("objects", "options", "said"),
    [
        ([], {}, "name: Ingress shop/www does not exist; give rules to have it created"),
        (
            [live.ingress(tls=[{"hosts": [HOST], "secretName": "theirs"}])],
            {},
            f"hosts: '{HOST}' is already served from Secret 'theirs' by a tls entry that is not ours",
        ),
        (
            [live.ingress(ingressClassName="haproxy"), live.ingress_class("haproxy", "haproxy.org/ingress-controller")],
            {"redirect": True},
            (
                "controller: 'auto' can't tell the dialect of redirect and hsts: the class 'haproxy' is served by "
                "haproxy.org/ingress-controller; name one of alb, ingress_nginx, traefik"
            ),
        ),
        (
            [live.ingress(ingressClassName="gone")],
            {"hsts": HSTS},
            "controller: 'auto' can't tell the dialect of redirect and hsts: the class 'gone' is served by an unknown ",
        ),
        (
            [live.ingress(ingressClassName="alb"), live.ingress_class("alb", "ingress.k8s.aws/alb")],
            {},
            "secret_name: 'www-tls' can't be served: alb takes certificates from ACM only",
        ),
        ([live.ingress()], {"controller": "alb"}, "secret_name: 'www-tls' can't be served: alb takes certificates "),
    ],
    ids=["missing", "clash", "unknown controller", "unknown class", "alb", "alb by name"],
)
def test_refuses_before_anything_is_changed(objects, options, said):
    fake = working(*objects)
    with pytest.raises(SpecError) as caught:
        ensure(fake, **options)
    (problem,) = caught.value.problems
    assert problem.startswith(said)
    assert [line for line in fake.requests if "apply" in line] == []


@pytest.mark.parametrize(
    ("objects", "options", "controller"),
    [
        ([live.ingress(ingressClassName=None), live.ingress_class(default=True)], {}, "ingress_nginx"),
        ([live.ingress(ingressClassName=None)], {}, None),
        ([live.ingress(ingressClassName="haproxy")], {}, None),
        ([live.ingress()], {"controller": "traefik"}, "traefik"),
    ],
    ids=["default class", "no class", "unknown class", "by name"],
)
def test_controller(objects, options, controller):
    assert ensure(working(*objects), **options).facts["ingress"]["controller"] == controller


def test_who_may_not_read_classes_must_name_the_controller():
    fake = working(live.ingress())
    fake.refuse("get IngressClass nginx", Forbidden("read", 403, {"message": "no"}))
    assert ensure(fake).facts["ingress"]["controller"] is None
    with pytest.raises(SpecError, match="served by an unknown controller"):
        ensure(fake, redirect=True)


def test_redirect_and_hsts_bring_their_objects_and_take_them_along():
    fake = working(live.ingress())
    ensure(fake, redirect=True, hsts=HSTS)
    annotations = found(fake)["metadata"]["annotations"]
    assert annotations["nginx.ingress.kubernetes.io/ssl-redirect"] == "true"
    assert fake.live(CONFIG_MAP, "shop", "www-headers")["data"] == {"Strict-Transport-Security": "max-age=60"}
    assert note(fake).objects == ("ConfigMap/www-headers",)
    assert ensure(fake, redirect=True).changed
    assert fake.live(CONFIG_MAP, "shop", "www-headers") is None
    assert "nginx.ingress.kubernetes.io/custom-headers" not in found(fake)["metadata"]["annotations"]
    assert not ensure(fake, redirect=True).changed


def test_another_secret_replaces_our_entry():
    fake = working(live.ingress(tls=[THEIRS]))
    ensure(fake)
    ensure(fake, secret_name="new-tls")
    assert found(fake)["spec"]["tls"] == [THEIRS, OURS | {"secretName": "new-tls"}]
    assert note(fake).secrets == ("new-tls",)


def test_another_secret_takes_the_explicit_certificate_of_before_along():
    fake = working(live.ingress())
    ensure(fake, **EXPLICIT)
    outcome = ensure(fake, **EXPLICIT, secret_name="new-tls")
    assert outcome.changed
    assert fake.live(CERTIFICATE, "shop", "www-tls") is None
    assert fake.live(CERTIFICATE, "shop", "new-tls")
    assert note(fake).certificates == ("new-tls",)


def test_an_explicit_certificate_makes_room_for_that_of_the_annotations():
    fake = working(live.ingress())
    ensure(fake, **EXPLICIT)
    fake.requests.clear()
    outcome = ensure(fake)
    assert (outcome.changed, outcome.facts["certificate"]["ready"]) == (True, True)
    # Before the annotations are there: cert-manager leaves a Certificate that it didn't make alone.
    assert fake.requests.index("delete Certificate shop/www-tls") < fake.requests.index(APPLY)
    assert "signatureAlgorithm" not in fake.live(CERTIFICATE, "shop", "www-tls")["spec"]
    assert note(fake).certificates == ()
    assert not ensure(fake).changed


def test_check_mode_tells_of_a_certificate_that_would_go():
    fake = working(live.ingress())
    ensure(fake, **EXPLICIT)
    assert ensure(fake, {"check_mode": True}).changed
    assert fake.live(CERTIFICATE, "shop", "www-tls")


@pytest.mark.parametrize("request_", [DRY, APPLY])
def test_a_change_in_between_is_not_lost(request_):
    fake = working(live.ingress())
    fake.before(request_, lambda: fake.put(live.ingress(tls=[THEIRS])))
    assert ensure(fake).changed
    assert found(fake)["spec"]["tls"] == [THEIRS, OURS]


def test_gives_up_when_the_ingress_never_rests():
    fake = working(live.ingress())

    def meddle():
        fake.put(live.ingress(annotations={"touched": str(len(fake.requests))}))
        fake.before(DRY, meddle)

    fake.before(DRY, meddle)
    with pytest.raises(CertopsError, match="Ingress shop/www was changed by others 5 times while this run wrote it"):
        ensure(fake)
    assert fake.requests.count(DRY) == 5


def test_fields_of_others_are_not_taken_over():
    fake = working(live.ingress(annotations={"nginx.ingress.kubernetes.io/ssl-redirect": "false"}))
    with pytest.raises(CertopsError, match="other field managers hold other values"):
        ensure(fake, redirect=True)
    assert fake.requests.count(DRY) == 1


def test_a_secret_that_is_served_as_it_is():
    fake = working(live.ingress(), live.secret())
    outcome = ensure(fake, **AS_IT_IS)
    assert (outcome.facts["certificate"], outcome.findings) == (None, [])
    assert "cert-manager.io/issuer" not in found(fake)["metadata"]["annotations"]


def test_a_missing_secret_is_a_warning():
    fake = working(live.ingress())
    assert [finding.code for finding in ensure(fake, **AS_IT_IS).findings] == ["secret.missing"]


def bad_config(name):
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": name, "namespace": "shop"},
        "involvedObject": {"kind": "Ingress", "name": "www"},
        "reason": "BadConfig",
        "message": "spec.tls[0].secretName: Required value",
    }


def test_says_why_the_host_is_not_served():
    fake = FakeCluster(Time(), live.ingress_class(), live.ingress(), bad_config("www.1"), bad_config("www.2"))
    with pytest.raises(NotReady) as caught:
        ensure(fake, {"timeout": 10})
    assert str(caught.value) == (
        "Ingress shop/www is not served over TLS after 10 s.\n"
        "1. [ingress.bad_config] Ingress shop/www: cert-manager refuses it: spec.tls[0].secretName: Required value\n"
        "2. [certificate.missing] Certificate shop/www-tls: does not exist."
    )
    assert caught.value.facts["changed"]
    assert caught.value.facts["ingress"]["addresses"] == ["192.0.2.7"]


def test_says_what_it_knows_where_events_may_not_be_read():
    fake = FakeCluster(Time(), live.ingress_class(), live.ingress(), bad_config("www.1"))
    fake.refuse("list events in shop", Forbidden("list", 403, {"message": "no"}))
    with pytest.raises(NotReady) as caught:
        ensure(fake, {"timeout": 10})
    assert [finding.code for finding in caught.value.findings] == ["certificate.missing"]


def test_an_address_that_comes_while_waiting_is_returned():
    fake = working(live.ingress() | {"status": {}})
    balancer = {"loadBalancer": {"ingress": [{"hostname": "lb.test"}]}}
    fake.time.at(1.0, lambda: fake.set_status(INGRESS, "shop", "www", balancer))
    assert ensure(fake).facts["ingress"]["addresses"] == ["lb.test"]


def remove(fake, delete_secret=False, **how):
    fake.requests.clear()
    outcome = ingresses.remove(fake.run(**how), "shop", "www", delete_secret)
    return outcome, [line.removeprefix("delete ") for line in fake.requests if line.startswith("delete")]


@pytest.mark.parametrize("objects", [[], [live.ingress(tls=[THEIRS])]])
def test_remove_touches_nothing_that_is_not_ours(objects):
    fake = working(*objects)
    outcome, gone = remove(fake)
    assert (outcome.changed, gone) == (False, [])
    assert outcome.facts == {"ingress": {"name": "www", "namespace": "shop"}}


def test_remove_takes_an_ingress_of_ours_with_its_certificate():
    fake = working()
    ensure(fake, rules=[RULE], ingress_class_name="nginx", redirect=True, hsts=HSTS)
    outcome, gone = remove(fake)
    assert outcome.changed
    assert gone == ["Ingress shop/www", "ConfigMap shop/www-headers", "Certificate shop/www-tls"]
    assert fake.live(SECRET, "shop", "www-tls")
    assert not remove(fake)[0].changed


def test_remove_takes_just_our_part_of_an_ingress_of_others():
    fake = working(live.ingress(tls=[THEIRS]))
    before = found(fake)
    ensure(fake, redirect=True)
    outcome, gone = remove(fake, delete_secret=True)
    assert gone == ["Certificate shop/www-tls", "Secret shop/www-tls"]
    assert outcome.diff[0]["before"]["spec"] == {"tls": [THEIRS, OURS]}
    assert found(fake)["spec"] == before["spec"]
    assert found(fake)["metadata"].get("annotations", {}) == before["metadata"]["annotations"]


def test_remove_leaves_an_ingress_of_others_without_tls():
    fake = working(live.ingress())
    before = found(fake)
    ensure(fake)
    remove(fake)
    assert found(fake)["spec"] == before["spec"]


def test_remove_leaves_an_ingress_of_ours_that_others_use_too():
    fake = working()
    ensure(fake, rules=[RULE], ingress_class_name="nginx")
    shared = found(fake)
    shared["spec"]["tls"].append(THEIRS)
    fake.merge(INGRESS, "shop", "www", {"spec": {"tls": shared["spec"]["tls"]}})
    _outcome, gone = remove(fake)
    assert gone == ["Certificate shop/www-tls"]
    assert found(fake)["spec"]["tls"] == [THEIRS]
    assert found(fake)["spec"]["rules"][0]["host"] == HOST


def test_remove_leaves_a_certificate_that_somebody_else_made():
    fake = working(live.ingress(), live.certificate(name="www-tls"))
    fake.reactions.clear()
    ensure(fake, {"wait": False})
    assert remove(fake)[1] == []


def test_remove_takes_an_explicit_certificate():
    fake = working(live.ingress())
    ensure(fake, **EXPLICIT)
    assert remove(fake)[1] == ["Certificate shop/www-tls"]


def test_remove_in_check_mode():
    fake = working(live.ingress())
    ensure(fake)
    before = found(fake)
    outcome, gone = remove(fake, check_mode=True)
    assert (outcome.changed, gone) == (True, [])
    assert found(fake) == before


@pytest.mark.parametrize("request_", [DRY, APPLY, "merge Ingress shop/www"])
def test_remove_does_not_lose_a_change_in_between(request_):
    fake = working(live.ingress())
    ensure(fake)
    status = {"loadBalancer": {"ingress": [{"ip": "192.0.2.8"}]}}
    fake.before(request_, lambda: fake.set_status(INGRESS, "shop", "www", status))
    assert remove(fake)[1] == ["Certificate shop/www-tls"]
    assert found(fake)["status"] == status
    assert "tls" not in found(fake)["spec"]
