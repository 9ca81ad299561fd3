# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.errors import SpecError
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import ingress
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.dialects.dialect import Hsts, Rendering
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.ingress_record import Record

RULE = {"path": "/", "path_type": "Prefix", "service": "web", "port": "80", "host": None}
GIVEN = {
    "name": "www",
    "namespace": "shop",
    "hosts": ["a.test", "b.test"],
    "secret_name": "www-tls",
    "issuer_ref": {"name": "ca", "kind": "Issuer", "group": "cert-manager.io"},
    "ingress_class_name": None,
    "rules": None,
    "redirect": None,
    "hsts": None,
    "external_dns": None,
    "certificate": None,
    "controller": "auto",
}
HSTS = {"max_age": 31536000, "include_subdomains": True, "preload": True}
TLS = [{"hosts": ["a.test", "b.test"], "secretName": "www-tls"}]


def build(**parameters):
    return ingress.from_parameters(GIVEN | parameters)


def manifest(spec, version=None, annotations=None):
    return spec.manifest(Rendering(annotations or {}), Record(secrets=("www-tls",)), TLS, version)


def test_manifest_of_an_ingress_that_exists():
    spec = build(external_dns={"ttl": 60})
    assert spec.title == "Ingress shop/www"
    assert manifest(spec, "7", {"nginx/x": "y"}) == {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": "www",
            "namespace": "shop",
            "resourceVersion": "7",
            "annotations": {
                "cert-manager.io/issuer": "ca",
                "external-dns.alpha.kubernetes.io/hostname": "a.test,b.test",
                "external-dns.alpha.kubernetes.io/ttl": "60",
                "external-dns.kubernetes.io/hostname": "a.test,b.test",
                "external-dns.kubernetes.io/ttl": "60",
                "nginx/x": "y",
                "certops.kubernetes/ingress-tls": '{"secrets": ["www-tls"]}',
            },
        },
        "spec": {"tls": TLS},
    }


def test_rules_become_one_entry_a_host():
    only_b = RULE | {"host": "b.test", "path": "/b", "path_type": "Exact", "port": "http"}
    spec = build(rules=[RULE, only_b], ingress_class_name="nginx")
    everywhere = {
        "path": "/",
        "pathType": "Prefix",
        "backend": {"service": {"name": "web", "port": {"number": 80}}},
    }
    just_b = {"path": "/b", "pathType": "Exact", "backend": {"service": {"name": "web", "port": {"name": "http"}}}}
    found = manifest(spec)
    assert "resourceVersion" not in found["metadata"]
    assert found["spec"] == {
        "tls": TLS,
        "ingressClassName": "nginx",
        "rules": [
            {"host": "a.test", "http": {"paths": [everywhere]}},
            {"host": "b.test", "http": {"paths": [everywhere, just_b]}},
        ],
    }


def test_a_host_without_paths_gets_no_rule():
    spec = build(rules=[RULE | {"host": "b.test"}])
    assert [rule["host"] for rule in spec.rules] == ["b.test"]


def test_traffic():
    traffic = build(redirect=False, hsts=HSTS).traffic
    assert (traffic.namespace, traffic.ingress, traffic.redirect) == ("shop", "www", False)
    assert traffic.hsts == Hsts(31536000, True, True)
    assert build().traffic.hsts is None


def test_annotations_say_what_they_can_of_the_certificate():
    spec = build(certificate={"duration": "2160h"})
    assert spec.explicit_certificate is None
    assert manifest(spec)["metadata"]["annotations"]["cert-manager.io/duration"] == "2160h"
    assert spec.expected_certificate.body["duration"] == "2160h"


def test_what_no_annotation_can_say_needs_a_certificate_and_no_annotation():
    spec = build(certificate={"duration": "2160h", "uris": ["spiffe://a/b"]})
    certificate = spec.explicit_certificate
    assert certificate == spec.expected_certificate
    assert certificate.title == "Certificate shop/www-tls"
    assert certificate.body["dnsNames"] == ["a.test", "b.test"]
    assert [key for key in manifest(spec)["metadata"]["annotations"] if key.startswith("cert-manager.io")] == []


def test_without_an_issuer_no_certificate_is_expected():
    spec = build(issuer_ref=None)
    assert spec.expected_certificate is None
    assert list(manifest(spec)["metadata"]["annotations"]) == ["certops.kubernetes/ingress-tls"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"hosts": ["*.example.test"]},
        {"hsts": {"max_age": 0, "include_subdomains": False, "preload": False}},
        {"hsts": HSTS},
        {"certificate": {"dns_names": ["c.test"]}},
        {"rules": [RULE | {"port": "65535"}]},
        {"rules": [RULE | {"port": "https-web"}]},
    ],
)
def test_accepts(parameters):
    assert build(**parameters).name == "www"


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"name": "WWW"}, "name: 'WWW' is not allowed"),
        ({"namespace": "a.b"}, "namespace: 'a.b' is not allowed"),
        ({"secret_name": "TLS"}, "secret_name: 'TLS' is not allowed"),
        ({"hosts": []}, "hosts: empty; name at least one host"),
        ({"hosts": ["192.0.2.7"]}, "hosts: '192.0.2.7' is an IP address, not a DNS name"),
        ({"hosts": ["a.test", "a.test"]}, "hosts: 'a.test' is given more than once"),
        ({"issuer_ref": {"name": "CA"}}, "issuer_ref.name: 'CA' is not allowed"),
        (
            {"issuer_ref": None, "certificate": {"duration": "2160h"}},
            "certificate: needs issuer_ref; without an issuer ",
        ),
        ({"certificate": {"duration": "1m"}}, "certificate.duration: '1m' is too short: at least 60 min"),
        ({"certificate": {"dns_names": ["a b"]}}, "certificate.dns_names: 'a b' is not a DNS name"),
        ({"rules": []}, "rules: empty; give at least one, or leave the option out for an Ingress that exists"),
        ({"rules": [RULE | {"host": "c.test"}]}, "rules[0].host: 'c.test' is not one of hosts (a.test, b.test)"),
        ({"rules": [RULE, RULE | {"path": "app"}]}, "rules[1].path: 'app' does not start with '/'"),
        ({"rules": [RULE | {"service": "Web"}]}, "rules[0].service: 'Web' is not allowed"),
        ({"rules": [RULE | {"port": "0"}]}, "rules[0].port: 0 is not allowed: from 1 to 65535"),
        ({"rules": [RULE | {"port": "²"}]}, "rules[0].port: '²' is neither a number nor the name of a port"),
        ({"hsts": {"max_age": -1, "include_subdomains": False, "preload": False}}, "hsts.max_age: -1 is not allowed: "),
        (
            {"hsts": HSTS | {"max_age": 31535999}},
            "hsts.preload: needs include_subdomains: true and max_age of at least ",
        ),
        ({"hsts": HSTS | {"include_subdomains": False}}, "hsts.preload: needs include_subdomains: true and max_age "),
        ({"external_dns": {"ttl": 0}}, "external_dns.ttl: 0 is not allowed"),
    ],
)
def test_refusal_names_option_value_and_what_is_allowed(parameters, said):
    with pytest.raises(SpecError) as caught:
        build(**parameters)
    (problem,) = caught.value.problems
    assert problem.startswith(said)


def test_all_broken_rules_are_reported_at_once():
    with pytest.raises(SpecError) as caught:
        build(name="WWW", secret_name="TLS", certificate={"duration": "1m"}, rules=[RULE | {"port": "0"}])
    assert [problem.partition(":")[0] for problem in caught.value.problems] == [
        "name",
        "secret_name",
        "certificate.duration",
        "rules[0].port",
    ]


OLD = {"kubernetes.io/ingress.class": "old"}


@pytest.mark.parametrize(
    ("live", "wanted", "found"),
    [
        (None, None, None),
        (None, "nginx", "nginx"),
        ({"spec": {"ingressClassName": "traefik"}}, "nginx", "nginx"),
        ({"spec": {"ingressClassName": "traefik"}, "metadata": {"annotations": OLD}}, None, "traefik"),
        ({"spec": {}, "metadata": {"annotations": OLD}}, None, "old"),
        ({"spec": None, "metadata": {"annotations": None}}, None, None),
    ],
)
def test_class_of(live, wanted, found):
    assert ingress.class_of(live, wanted) == found
