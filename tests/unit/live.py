# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects as an API server with cert-manager returns them."""

from __future__ import annotations

import base64
from typing import Any

from ansible_collections.certops.kubernetes.tests.unit import factory

Object = dict[str, Any]

CA = factory.authority("Shop CA")
HOST = "www.example.test"
WWW = CA.issue(HOST)
# The factory's keys are on P-256.
SPEC: Object = {
    "secretName": "www-tls",
    "issuerRef": {"name": "shop-ca"},
    "dnsNames": [HOST],
    "privateKey": {"algorithm": "ECDSA"},
}


def condition(kind: str, status: bool | str, reason: str = "Given", message: str = "", generation: int = 1) -> Object:
    return {
        "type": kind,
        "status": str(status),
        "reason": reason,
        "message": message,
        "observedGeneration": generation,
    }


READY = condition("Ready", True, "Ready", "Certificate is up to date and has not expired")


def certificate(
    *conditions: Object, name: str = "www", generation: int = 1, spec: Object | None = None, **status: Any
) -> Object:
    return {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Certificate",
        "metadata": {"name": name, "namespace": "shop", "uid": f"uid-of-{name}", "generation": generation},
        "spec": dict(spec or SPEC | {"secretName": f"{name}-tls"}),
        "status": {"conditions": list(conditions), **status},
    }


def ready_certificate(**details: Any) -> Object:
    return certificate(READY, **{"revision": 1, **details})


def issuer(
    *conditions: Object, name: str = "shop-ca", kind: str = "Issuer", generation: int = 1, **spec: Any
) -> Object:
    namespace = {"namespace": "shop"} if kind == "Issuer" else {}
    return {
        "apiVersion": "cert-manager.io/v1",
        "kind": kind,
        "metadata": {"name": name, **namespace, "generation": generation},
        "spec": spec or {"selfSigned": {}},
        "status": {"conditions": list(conditions)},
    }


def secret(issued: factory.Issued = WWW, name: str = "www-tls", issuer: str = "shop-ca") -> Object:
    """A kubernetes.io/tls Secret as cert-manager writes it."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": "shop", "annotations": {"cert-manager.io/issuer-name": issuer}},
        "type": "kubernetes.io/tls",
        "data": data(**{"tls.crt": issued.chain_pem, "tls.key": issued.key_pem}),
    }


def data(**values: bytes) -> dict[str, str]:
    return {key: base64.b64encode(value).decode() for key, value in values.items()}


def ingress(tls: list[Object] | None = None, annotations: dict[str, str] | None = None, **spec: Any) -> Object:
    """An Ingress of somebody else's."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "www", "namespace": "shop", "annotations": annotations or {}},
        "spec": {"ingressClassName": "nginx", "rules": [{"host": HOST}], **({"tls": tls} if tls else {}), **spec},
        "status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.7"}]}},
    }


def ingress_class(name: str = "nginx", controller: str = "k8s.io/ingress-nginx", default: bool = False) -> Object:
    annotations = {"ingressclass.kubernetes.io/is-default-class": "true"} if default else {}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "IngressClass",
        "metadata": {"name": name, "annotations": annotations},
        "spec": {"controller": controller},
    }


def owned(kind: str, name: str, owner: Object, status: Object, **more: Any) -> Object:
    """A CertificateRequest, Order or Challenge that goes back to its owner."""
    group = "cert-manager.io/v1" if kind == "CertificateRequest" else "acme.cert-manager.io/v1"
    references = [{"kind": owner["kind"], "name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"]}]
    metadata = {"name": name, "namespace": "shop", "uid": f"uid-of-{name}", "ownerReferences": references}
    return {"apiVersion": group, "kind": kind, "metadata": metadata, "status": status, **more}
