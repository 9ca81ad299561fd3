# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import fleet
from ansible_collections.certops.kubernetes.tests.unit import factory, live
from ansible_collections.certops.kubernetes.tests.unit.fleets import (
    DATES,
    DAY,
    NEW,
    NOW,
    OLD,
    ONE,
    certificate,
    gateway,
    ingress,
    read,
    secret,
)


def codes(found):
    return [finding.code for finding in fleet.run_all(found)]


NOT_READY = live.condition("Ready", False, "Failed", "it failed")
CLUSTER_ISSUER = live.issuer(live.condition("Ready", True), kind="ClusterIssuer")
OTHER = live.CA.issue("www.test", **DATES)
STAGING = factory.authority("(STAGING) Ersatz Edamame E1").issue("www.test", **DATES)
TRAEFIK = factory.self_signed("x.traefik.default", subject=factory.name("TRAEFIK DEFAULT CERT"), **DATES)
EXPIRED = live.CA.issue("www.test", not_before=NOW - 91 * DAY, lifetime=90 * DAY)
FUTURE = live.CA.issue("www.test", not_before=NOW + DAY)
ASKS = {"cert-manager.io/issuer": "shop-ca"}
ELSE = {"cert-manager.io/issuer": "else"}
ACM = {"alb.ingress.kubernetes.io/certificate-arn": "arn"}

HEALTHY = {
    "one host": ONE,
    "nothing": {},
    "a wildcard": {
        "ingresses": [ingress("a.test"), ingress("b.test", name="b")],
        "certificates": [certificate("www", "*.test")],
        "secrets": [secret(live.CA.issue("*.test", **DATES))],
    },
    "a listener with two certificates": {
        "gateways": [gateway(("www.test", "www-tls", "too"))],
        "secrets": [secret(kept_for=None), secret(OTHER, "too", kept_for=None)],
    },
    "a listener with a certificate for another host": {
        "gateways": [gateway(("www.test", "www-tls", "else"))],
        "secrets": [secret(kept_for=None), secret(live.CA.issue("else.test", **DATES), "else", kept_for=None)],
    },
    "a Secret of the user's": {"ingresses": [ingress()], "secrets": [secret(kept_for=None)]},
    "an ALB": {"ingresses": [ingress("www.test", "", annotations=ACM)]},
    "a webhook": {
        "certificates": [certificate("hook", "hook.shop.svc", "hook.shop.svc.cluster.local", "hook")],
        "secrets": [secret()],
    },
    "a host of two classes": ONE
    | {
        "ingresses": [ingress(), ingress("www.test", "in", "in", ingressClassName="internal")],
        "secrets": [secret(), secret(live.CA.issue("www.test", **DATES), "in", kept_for=None)],
    },
    "a mirror": {
        "ingresses": [ingress(), ingress(namespace="blog")],
        "certificates": [certificate()],
        "secrets": [secret(), secret(namespace="blog")],
    },
    "two Ingresses that agree": ONE | {"ingresses": [ingress(annotations=ASKS), ingress(name="too", annotations=ASKS)]},
    "renewal long before": ONE
    | {"certificates": [certificate(renewalTime="2026-04-01T00:00:00Z")], "within": 80 * DAY},
    "never renewed": ONE
    | {
        "certificates": [
            certificate()
            | {
                "spec": certificate()["spec"] | {"renewal": {"policy": "Disabled"}},
                "status": {"conditions": [live.READY], "renewalTime": OLD},
            }
        ]
    },
    "Secrets that can't be read": ONE
    | {"secrets": [], "absent": frozenset(), "certificates": [certificate(notAfter="2026-05-01T00:00:00Z")]},
}


@pytest.mark.parametrize("what", HEALTHY)
def test_no_false_alarm(what):
    assert fleet.run_all(read(**HEALTHY[what])) == []


@pytest.mark.parametrize(
    ("what", "found"),
    [
        ({"issuers": [live.issuer(live.condition("Ready", False, "ErrInitIssuer", "no"))]}, ["issuer.not_ready"]),
        (ONE | {"issuers": []}, ["issuer.missing"]),
        (ONE | {"issuers": [CLUSTER_ISSUER]}, ["issuer.missing"]),
        (ONE | {"certificates": [certificate(ready=NOT_READY)]}, ["certificate.not_ready"]),
        (ONE | {"certificates": [certificate(lastFailureTime=OLD)]}, ["renewal.failing"]),
        (ONE | {"certificates": [certificate(renewalTime=OLD)]}, ["renewal.overdue"]),
        (ONE | {"certificates": [certificate(renewalTime=NEW)]}, []),
        (ONE | {"certificates": [certificate(), certificate("b")]}, ["secret.claimed"]),
        (
            ONE | {"ingresses": [ingress(annotations=ASKS), ingress("b.test", name="b", annotations=ASKS)]},
            ["host.not_covered", "secret.ingresses_differ"],
        ),
        (
            ONE | {"ingresses": [ingress(annotations=ASKS), ingress(name="b", annotations=ELSE)]},
            ["secret.ingresses_differ"],
        ),
        ({"ingresses": [ingress()]}, ["secret.missing"]),
        ({"ingresses": [ingress()], "certificates": [certificate(ready=NOT_READY)]}, ["certificate.not_ready"]),
        ({"ingresses": [ingress()], "certificates": [certificate()]}, ["secret.missing"]),
        (ONE | {"secrets": [secret() | {"data": {}}]}, ["secret.unreadable"]),
        (ONE | {"secrets": [secret(EXPIRED)]}, ["certificate.expired"]),
        (
            ONE | {"secrets": [], "absent": frozenset(), "certificates": [certificate(notAfter=OLD)]},
            ["certificate.expired"],
        ),
        (ONE | {"within": 100 * DAY}, ["certificate.expiring"]),
        (ONE | {"secrets": [secret(FUTURE)]}, ["certificate.not_yet_valid"]),
        (ONE | {"secrets": [secret(STAGING)]}, ["certificate.staging"]),
        (ONE | {"secrets": [secret(TRAEFIK)]}, ["host.not_covered", "secret.default_certificate"]),
        (ONE | {"ingresses": [ingress("else.test")]}, ["host.not_covered"]),
        (
            ONE
            | {
                "ingresses": [ingress(), ingress("www.test", "in", "in")],
                "secrets": [secret(), secret(live.CA.issue("www.test", **DATES), "in", kept_for=None)],
            },
            ["host.two_secrets"],
        ),
        (
            {"gateways": [gateway(("www.test", "www-tls"), ("*.test", "www-tls"))], "secrets": [secret(kept_for=None)]},
            ["host.not_covered"],
        ),
        (
            {
                "gateways": [gateway(("www.test", "www-tls"), ("www.test", "too"))],
                "secrets": [secret(kept_for=None), secret(OTHER, "too", kept_for=None)],
            },
            ["host.two_secrets"],
        ),
        ({"ingresses": [ingress("www.test", "")]}, ["host.default_certificate"]),
        ({"ingresses": [ingress(secret_name=None)]}, ["host.no_tls"]),
        (ONE | {"ingresses": []}, ["certificate.unused"]),
        (ONE | {"ingresses": [], "errors": {"ingresses": "no"}}, ["evidence.unreadable"]),
        ({"secrets": [secret()]}, ["secret.orphaned"]),
        ({"secrets": [secret()], "ingresses": [ingress()]}, ["secret.orphaned"]),
        ({"secrets": [secret()], "errors": {"certificates": "no"}}, ["evidence.unreadable"]),
    ],
)
def test_finds(what, found):
    assert codes(read(**what)) == found


def test_says_where_a_missing_secret_is():
    [finding] = fleet.run_all(read([ingress(namespace="blog")], [], [secret(kept_for=None)]))
    assert finding.object == "Secret blog/www-tls"
    assert "www.test (Ingress blog/www)" in finding.message
    assert "in namespace shop" in finding.message
    assert finding.evidence["found_in"] == ["shop"]


def test_says_which_issuer_may_be_meant():
    [finding] = fleet.run_all(read(**ONE | {"issuers": [CLUSTER_ISSUER]}))
    assert finding.object == "Issuer shop/shop-ca"
    assert "There is ClusterIssuer shop-ca." in finding.message


def test_an_issuance_that_just_began_is_only_a_warning():
    young = NOT_READY | {"lastTransitionTime": NEW}
    [finding] = fleet.run_all(read(**ONE | {"certificates": [certificate(ready=young)]}))
    assert finding.severity == "warning"
    [finding] = fleet.run_all(read(**ONE | {"certificates": [certificate(ready=young, lastFailureTime=NEW)]}))
    assert (finding.severity, finding.message) == ("error", "not ready, Failed: it failed")


@pytest.mark.parametrize(("kept_for", "winner"), [("b", "b"), (None, "a")])
def test_knows_which_certificate_keeps_a_claimed_secret(kept_for, winner):
    claims = [certificate("b"), certificate("a")]
    for item, created in zip(claims, (NEW, OLD), strict=True):
        item["metadata"]["creationTimestamp"] = created
    found = read([ingress()], claims, [secret(kept_for=kept_for)])
    assert found.certificate_of(("shop", "www-tls"))["metadata"]["name"] == winner
    [finding] = fleet.run_all(found)
    assert finding.message.endswith(f"cert-manager keeps it for Certificate shop/{winner} only.")


def test_errors_come_first_and_every_finding_names_objects_and_a_remedy():
    found = fleet.run_all(
        read([ingress(secret_name=None), ingress("b.test", "lost", "b")], [certificate("c")], within=DAY)
    )
    assert [finding.severity for finding in found] == ["error", "warning", "warning"]
    assert all(finding.object and finding.remedy for finding in found)


def test_a_message_stays_readable_for_many_hosts():
    hosts = [f"h{number}.test" for number in range(12)]
    rules = [{"host": host} for host in hosts]
    [finding] = fleet.run_all(read([live.ingress(None, rules=rules)]))
    assert finding.message == "serves h0.test, h1.test, h2.test, h3.test, h4.test and 7 more without TLS."
    assert len(finding.evidence["hosts"]) == 12


def test_what_was_not_asked_for_is_only_seen_where_it_is_shared():
    others = [ingress("else.test", None, "else"), ingress("www.test", "in", "in")]
    found = read(
        [ingress(), *others],
        [certificate(), certificate("c", secret_name="c")],
        [secret(), secret(live.CA.issue("www.test", **DATES), "in", kept_for="gone")],
        shown=frozenset({"Ingress shop/www"}),
    )
    assert codes(found) == ["host.two_secrets"]
