# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The responder: a stock web server that answers every HTTP-01 challenge of an ACME account, without being told of any.

The answer is the token that is asked for, a dot, and the thumbprint of the account's key (RFC 8555, 8.1 and 8.3), so one
command line will do for all hosts and for all times. A file with a configuration would have to be mounted, and a pod with
a volume is a second later there, or two: kubelet fetches a ConfigMap when the pod has been given to it, and looks for its
mounts now and then.
"""

from __future__ import annotations

import hashlib
import typing as t
from dataclasses import dataclass, field

from .. import errors
from ..x509.names import is_ip_literal
from . import kinds

if t.TYPE_CHECKING:
    from .dialects.dialect import OpenPath

Object = dict[str, t.Any]

IMAGE = "docker.io/library/caddy:2"
TOKEN_PATH = "/.well-known/acme-challenge/"  # RFC 8555, 8.3
PORT = 8080

# The last part of the path; what it is, is nobody's to say but the CA's. The Ingress lets the token path through alone, and
# whatever somebody asks for there isn't shown by a browser.
_BODY = "{http.request.uri.path.file}.%s"
_HEADERS = ("--header", "Content-Type: application/octet-stream", "--header", "X-Content-Type-Options: nosniff")
_NOBODY = 65532


@dataclass(frozen=True)
class Settings:
    """What may be chosen, most of it named as in cert-manager's ``http01.ingress``.

    :param image: a Caddy 2
    :param pod_template: labels, annotations and parts of the pod's spec; ``resources`` is the container's
    :param ingress_template: labels and annotations
    """

    image: str = IMAGE
    ingress_class_name: str | None = None
    ingress_class_annotation: str | None = None
    service_type: str = "ClusterIP"
    pod_template: t.Mapping[str, t.Any] = field(default_factory=dict)
    ingress_template: t.Mapping[str, t.Any] = field(default_factory=dict)


def settings(http01: t.Mapping[str, t.Any]) -> Settings:
    """Read the ``http01`` of one solver in cert-manager's shape, with ``responder`` of our own.

    :raises SpecError: it asks for what the responder can't be
    """
    ingress = http01.get("ingress") or {}
    if "gatewayHTTPRoute" in http01:
        raise errors.SpecError(["http01.gateway: not possible with engine: direct, which answers through an Ingress"])
    if ingress.get("name"):
        raise errors.SpecError(
            [
                "http01.ingress_name: not possible with engine: direct, which has an Ingress of its own; give ingress_class"
            ]
        )
    return Settings(
        (http01.get("responder") or {}).get("image") or IMAGE,
        ingress.get("ingressClassName"),
        ingress.get("class"),
        ingress.get("serviceType") or "ClusterIP",
        ingress.get("podTemplate") or {},
        ingress.get("ingressTemplate") or {},
    )


@dataclass(frozen=True)
class Responder:
    """The responder of one account in one namespace, as manifests."""

    namespace: str
    thumbprint: str
    settings: Settings

    @property
    def name(self) -> str:
        """Of all its objects but the Ingresses; another account key has another responder."""
        return f"acme-responder-{_digest(self.thumbprint)}"

    @property
    def labels(self) -> dict[str, str]:
        """What all its objects carry; the instance tells responders apart."""
        return {
            "app.kubernetes.io/name": "acme-responder",
            "app.kubernetes.io/instance": self.name,
            "app.kubernetes.io/managed-by": "certops",
        }

    @property
    def selector(self) -> str:
        """Finds its objects and pods."""
        return f"app.kubernetes.io/instance={self.name}"

    def ingress_name(self, hosts: t.Sequence[str]) -> str:
        """Of the Ingress for these hosts."""
        return f"{self.name}-{_digest(' '.join(hosts))}"

    def workload(self) -> list[tuple[kinds.Kind, Object]]:
        """All objects but the Ingresses, in the order in which they are applied."""
        return [
            (kinds.DEPLOYMENT, self._manifest(kinds.DEPLOYMENT, self.name, spec=self._deployment())),
            (kinds.SERVICE, self._manifest(kinds.SERVICE, self.name, spec=self._service())),
        ]

    def ingress(self, hosts: t.Sequence[str], open_path: OpenPath) -> Object:
        """One Ingress for these hosts; IP addresses can't be a rule's host, so theirs is for every host."""
        backend = {"service": {"name": self.name, "port": {"name": "http"}}}
        path = {"path": TOKEN_PATH, "pathType": open_path.path_type, "backend": backend}
        names = sorted(set(map(rule_host, hosts)))
        spec: Object = {"rules": [({"host": name} if name else {}) | {"http": {"paths": [path]}} for name in names]}
        annotations = dict(open_path.annotations)
        if self.settings.ingress_class_name:
            spec["ingressClassName"] = self.settings.ingress_class_name
        if self.settings.ingress_class_annotation:
            annotations["kubernetes.io/ingress.class"] = self.settings.ingress_class_annotation
        manifest = self._manifest(kinds.INGRESS, self.ingress_name(hosts), spec=spec)
        return _templated(manifest, annotations, self.settings.ingress_template)

    def _manifest(self, kind: kinds.Kind, name: str, **content: t.Any) -> Object:
        metadata = {"name": name, "namespace": self.namespace, "labels": self.labels}
        return {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata, **content}

    def _service(self) -> Object:
        return {
            "type": self.settings.service_type,
            "selector": {"app.kubernetes.io/instance": self.name},
            "ports": [{"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"}],
        }

    def _deployment(self) -> Object:
        pod: Object = {"metadata": {"labels": self.labels}, "spec": self._pod()}
        pod = _templated(pod, {}, self.settings.pod_template)
        selector = {"matchLabels": {"app.kubernetes.io/instance": self.name}}
        # No probe, which would cost a second where the first comes too early: every host is asked before the CA is told.
        return {"replicas": 1, "minReadySeconds": 1, "selector": selector, "template": pod}

    def _pod(self) -> Object:
        given = dict(self.settings.pod_template.get("spec") or {})
        resources = given.pop("resources", None)
        spec: Object = {
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "terminationGracePeriodSeconds": 5,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": _NOBODY,
                "runAsGroup": _NOBODY,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [self._container(resources)],
        }
        return spec | given

    def _container(self, resources: t.Mapping[str, t.Any] | None) -> Object:
        return {
            "name": "caddy",
            "image": self.settings.image,
            "imagePullPolicy": "IfNotPresent",
            "command": ["caddy", "respond", "--listen", f":{PORT}", "--body", _BODY % self.thumbprint, *_HEADERS],
            # It writes nothing, but looks for the homes that the restricted user doesn't have.
            "env": [{"name": "XDG_CONFIG_HOME", "value": "/tmp"}, {"name": "XDG_DATA_HOME", "value": "/tmp"}],
            "ports": [{"name": "http", "containerPort": PORT, "protocol": "TCP"}],
            "resources": resources or {"requests": {"cpu": "10m", "memory": "32Mi"}, "limits": {"memory": "128Mi"}},
            "securityContext": {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                # The binary of the official image carries this one, and can't be started where it is out of reach.
                "capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]},
            },
        }


def rule_host(identifier: str) -> str:
    """The host of the Ingress rule that answers for it, "" for the rule of all hosts."""
    return "" if is_ip_literal(identifier) else identifier


def _templated(obj: Object, annotations: t.Mapping[str, str], template: t.Mapping[str, t.Any]) -> Object:
    """The object with these annotations, and with the template's labels and annotations; our own labels stay."""
    given = template.get("metadata") or {}
    metadata = obj["metadata"]
    together = {**annotations, **(given.get("annotations") or {})}
    metadata = {**metadata, "labels": {**(given.get("labels") or {}), **metadata["labels"]}}
    return {**obj, "metadata": metadata | ({"annotations": together} if together else {})}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]
