# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.spec import dialects, kinds
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.dialects.balancer import Balancer
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.dialects.dialect import Hsts, Rendering, Traffic

HSTS = Hsts(31536000, include_subdomains=True, preload=True)
HEADER = "max-age=31536000; includeSubDomains; preload"
NGINX = "nginx.ingress.kubernetes.io/"
ALB = "alb.ingress.kubernetes.io/"
PORTS = {f"{ALB}listen-ports": '[{"HTTP": 80}, {"HTTPS": 443}]'}


def render(name, redirect=None, hsts=None):
    return dialects.by_name(name).render(Traffic("shop", "www", redirect, hsts))


@pytest.mark.parametrize("name", ["alb", "ingress_nginx", "traefik"])
def test_by_name(name):
    assert dialects.by_name(name).name == name


def test_no_such_name():
    with pytest.raises(KeyError):
        dialects.by_name("unknown")


@pytest.mark.parametrize(
    ("controller", "name"),
    [
        ("k8s.io/ingress-nginx", "ingress_nginx"),
        ("traefik.io/ingress-controller", "traefik"),
        ("ingress.k8s.aws/alb", "alb"),
        ("example.org/unknown", None),
        ("", None),
    ],
)
def test_by_the_controller_of_an_ingress_class(controller, name):
    found = dialects.by_controller(controller)
    assert (found.name if found else None) == name


def test_only_alb_serves_no_secrets():
    assert [dialect.name for dialect in dialects.DIALECTS if not dialect.serves_secrets] == ["alb"]


@pytest.mark.parametrize(
    ("hsts", "header"),
    [
        (Hsts(0), "max-age=0"),
        (Hsts(60, include_subdomains=True), "max-age=60; includeSubDomains"),
        (Hsts(60, preload=True), "max-age=60; preload"),
        (HSTS, HEADER),
    ],
)
def test_header(hsts, header):
    assert hsts.header() == header


@pytest.mark.parametrize(
    ("redirect", "annotations"),
    [(None, {}), (True, {f"{NGINX}ssl-redirect": "true"}), (False, {f"{NGINX}ssl-redirect": "false"})],
)
def test_ingress_nginx_redirect(redirect, annotations):
    assert render("ingress_nginx", redirect) == Rendering(annotations)


def test_ingress_nginx_takes_headers_from_a_config_map():
    rendering = render("ingress_nginx", hsts=HSTS)
    ((kind, manifest),) = rendering.objects
    assert rendering.annotations == {f"{NGINX}custom-headers": "shop/www-headers"}
    assert kind == kinds.CONFIG_MAP
    assert manifest == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "www-headers", "namespace": "shop"},
        "data": {"Strict-Transport-Security": HEADER},
    }


@pytest.mark.parametrize("redirect", [None, False])
def test_traefik_needs_nothing_for_no_redirect(redirect):
    assert render("traefik", redirect) == Rendering()


def test_traefik_redirects_before_it_adds_headers():
    rendering = render("traefik", True, HSTS)
    assert rendering.annotations == {
        "traefik.ingress.kubernetes.io/router.middlewares": (
            "shop-www-redirect@kubernetescrd,shop-www-hsts@kubernetescrd"
        )
    }
    assert [(kind, manifest["metadata"], manifest["spec"]) for kind, manifest in rendering.objects] == [
        (
            kinds.MIDDLEWARE,
            {"name": "www-redirect", "namespace": "shop"},
            {"redirectScheme": {"scheme": "https", "permanent": True}},
        ),
        (
            kinds.MIDDLEWARE,
            {"name": "www-hsts", "namespace": "shop"},
            {"headers": {"stsSeconds": 31536000, "stsIncludeSubdomains": True, "stsPreload": True}},
        ),
    ]


@pytest.mark.parametrize(
    ("redirect", "hsts", "annotations"),
    [
        (None, None, PORTS),
        (False, None, PORTS),
        (True, None, PORTS | {f"{ALB}ssl-redirect": "443"}),
        (
            None,
            HSTS,
            PORTS
            | {
                f"{ALB}listener-attributes.HTTPS-443": (
                    f"routing.http.response.strict_transport_security.header_value={HEADER}"
                )
            },
        ),
    ],
)
def test_alb(redirect, hsts, annotations):
    assert render("alb", redirect, hsts) == Rendering(annotations)


def test_alb_with_all_that_can_be_said():
    ports = (("HTTP", 80), ("HTTPS", 8443), ("HTTPS", 443))
    wanted = Balancer(("arn:1", "arn:2"), ports, "ELBSecurityPolicy-TLS13-1-2-2021-06", "shop", -5)
    attribute = f"routing.http.response.strict_transport_security.header_value={HEADER}"
    assert dialects.by_name("alb").render(Traffic("shop", "www", True, HSTS, wanted)).annotations == {
        f"{ALB}certificate-arn": "arn:1,arn:2",
        f"{ALB}group.name": "shop",
        f"{ALB}group.order": "-5",
        f"{ALB}listen-ports": '[{"HTTP": 80}, {"HTTPS": 8443}, {"HTTPS": 443}]',
        f"{ALB}listener-attributes.HTTPS-443": attribute,
        f"{ALB}listener-attributes.HTTPS-8443": attribute,
        f"{ALB}ssl-policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        f"{ALB}ssl-redirect": "8443",
    }
