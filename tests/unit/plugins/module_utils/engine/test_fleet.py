# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import timedelta

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import fleet
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import ApiError, Forbidden
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.scope import Scope
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time
from ansible_collections.certops.kubernetes.tests.unit.fleets import ISSUER, WWW, certificate, ingress, secret

ONE = (ingress(), certificate(notAfter="2026-05-29T12:00:00Z"), secret(), ISSUER)
LISTS = [
    "clusterissuers",
    "ingresses",
    "gateways",
    "certificates",
    "issuers",
    "secrets",
    "configmaps",
    "configmaps",
    "configmaps in cert-manager",
]


def look(*objects, scope=None, refuse=(), missing=()):
    fake = FakeCluster(Time(), *objects)
    fake.missing_kinds |= set(missing)
    for request in refuse:
        fake.refuse(request, Forbidden(request, 403, {"message": "you may not"}))
    outcome = fleet.look(fake.run(), scope or Scope())
    assert (outcome.changed, outcome.diff) == (False, ())
    return outcome.facts, fake.requests


def codes(facts):
    return [finding["code"] for finding in facts["findings"]]


def test_joins_a_host_with_what_is_behind_it():
    facts, requests = look(*ONE)
    [host] = facts["hosts"]
    assert (host["host"], host["certificate"], host["issued_by"], host["covered"]) == (
        "www.test",
        "www",
        "Shop CA",
        True,
    )
    assert facts["findings"] == []
    assert sorted(requests) == sorted(f"list {plural}" for plural in LISTS)
    assert facts["msg"].startswith("1 hosts, 1 with TLS; 1 Certificates, 1 ready; 1 issuers, 1 ready; ")


def test_reads_only_the_namespaces_that_are_asked_for():
    blog = ingress("blog.test", None, "blog", "blog")
    facts, requests = look(*ONE, blog, scope=Scope(("blog", "empty")))
    assert [host["host"] for host in facts["hosts"]] == ["blog.test"]
    assert facts["certificates"] == []
    assert {request for request in requests if " in " not in request} == {"list clusterissuers"}


def test_works_without_gateways_and_without_cert_manager():
    kinds = ["Gateway", "Certificate", "Issuer", "ClusterIssuer"]
    facts, _requests = look(ONE[0], secret(kept_for=None), missing=kinds)
    assert (facts["unreadable"], facts["findings"]) == ({}, [])
    assert facts["hosts"][0]["issued_by"] == "Shop CA"


def test_goes_on_without_secrets():
    facts, requests = look(*ONE, scope=Scope(within=timedelta(days=100)), refuse=["list secrets"])
    [host] = facts["hosts"]
    assert (host["secret_exists"], host["not_after"]) == (None, "2026-05-29T12:00:00Z")
    assert codes(facts) == ["certificate.expiring", "evidence.unreadable"]
    assert facts["unreadable"] == {"secrets": "you may not"}
    assert not [request for request in requests if request.startswith("get Secret")]


@pytest.mark.parametrize("refused", ["list ingresses", "list certificates"])
def test_goes_on_without_one_of_the_two_that_matter(refused):
    facts, _requests = look(*ONE, refuse=[refused])
    assert codes(facts) == ["evidence.unreadable"]


def test_fails_without_both():
    with pytest.raises(ApiError, match="you may not"):
        look(*ONE, refuse=["list ingresses", "list certificates"])


def test_goes_on_with_the_namespaces_that_can_be_read():
    refused = ["list ingresses in blog", "list certificates in blog"]
    facts, _requests = look(*ONE, scope=Scope(("blog", "shop")), refuse=refused)
    assert [host["host"] for host in facts["hosts"]] == ["www.test"]
    assert set(facts["unreadable"]) == {"ingresses", "certificates"}


@pytest.mark.parametrize(
    ("held", "refuse", "found"),
    [
        (secret(kept_for=None) | {"type": "Opaque"}, (), []),
        (None, (), ["secret.missing"]),
        (None, ["get Secret shop/www-tls"], []),
    ],
)
def test_a_secret_that_was_in_no_list_is_asked_for(held, refuse, found):
    facts, requests = look(ingress(), *filter(None, [held]), refuse=refuse)
    assert codes(facts) == found
    assert "get Secret shop/www-tls" in requests


def test_labels_choose_what_is_shown_and_all_is_read():
    chosen = ingress("www.test", "in", "in")
    chosen["metadata"]["labels"] = {"app": "shop"}
    facts, requests = look(*ONE, chosen, secret(live.CA.issue("www.test"), "in", kept_for=None), scope=Scope(label_selector="app=shop"))  # fmt: skip
    assert [host["name"] for host in facts["hosts"]] == ["in"]
    assert facts["certificates"] == []
    assert "host.two_secrets" in codes(facts)
    assert requests.count("list ingresses") == 2


def test_no_value_of_a_secret_is_returned():
    facts, _requests = look(*ONE)
    assert WWW.key_pem.decode() not in str(facts)
    assert "PRIVATE KEY" not in str(facts)
