# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds this collection reads and writes, with their fixed API paths: no discovery request is ever needed."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One resource of the Kubernetes API (API conventions, "Types")."""

    api_version: str
    kind: str
    plural: str
    namespaced: bool = True

    def path(self, namespace: str | None = None, name: str | None = None, subresource: str | None = None) -> str:
        """The URL path of the collection, of one object, or of its subresource."""
        root = "/api" if "/" not in self.api_version else "/apis"
        parts = [root, self.api_version]
        if self.namespaced and namespace:
            parts += ["namespaces", namespace]
        parts += [part for part in (self.plural, name, subresource) if part]
        return "/".join(parts)

    def title(self, namespace: str | None, name: str) -> str:
        """How the object is named in messages: ``Certificate shop/www``."""
        return f"{self.kind} {namespace}/{name}" if self.namespaced and namespace else f"{self.kind} {name}"


class Watch(t.NamedTuple):
    """What to watch: a kind in a namespace, narrowed by a field or label selector."""

    kind: Kind
    namespace: str | None
    fields: str | None = None
    labels: str | None = None


_CM = "cert-manager.io/v1"
_ACME = "acme.cert-manager.io/v1"

CERTIFICATE = Kind(_CM, "Certificate", "certificates")
CERTIFICATE_REQUEST = Kind(_CM, "CertificateRequest", "certificaterequests")
ISSUER = Kind(_CM, "Issuer", "issuers")
CLUSTER_ISSUER = Kind(_CM, "ClusterIssuer", "clusterissuers", namespaced=False)
ORDER = Kind(_ACME, "Order", "orders")
CHALLENGE = Kind(_ACME, "Challenge", "challenges")

INGRESS = Kind("networking.k8s.io/v1", "Ingress", "ingresses")
INGRESS_CLASS = Kind("networking.k8s.io/v1", "IngressClass", "ingressclasses", namespaced=False)
INGRESS_CLASS_PARAMS = Kind("elbv2.k8s.aws/v1beta1", "IngressClassParams", "ingressclassparams", namespaced=False)
MIDDLEWARE = Kind("traefik.io/v1alpha1", "Middleware", "middlewares")

CONFIG_MAP = Kind("v1", "ConfigMap", "configmaps")
EVENT = Kind("v1", "Event", "events")
NAMESPACE = Kind("v1", "Namespace", "namespaces", namespaced=False)
POD = Kind("v1", "Pod", "pods")
SECRET = Kind("v1", "Secret", "secrets")
SERVICE = Kind("v1", "Service", "services")
DEPLOYMENT = Kind("apps/v1", "Deployment", "deployments")
CUSTOM_RESOURCE_DEFINITION = Kind(
    "apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", namespaced=False
)


OWN_GROUP = "cert-manager.io"
# "true" on the IngressClass of the Ingresses that name none.
DEFAULT_CLASS_ANNOTATION = "ingressclass.kubernetes.io/is-default-class"


def issuer_reference(certificate: t.Mapping[str, t.Any]) -> dict[str, str]:
    """spec.issuerRef of a Certificate or CertificateRequest, with the API's defaults."""
    reference = certificate["spec"]["issuerRef"]
    return {
        "name": reference["name"],
        "kind": reference.get("kind") or "Issuer",
        "group": reference.get("group") or OWN_GROUP,
    }


def issuer_of(certificate: t.Mapping[str, t.Any]) -> tuple[Kind, str | None, str] | None:
    """Kind, namespace and name of the issuer that a Certificate refers to; None for those of other groups."""
    reference = issuer_reference(certificate)
    if reference["group"] != OWN_GROUP:
        return None
    if reference["kind"] == "ClusterIssuer":
        return CLUSTER_ISSUER, None, reference["name"]
    return ISSUER, certificate["metadata"]["namespace"], reference["name"]
