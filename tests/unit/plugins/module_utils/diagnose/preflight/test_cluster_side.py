# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the cluster alone tells: issuer, Secret, solvers, classes."""

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.finding import ERROR, WARNING
from ansible_collections.certops.kubernetes.tests.unit import issuance as made
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.preflights import DNS01, TITLE, found, only, peer, wanted

SECRET, INGRESS = "Secret shop/www-tls", "Ingress shop/www"


def test_nothing_speaks_against_a_healthy_one():
    assert found() == []


def test_issuers_that_ask_nobody():
    issuer = live.issuer(live.condition("Ready", True))
    assert found(issuer=issuer, ingress_classes=(), peers=(), paths={}, dns=made.dns(status="NXDOMAIN")) == []


def test_issuer_is_missing():
    assert (only(issuer=None).code, only(issuer=None).object) == ("issuer.missing", "Issuer shop/shop-ca")


def test_crds_and_controller():
    down = {
        "metadata": {
            "name": "cm",
            "namespace": "cert-manager",
            "labels": {"app.kubernetes.io/component": "controller"},
        },
        "status": {},
    }
    assert only(controllers=(down,)).code == "cert_manager.not_available"
    missing = {"issuers": "the server could not find the requested resource"}
    assert only(issuer=None, errors=missing).code == "crd.missing"


def test_secret_of_another_type():
    secret = live.secret() | {"type": "Opaque"}
    finding = only(secret=secret)
    assert (finding.code, finding.severity, finding.object) == ("secret.wrong_type", ERROR, SECRET)
    assert "with the type Opaque" in finding.message
    assert found(secret=made.secret()) == []


def test_secret_of_another_certificate_which_is_older():
    other = made.aged(live.certificate(name="other", spec=live.SPEC), 60)
    assert (only(claimants=(other,)).code, only(claimants=(other,)).severity) == ("secret.claimed", ERROR)


@pytest.mark.parametrize(
    ("annotations", "claimants", "codes"),
    [
        ({"cert-manager.io/issuer": "a"}, (), ["secret.asked_for_by_ingress"]),
        ({}, (), []),
        ({"cert-manager.io/issuer": "a"}, (live.certificate(name="www-tls", spec=live.SPEC),), ["secret.claimed"]),
    ],
)
def test_secret_that_an_ingress_asks_for(annotations, claimants, codes):
    ingress = live.ingress(tls=[{"hosts": ["a.b"], "secretName": "www-tls"}], annotations=annotations)
    assert [each.code for each in found(ingresses=(ingress,), claimants=claimants)] == codes


def test_the_certificate_that_cert_manager_makes_for_the_ingress_itself():
    ingress = live.ingress(tls=[{"secretName": "www-tls"}], annotations={"cert-manager.io/issuer": "a"})
    certificate = wanted()
    certificate["metadata"]["name"] = "www-tls"
    assert found(certificate=certificate, ingresses=(ingress,)) == []


@pytest.mark.parametrize(
    ("names", "solvers", "code"),
    [
        (["www.example.test"], [], "order.no_solver"),
        (["*.example.test"], [made.HTTP01], "order.wildcard_needs_dns01"),
        (["www.example.test"], [made.HTTP01 | {"selector": {"dnsZones": ["other.test"]}}], "order.no_solver"),
        (["www.example.test"], [made.HTTP01 | {"selector": {"matchLabels": {"use": "http"}}}], "order.no_solver"),
        (["*.example.test"], [DNS01, made.HTTP01], None),
    ],
)
def test_solvers(names, solvers, code):
    findings = found(certificate=wanted(dnsNames=names), issuer=made.acme_issuer(solvers=solvers), paths={})
    assert [each.code for each in findings] == ([code] if code else [])
    assert all((each.severity, each.object) == (ERROR, TITLE) for each in findings)


def test_the_common_name_is_ordered_too():
    certificate = wanted(commonName="shop.other.test")
    solver = made.HTTP01 | {"selector": {"dnsZones": ["example.test"]}}
    assert "shop.other.test" in only(certificate=certificate, issuer=made.acme_issuer(solvers=[solver])).message


def test_addresses_need_http01():
    certificate = wanted(dnsNames=[], ipAddresses=["192.0.2.7"])
    assert found(certificate=certificate, paths={}) == []
    assert only(certificate=certificate, issuer=made.acme_issuer(solvers=[DNS01])).code == "order.no_solver"


def test_class_of_the_solver_is_missing():
    finding = only(ingress_classes=(live.ingress_class("traefik"),))
    assert (finding.code, finding.severity, finding.object) == ("ingress_class.missing", ERROR, "Issuer shop/shop-ca")
    assert "IngressClass nginx, which the solver names, does not exist; there is traefik." in finding.message


def test_each_class_is_spoken_of_once():
    certificate = wanted(dnsNames=["a.example.test", "b.example.test"])
    assert only(certificate=certificate, ingress_classes=()).code == "ingress_class.missing"


@pytest.mark.parametrize(
    ("settings", "default", "codes"),
    [
        ({}, False, ["ingress_class.not_given"]),
        ({}, True, []),
        ({"class": "old"}, False, []),
        ({"name": "www"}, False, []),
    ],
)
def test_solvers_without_a_class(settings, default, codes):
    issuer = made.acme_issuer(solvers=[{"http01": {"ingress": settings}}])
    classes = (live.ingress_class(default=default),)
    assert [each.code for each in found(issuer=issuer, ingress_classes=classes)] == codes


def test_classes_that_could_not_be_read():
    assert found(ingress_classes=(), errors={"ingressclasses": "no"}, ingress=peer("www")) == []


@pytest.mark.parametrize(
    ("peers", "codes"),
    [
        ((peer(address=None), peer("b", address=None, age=5)), ["ingress_class.not_served"]),
        ((peer(address=None, age=5),), []),
        ((peer(address=None), peer("b")), []),
        ((peer(address=None, class_name="traefik"),), []),
    ],
)
def test_nobody_serves_the_class(peers, codes):
    findings = found(peers=peers)
    assert [each.code for each in findings] == codes
    assert all(each.severity == WARNING for each in findings)


@pytest.mark.parametrize(("name", "codes"), [("traefik", ["ingress_class.missing"]), ("nginx", []), (None, [])])
def test_class_of_the_ingress_itself(name, codes):
    ingress = peer("www", class_name=name)
    findings = found(ingress=ingress, issuer=live.issuer(live.condition("Ready", True)))
    assert [(each.code, each.object) for each in findings] == [(code, INGRESS) for code in codes]
    assert all("which it names" in each.message and "ingress_class_name" in each.remedy for each in findings)
