# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that Ingresses and Gateways serve, and over which Secret (Kubernetes API, IngressTLS; Gateway API, Listener)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from . import kinds
from .ingress import class_of
from .selection import stands_for

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Object = t.Mapping[str, t.Any]
Key = tuple[str, str]

GATEWAY = kinds.Kind("gateway.networking.k8s.io/v1", "Gateway", "gateways")

# How TLS is terminated.
SECRET = "secret"
DEFAULT = "default_certificate"  # TLS is asked for, but no Secret is named
PASSTHROUGH = "passthrough"  # by what stands behind
ACM = "acm"  # by an AWS load balancer, with a certificate of AWS Certificate Manager
NONE = "none"

ANY_HOST = "*"

_SOLVER = "acme.cert-manager.io/http01-solver"
_ISSUER_ANNOTATIONS = ("cert-manager.io/issuer", "cert-manager.io/cluster-issuer", "kubernetes.io/tls-acme")
_ACM_ANNOTATION = "alb.ingress.kubernetes.io/certificate-arn"


@dataclass(frozen=True)
class Endpoint:
    """One host at one Ingress, or at one listener of a Gateway.

    :param host: as written, in lower case; ANY_HOST where none is named
    :param listener: name of the Gateway's listener, "" at an Ingress
    :param secret: namespace and name, where ``termination`` is SECRET
    :param asks: the annotation by which cert-manager is asked for the Certificate, with its value
    """

    host: str
    kind: kinds.Kind
    namespace: str
    name: str
    listener: str
    class_name: str | None
    termination: str
    secret: Key | None = None
    asks: tuple[str, str] | None = None

    @property
    def owner(self) -> str:
        """The object that serves it: ``Ingress shop/www``."""
        return self.kind.title(self.namespace, self.name)

    @property
    def place(self) -> tuple[str, str, str]:
        """What its certificates have in common: a Gateway's listener may have several, one for each kind of key."""
        return self.owner, self.listener, self.host

    @property
    def title(self) -> str:
        """How messages name it: ``www.example.org (Ingress shop/www)``."""
        return f"{self.host} ({self.owner}{f', listener {self.listener}' if self.listener else ''})"


def of_ingress(ingress: Object) -> Iterator[Endpoint]:
    """Every host of its rules and of its tls entries; nothing for an Ingress that only answers a challenge."""
    metadata, spec = ingress["metadata"], ingress["spec"]
    if _SOLVER in (metadata.get("labels") or {}):
        return
    annotations = metadata.get("annotations") or {}
    entries = spec.get("tls") or ()
    for host in _hosts(spec, entries):
        termination, secret_name = _termination(host, entries, annotations)
        yield Endpoint(
            host=host,
            kind=kinds.INGRESS,
            namespace=metadata["namespace"],
            name=metadata["name"],
            listener="",
            class_name=class_of(ingress, None),
            termination=termination,
            secret=(metadata["namespace"], secret_name) if secret_name else None,
            asks=_asks(annotations) if secret_name else None,
        )


def of_gateway(gateway: Object) -> Iterator[Endpoint]:
    """Every listener, with each of its certificates; plain HTTP only where nothing serves the host over TLS."""
    listeners = gateway["spec"].get("listeners") or ()
    secure = [each for each in listeners if "tls" in each]
    for listener in listeners:
        host = (listener.get("hostname") or ANY_HOST).lower()
        if "tls" in listener:
            yield from _terminating(gateway, listener, host)
        elif host == ANY_HOST and secure or any(_listens(each, host) for each in secure):
            continue  # a redirect, as a rule
        elif listener.get("protocol") == "HTTP":
            yield _listening(gateway, listener, host, NONE)


def _listens(listener: Object, host: str) -> bool:
    hostname = (listener.get("hostname") or ANY_HOST).lower()
    return hostname == ANY_HOST or stands_for(hostname, host)


def _terminating(gateway: Object, listener: Object, host: str) -> Iterator[Endpoint]:
    if listener["tls"].get("mode") == "Passthrough":
        yield _listening(gateway, listener, host, PASSTHROUGH)
        return
    references = [each for each in listener["tls"].get("certificateRefs") or () if each.get("kind") in (None, "Secret")]
    if not references:
        yield _listening(gateway, listener, host, DEFAULT)
    for reference in references:
        secret = (reference.get("namespace") or gateway["metadata"]["namespace"], reference["name"])
        yield _listening(gateway, listener, host, SECRET, secret)


def _listening(gateway: Object, listener: Object, host: str, termination: str, secret: Key | None = None) -> Endpoint:
    metadata = gateway["metadata"]
    return Endpoint(
        host=host,
        kind=GATEWAY,
        namespace=metadata["namespace"],
        name=metadata["name"],
        listener=listener["name"],
        class_name=gateway["spec"].get("gatewayClassName"),
        termination=termination,
        secret=secret,
        asks=_asks(metadata.get("annotations") or {}) if secret else None,
    )


def _hosts(spec: Object, entries: Sequence[Object]) -> list[str]:
    named = [host for entry in entries for host in entry.get("hosts") or ()]
    ruled = [rule.get("host") or ANY_HOST for rule in spec.get("rules") or ()] or [ANY_HOST]
    # A rule for every host is also for those that only the tls entries name.
    hosts = named + [host for host in ruled if host != ANY_HOST or not named]
    return list(dict.fromkeys(host.lower() for host in hosts))


def _termination(host: str, entries: Sequence[Object], annotations: Mapping[str, str]) -> tuple[str, str | None]:
    """The entry with this host, else with a wildcard for it, else one for all hosts."""
    ranked = [
        entry
        for fits in (_names_it, _covers_it, _names_none)
        for entry in entries
        if fits([name.lower() for name in entry.get("hosts") or ()], host)
    ]
    if ranked:
        secret_name = ranked[0].get("secretName")
        if secret_name:
            return SECRET, secret_name
    if _ACM_ANNOTATION in annotations:
        return ACM, None
    return (DEFAULT if ranked else NONE), None


def _names_it(hosts: Sequence[str], host: str) -> bool:
    return host in hosts


def _covers_it(hosts: Sequence[str], host: str) -> bool:
    return any(stands_for(pattern, host) for pattern in hosts)


def _names_none(hosts: Sequence[str], host: str) -> bool:
    return not hosts


def _asks(annotations: Mapping[str, str]) -> tuple[str, str] | None:
    return next(((key, annotations[key]) for key in _ISSUER_ANNOTATIONS if annotations.get(key)), None)
