# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.spec import endpoints
from ansible_collections.certops.kubernetes.tests.unit import live


def of_ingress(tls=(), hosts=("www.test",), annotations=None, labels=None):
    ingress = live.ingress(list(tls), annotations, rules=[{"host": host} if host else {} for host in hosts])
    ingress["metadata"]["labels"] = labels or {}
    return list(endpoints.of_ingress(ingress))


def entry(secret_name, *hosts):
    return {"hosts": list(hosts), **({"secretName": secret_name} if secret_name else {})}


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ({}, [("www.test", "none", None)]),
        ({"hosts": ()}, [("*", "none", None)]),
        ({"hosts": ("", "WWW.test")}, [("*", "none", None), ("www.test", "none", None)]),
        ({"tls": [entry("a", "www.test")]}, [("www.test", "secret", "a")]),
        ({"tls": [entry("a", "www.test")], "hosts": ("",)}, [("www.test", "secret", "a")]),
        ({"tls": [entry("a", "www.test")], "hosts": ("b.test",)}, [("www.test", "secret", "a"), ("b.test", "none", None)]),
        ({"tls": [entry("a"), entry("b", "*.test"), entry("c", "WWW.test")]}, [("*.test", "secret", "b"), ("www.test", "secret", "c")]),
        ({"tls": [entry("a"), entry("b", "*.test")]}, [("*.test", "secret", "b"), ("www.test", "secret", "b")]),
        ({"tls": [entry("a")]}, [("www.test", "secret", "a")]),
        ({"tls": [entry(None, "www.test")]}, [("www.test", "default_certificate", None)]),
        ({"tls": [entry(None, "www.test")], "annotations": {"alb.ingress.kubernetes.io/certificate-arn": "arn"}}, [("www.test", "acm", None)]),
        ({"labels": {"acme.cert-manager.io/http01-solver": "true"}}, []),
    ],
)  # fmt: skip
def test_finds_the_hosts_of_an_ingress(how, found):
    seen = [(each.host, each.termination, each.secret and each.secret[1]) for each in of_ingress(**how)]
    assert seen == found


def test_names_an_ingress_and_what_it_asks_cert_manager_for():
    [found] = of_ingress([entry("a", "www.test")], annotations={"cert-manager.io/cluster-issuer": "le"})
    assert (found.owner, found.title, found.class_name) == ("Ingress shop/www", "www.test (Ingress shop/www)", "nginx")
    assert found.asks == ("cert-manager.io/cluster-issuer", "le")
    assert found.secret == ("shop", "a")


def gateway(*listeners, annotations=None):
    return {
        "metadata": {"namespace": "edge", "name": "gw", "annotations": annotations or {}},
        "spec": {"gatewayClassName": "traefik", "listeners": list(listeners)},
    }


def listener(protocol="HTTPS", hostname=None, tls=None):
    named = {"hostname": hostname} if hostname else {}
    return {"name": protocol.lower(), "protocol": protocol, **named, **({} if tls is None else {"tls": tls})}


REFERENCES = {
    "certificateRefs": [{"name": "a"}, {"name": "b", "namespace": "shop"}, {"kind": "ConfigMap", "name": "c"}]
}
PLAIN = listener("HTTP")


@pytest.mark.parametrize(
    ("listeners", "found"),
    [
        ([PLAIN], [("*", "none", None)]),
        ([listener("TCP")], []),
        ([PLAIN, listener(hostname="a.test", tls={})], [("a.test", "default_certificate", None)]),
        ([listener("HTTP", "a.test"), listener(hostname="*.test", tls=REFERENCES)], [("*.test", "secret", ("edge", "a")), ("*.test", "secret", ("shop", "b"))]),
        ([listener("HTTP", "a.test"), listener(hostname="b.test", tls={"mode": "Passthrough"})], [("a.test", "none", None), ("b.test", "passthrough", None)]),
    ],
)  # fmt: skip
def test_finds_the_listeners_of_a_gateway(listeners, found):
    seen = [(each.host, each.termination, each.secret) for each in endpoints.of_gateway(gateway(*listeners))]
    assert seen == found


def test_names_a_listener():
    asking = gateway(listener(hostname="a.test", tls=REFERENCES), annotations={"cert-manager.io/issuer": "ca"})
    first, _second = endpoints.of_gateway(asking)
    assert first.title == "a.test (Gateway edge/gw, listener https)"
    assert (first.class_name, first.asks) == ("traefik", ("cert-manager.io/issuer", "ca"))
