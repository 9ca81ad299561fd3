# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates of the direct engine are seen like all others, with what the last run has met."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.dns.resolver import Resolver
from ansible_collections.certops.kubernetes.plugins.module_utils.engine import fleet, status
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct import certificates, issuers
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct.ports import Parts
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import Forbidden
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.certificate import CertificateSpec
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.direct import failure, record
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.direct import status as told
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.issuer import IssuerSpec
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.scope import Scope
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.selection import Selection
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.fakes import START, FakeCluster, Time
from ansible_collections.certops.kubernetes.tests.unit.fleets import ISSUER
from ansible_collections.certops.kubernetes.tests.unit.nameserver import NameServer, serving

PARTS = Parts(*[lambda *_given: None] * 3)
WWW = CertificateSpec("www", "shop", live.SPEC | {"issuerRef": {"name": "self", "kind": "ClusterIssuer"}})
ALL = Selection("shop")
LIMIT = {
    "type": "urn:ietf:params:acme:error:rateLimited",
    "status": 429,
    "detail": "too many certificates (5) already issued for this exact set of identifiers",
}


@pytest.fixture
def fake():
    """A cluster without cert-manager, with one certificate."""
    cluster = FakeCluster(Time(), live.ingress([{"hosts": [live.HOST], "secretName": "www-tls"}]))
    cluster.missing_kinds |= {"Certificate", "Issuer", "ClusterIssuer", "CertificateRequest", "Order", "Challenge"}
    spec = IssuerSpec(kinds.CLUSTER_ISSUER, "self", None, {"selfSigned": {}}, {}, "cert-manager")
    issuers.ensure(cluster.run(), PARTS, spec)
    certificates.ensure(cluster.run(), PARTS, [WWW])
    return cluster


def note(fake, **parts):
    """What a run has written down."""
    kept = fake.live(kinds.CONFIG_MAP, "shop", "certops-certificate-www")
    fake.merge(kinds.CONFIG_MAP, "shop", kept["metadata"]["name"], record.patch(kept, **parts))


def fail(fake, problem=None, after=timedelta(hours=1)):
    """The CA has refused it."""
    kept = failure.Failure(
        2, START, START + after, True, "the limit is reached: too many", "digest", LIMIT if problem is None else problem
    )
    before = record.read(fake.live(kinds.CONFIG_MAP, "shop", "certops-certificate-www"), "status")
    note(fake, work={"failure": kept.as_json()}, status=told.failed(before, kept.message, START, 2, valid=True))


def test_a_certificate_is_shown_with_its_issuer(fake):
    facts = status.look(fake.run(), ALL).facts
    [found] = facts["certificates"]
    assert (found["engine"], found["ready"], found["secret"]["key_matches"], facts["findings"]) == (
        "direct",
        True,
        True,
        [],
    )
    assert (found["issuer"]["kind"], found["issuer"]["ready"], found["issuer"]["type"]) == (
        "ClusterIssuer",
        True,
        "self_signed",
    )
    assert (found["ingresses"], found["unreadable"]) == (["www"], {})
    assert facts["msg"].splitlines()[1] == "├─ kept by the direct engine"


@pytest.mark.parametrize(
    "selection", [Selection("shop", name="www"), Selection("shop", ingress="www"), Selection(host=live.HOST)]
)
def test_is_selected_like_others(fake, selection):
    assert [each["name"] for each in status.look(fake.run(), selection).facts["certificates"]] == ["www"]


def test_the_fleet_has_it_too(fake):
    facts = fleet.look(fake.run(), Scope()).facts
    [certificate], [issuer], [host] = facts["certificates"], facts["issuers"], facts["hosts"]
    assert (certificate["engine"], certificate["ready"], certificate["served_by"]) == (
        "direct",
        True,
        ["Ingress shop/www"],
    )
    assert (issuer["engine"], issuer["kind"], issuer["ready"], issuer["certificates"]) == (
        "direct",
        "ClusterIssuer",
        True,
        1,
    )
    assert (host["certificate"], host["findings"], facts["findings"]) == ("www", [], [])


def test_is_seen_beside_cert_managers(fake):
    fake.missing_kinds.clear()
    for obj in (ISSUER, live.ready_certificate(name="other"), live.secret(name="other-tls")):
        fake.put(obj)
    facts = fleet.look(fake.run(), Scope(("shop",))).facts
    assert [(each["name"], each["engine"]) for each in facts["certificates"]] == [
        ("other", "cert_manager"),
        ("www", "direct"),
    ]
    assert sorted(each["engine"] for each in facts["issuers"]) == ["cert_manager", "direct"]


def test_what_the_ca_said_is_explained_with_the_time_of_the_next_try(fake):
    fail(fake)
    facts = status.look(fake.run(), ALL).facts
    [found] = facts["certificates"]
    assert [(each["code"], each["severity"]) for each in found["findings"]] == [
        ("acme.rate_limited", "error"),
        ("certificate.backoff", "warning"),
    ]
    assert "other sets of names are free" in found["findings"][0]["remedy"]
    assert found["next_try"] == "2026-03-01T13:00:00Z"
    rows = fleet.look(fake.run(), Scope()).facts
    assert (rows["certificates"][0]["next_try"], rows["findings"][0]["code"]) == (found["next_try"], "renewal.failing")


def test_a_failure_without_a_problem_keeps_its_words(fake):
    fail(fake, problem={}, after=timedelta(0))
    [finding] = status.look(fake.run(), ALL).facts["findings"]
    assert (finding["code"], finding["message"]) == ("certificate.issuance_failed", "the limit is reached: too many")


def test_an_order_that_was_cut_off_is_shown(fake):
    note(fake, work={"order": {"url": "https://acme.test/order/7"}})
    [finding] = status.look(fake.run(), ALL).facts["findings"]
    assert (finding["code"], "https://acme.test/order/7" in finding["message"]) == ("order.pending", True)


def test_runs_that_do_not_come_are_missed(fake):
    fake.time.seconds += timedelta(days=62).total_seconds()
    assert [each["code"] for each in status.look(fake.run(), ALL).facts["findings"]] == ["renewal.overdue"]
    assert [each["code"] for each in fleet.look(fake.run(), Scope()).facts["findings"]] == ["renewal.overdue"]


def test_one_that_was_never_finished_says_so(fake):
    note(fake, status=None)
    fake.drop(kinds.SECRET, "shop", "www-tls")
    facts = status.look(fake.run(), ALL).facts
    assert [each["code"] for each in facts["findings"]] == ["certificate.not_observed"]
    assert "no run of the direct engine" in facts["findings"][0]["message"]
    assert "a run has said nothing about it yet" in facts["msg"]


def test_a_missing_issuer_is_one_of_its_own_engine(fake):
    fake.drop(kinds.CONFIG_MAP, "cert-manager", "certops-cluster-issuer-self")
    fake.missing_kinds.clear()
    fake.put(live.issuer(live.READY, name="self", kind="ClusterIssuer"))
    assert [each["code"] for each in fleet.look(fake.run(), Scope()).facts["findings"]] == ["issuer.missing"]
    assert status.look(fake.run(), ALL).facts["certificates"][0]["issuer"]["exists"] is False


@pytest.mark.parametrize("kind", ["certificates in shop", "configmaps in shop"])
def test_less_rights_show_less(fake, kind):
    request = f"list {kind}"
    fake.refuse(request, Forbidden(request, 403, {"message": "you may not"}))
    if kind.startswith("configmaps"):
        assert [each["code"] for each in status.look(fake.run(), ALL).facts["findings"]] == ["crd.missing"]
    else:
        facts = status.look(fake.run(), ALL).facts
        assert [each["name"] for each in facts["certificates"]] == ["www"]
        assert [each["severity"] for each in facts["findings"]] == ["warning"]
        assert "certificates" in fleet.look(fake.run(), Scope(("shop",))).facts["unreadable"]


def test_a_record_that_was_broken_is_left_out(fake):
    kept = fake.live(kinds.CONFIG_MAP, "shop", "certops-certificate-www")
    fake.put(kept | {"data": kept["data"] | {"spec": "{"}})
    assert status.look(fake.run(), ALL).facts["certificates"] == []


CAA = 'example.test. 60 IN CAA 0 issue "other-ca.test"'
ACME = {"acme": {"server": "https://acme-v02.api.letsencrypt.org/directory", "solvers": [{"http01": {"ingress": {}}}]}}


@pytest.mark.parametrize(
    ("records", "codes"),
    [
        ("", ["dns.nxdomain", "acme.caa"]),
        (f"{live.HOST}. 60 IN A 192.0.2.7\n{CAA}", ["caa.forbidden", "acme.caa"]),
        (f"{live.HOST}. 60 IN A 192.0.2.7", ["acme.caa"]),
    ],
)
def test_what_the_ca_said_is_looked_at_again(fake, records, codes):
    issuer = record.manifest(kinds.CLUSTER_ISSUER, "cert-manager", "self", ACME)
    fake.put(issuer | {"data": issuer["data"] | {"status": record.text({"conditions": [live.READY]})}})
    fail(fake, {"type": "urn:ietf:params:acme:error:caa", "detail": "CAA record forbids it"}, timedelta(0))
    with serving(resolver=NameServer(records)) as port:
        run = fake.run(resolver=Resolver(["127.0.0.1"], port, 0.5))
        facts = status.look(run, ALL).facts
    assert [each["code"] for each in facts["findings"]] == codes
