# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds

KINDS = {value.kind: value for value in vars(kinds).values() if isinstance(value, kinds.Kind)}
# The paths of a real API server: its collection in namespace shop.
COLLECTIONS = {
    "Certificate": "/apis/cert-manager.io/v1/namespaces/shop/certificates",
    "CertificateRequest": "/apis/cert-manager.io/v1/namespaces/shop/certificaterequests",
    "Issuer": "/apis/cert-manager.io/v1/namespaces/shop/issuers",
    "ClusterIssuer": "/apis/cert-manager.io/v1/clusterissuers",
    "Order": "/apis/acme.cert-manager.io/v1/namespaces/shop/orders",
    "Challenge": "/apis/acme.cert-manager.io/v1/namespaces/shop/challenges",
    "Ingress": "/apis/networking.k8s.io/v1/namespaces/shop/ingresses",
    "IngressClass": "/apis/networking.k8s.io/v1/ingressclasses",
    "IngressClassParams": "/apis/elbv2.k8s.aws/v1beta1/ingressclassparams",
    "Middleware": "/apis/traefik.io/v1alpha1/namespaces/shop/middlewares",
    "ConfigMap": "/api/v1/namespaces/shop/configmaps",
    "Event": "/api/v1/namespaces/shop/events",
    "Namespace": "/api/v1/namespaces",
    "Pod": "/api/v1/namespaces/shop/pods",
    "Service": "/api/v1/namespaces/shop/services",
    "Secret": "/api/v1/namespaces/shop/secrets",
    "Deployment": "/apis/apps/v1/namespaces/shop/deployments",
    "CustomResourceDefinition": "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
}


def test_all_kinds_are_listed_here():
    assert sorted(KINDS) == sorted(COLLECTIONS)


@pytest.mark.parametrize("kind", KINDS)
def test_paths(kind):
    collection = COLLECTIONS[kind]
    assert KINDS[kind].path("shop") == collection
    assert KINDS[kind].path("shop", "www") == f"{collection}/www"
    assert KINDS[kind].path("shop", "www", "status") == f"{collection}/www/status"


def test_path_over_all_namespaces():
    assert kinds.CERTIFICATE.path() == "/apis/cert-manager.io/v1/certificates"


@pytest.mark.parametrize(
    ("title", "words"),
    [
        (kinds.CERTIFICATE.title("shop", "www"), "Certificate shop/www"),
        (kinds.CLUSTER_ISSUER.title("shop", "letsencrypt"), "ClusterIssuer letsencrypt"),
        (kinds.ISSUER.title(None, "letsencrypt"), "Issuer letsencrypt"),
    ],
)
def test_title(title, words):
    assert title == words


@pytest.mark.parametrize(
    ("reference", "place"),
    [
        ({"name": "le"}, (kinds.ISSUER, "shop", "le")),
        ({"name": "le", "kind": "Issuer", "group": "cert-manager.io"}, (kinds.ISSUER, "shop", "le")),
        ({"name": "le", "kind": "ClusterIssuer"}, (kinds.CLUSTER_ISSUER, None, "le")),
        ({"name": "le", "kind": "Issuer", "group": "aws.test"}, None),
    ],
)
def test_the_issuer_of_a_certificate(reference, place):
    certificate = {"metadata": {"namespace": "shop"}, "spec": {"issuerRef": reference}}
    assert kinds.issuer_of(certificate) == place
    assert kinds.issuer_reference(certificate) == {"kind": "Issuer", "group": "cert-manager.io"} | reference
