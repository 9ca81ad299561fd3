# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.spec import solvers

ACCOUNT = {"name": "dns", "audiences": None}


def shaped(solver):
    secrets = {}
    return solvers.body("letsencrypt", 2, solver, secrets), secrets


@pytest.mark.parametrize(
    ("solver", "body"),
    [
        ({"http01": {}}, {"http01": {"ingress": {}}}),
        ({"http01": {"ingress_class": "nginx"}}, {"http01": {"ingress": {"ingressClassName": "nginx"}}}),
        ({"http01": {"responder_image": "m/caddy"}}, {"http01": {"ingress": {}, "responder": {"image": "m/caddy"}}}),
        ({"http01": {"responder_keep": True}}, {"http01": {"ingress": {}, "responder": {"keep": True}}}),
        ({"http01": {"responder_keep": False}}, {"http01": {"ingress": {}}}),
        ({"dns01": {"persist": True}}, {"dns01": {"persist": True}}),
        ({"http01": {"ingress_class_annotation": "nginx"}}, {"http01": {"ingress": {"class": "nginx"}}}),
        (
            {"http01": {"ingress_name": "www", "service_type": "ClusterIP", "ingress_template": {"a_b": 1}}},
            {"http01": {"ingress": {"name": "www", "serviceType": "ClusterIP", "ingressTemplate": {"a_b": 1}}}},
        ),
        (
            {"http01": {"gateway": {"parent_refs": [{"name": "gw"}], "labels": {"a": "b"}}, "pod_template": {}}},
            {"http01": {"gatewayHTTPRoute": {"parentRefs": [{"name": "gw"}], "labels": {"a": "b"}, "podTemplate": {}}}},
        ),
        (
            {
                "selector": {"dns_names": ["a.test"], "dns_zones": None, "match_labels": {"tier_1": "web"}},
                "wait_instead_of_self_check": "30s",
                "http01": {},
            },
            {
                "selector": {"dnsNames": ["a.test"], "matchLabels": {"tier_1": "web"}},
                "waitInsteadOfSelfCheck": "30s",
                "http01": {"ingress": {}},
            },
        ),
        (
            {"dns01": {"cname_strategy": "Follow", "raw": {"azureDNS": {"zoneType": "private"}}}},
            {"dns01": {"cnameStrategy": "Follow", "azureDNS": {"zoneType": "private"}}},
        ),
        (
            {"dns01": {"route53": {"region": "eu-west-1", "hosted_zone_id": "Z1", "role": "arn:aws:iam::1:role/dns"}}},
            {"dns01": {"route53": {"region": "eu-west-1", "hostedZoneID": "Z1", "role": "arn:aws:iam::1:role/dns"}}},
        ),
        (
            {"dns01": {"route53": {"role": "arn", "service_account_ref": ACCOUNT}}},
            {"dns01": {"route53": {"role": "arn", "auth": {"kubernetes": {"serviceAccountRef": {"name": "dns"}}}}}},
        ),
        (
            {
                "dns01": {
                    "route53": {"access_key_id": "AKIA", "secret_access_key_secret_ref": {"name": "a", "key": "b"}}
                }
            },
            {"dns01": {"route53": {"accessKeyID": "AKIA", "secretAccessKeySecretRef": {"name": "a", "key": "b"}}}},
        ),
        (
            {"dns01": {"rfc2136": {"nameserver": "192.0.2.53", "protocol": "TCP"}}},
            {"dns01": {"rfc2136": {"nameserver": "192.0.2.53", "protocol": "TCP"}}},
        ),
    ],
)
def test_body(solver, body):
    assert shaped(solver) == (body, {})


def test_the_users_template_is_not_changed():
    raw = {"azureDNS": {}}
    shaped({"dns01": {"raw": raw, "cname_strategy": "Follow"}})
    assert raw == {"azureDNS": {}}


@pytest.mark.parametrize(
    ("provider", "options", "reference", "key"),
    [
        ("route53", {"secret_access_key": "s3cret"}, "secretAccessKeySecretRef", "secret-access-key"),
        ("rfc2136", {"tsig_secret": "s3cret", "tsig_key_name": "k"}, "tsigSecretSecretRef", "tsig-secret"),
    ],
)
def test_secret_values_move_into_a_secret(provider, options, reference, key):
    body, secrets = shaped({"dns01": {provider: options}})
    assert secrets == {"letsencrypt-solver-2": {key: "s3cret"}}
    assert body["dns01"][provider][reference] == {"name": "letsencrypt-solver-2", "key": key}
    assert "s3cret" not in str(body)


def test_text_to_base64():
    assert base64.b64decode(solvers.base64_text("ü")) == "ü".encode()


@pytest.mark.parametrize(
    "solver",
    [
        {"http01": {}},
        {"http01": {"ingress_template": {}}},
        {"http01": {"gateway": {}}},
        {"http01": {"ingress_class": "nginx"}, "wait_instead_of_self_check": "30s"},
        {"dns01": {"raw": {"azureDNS": {}}}},
        {"dns01": {"route53": {"access_key_id": "a", "secret_access_key": "b"}}},
        {"dns01": {"route53": {"role": "arn", "service_account_ref": ACCOUNT}}},
        {"dns01": {"rfc2136": {"tsig_secret_secret_ref": {"name": "a"}, "tsig_key_name": "k"}}},
    ],
)
def test_accepts(solver):
    assert list(solvers.problems("acme.solvers[0]", solver)) == []


@pytest.mark.parametrize(
    ("solver", "said"),
    [
        ({}, "s: give exactly one of http01, dns01; given: none"),
        ({"http01": {}, "dns01": {"raw": {}}}, "s: give exactly one of http01, dns01; given: http01, dns01"),
        ({"http01": {}, "wait_instead_of_self_check": "30"}, "s.wait_instead_of_self_check: '30' is not a duration"),
        (
            {"http01": {"ingress_class": "a", "ingress_name": "b"}},
            (
                "s.http01: give at most one of ingress_class, ingress_class_annotation, ingress_name, gateway; "
                "given: ingress_class, ingress_name"
            ),
        ),
        ({"http01": {"gateway": {}, "ingress_template": {}}}, "s.http01.ingress_template: not allowed with gateway"),
        ({"dns01": {}}, "s.dns01: give exactly one of route53, rfc2136, raw; given: none"),
        ({"dns01": {"raw": {}, "route53": {}}}, "s.dns01: give exactly one of route53, rfc2136, raw; given: route53, "),
        (
            {"dns01": {"route53": {"access_key_id": "a", "access_key_id_secret_ref": {"name": "b"}}}},
            "s.dns01.route53: give either access_key_id or access_key_id_secret_ref",
        ),
        (
            {"dns01": {"route53": {"secret_access_key": "a", "secret_access_key_secret_ref": {"name": "b"}}}},
            "s.dns01.route53: give either secret_access_key or secret_access_key_secret_ref",
        ),
        (
            {"dns01": {"route53": {"service_account_ref": ACCOUNT}}},
            "s.dns01.route53.role: missing, a service account assumes a role",
        ),
        (
            {"dns01": {"rfc2136": {"tsig_key_name": "k", "tsig_secret": "a", "tsig_secret_secret_ref": {"name": "b"}}}},
            "s.dns01.rfc2136: give either tsig_secret or tsig_secret_secret_ref",
        ),
        ({"dns01": {"rfc2136": {"tsig_secret": "a"}}}, "s.dns01.rfc2136.tsig_key_name: missing, the key's name goes "),
    ],
)
def test_refuses(solver, said):
    (problem,) = solvers.problems("s", solver)
    assert problem.startswith(said)
