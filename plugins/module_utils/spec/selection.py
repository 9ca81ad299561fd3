# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which Certificates are meant: by name, namespace, label selector, Ingress or host."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .. import errors
from ..x509 import names
from . import kinds, rules

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Object = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Selection:
    """At most one of name, label selector, Ingress and host; without any, all Certificates.

    :param namespace: None: all of them
    :param label_selector: in the API's own syntax; the server applies it
    :param ingress: name of an Ingress whose Secrets the Certificates keep
    :param host: in A-labels; a Certificate is meant when it is for it, or keeps a Secret that an Ingress serves it by
    """

    namespace: str | None = None
    name: str | None = None
    label_selector: str | None = None
    ingress: str | None = None
    host: str | None = None

    @property
    def needs_ingresses(self) -> bool:
        """Whether Ingresses have a say in which Certificates are meant."""
        return bool(self.ingress or self.host)

    @property
    def words(self) -> str:
        """What is meant, for people: ``Certificate shop/www``, ``host www.example.org in namespace shop``."""
        if self.name:
            return kinds.CERTIFICATE.title(self.namespace, self.name)
        if self.ingress:
            return kinds.INGRESS.title(self.namespace, self.ingress)
        where = f"namespace {self.namespace}" if self.namespace else "all namespaces"
        if self.host:
            return f"host {self.host} in {where}"
        return f"labels {self.label_selector} in {where}" if self.label_selector else where

    def chosen(self, certificates: Iterable[Object], ingresses: Iterable[Object]) -> list[Object]:
        """Those that are meant, of the Certificates that the API returned for namespace, name and label selector."""
        if not self.needs_ingresses:
            return list(certificates)
        served = {key for ingress in ingresses for key in self._served(ingress)}
        return [item for item in certificates if _secret(item) in served or (self.host and _is_for(item, self.host))]

    def _served(self, ingress: Object) -> Iterator[tuple[str, str]]:
        """The Secrets of an Ingress that are meant, by namespace and name."""
        namespace, name = ingress["metadata"]["namespace"], ingress["metadata"]["name"]
        if self.ingress and (namespace, name) != (self.namespace, self.ingress):
            return
        for entry in ingress["spec"].get("tls") or ():
            hosts = entry.get("hosts") or ()
            if entry.get("secretName") and (self.ingress or any(stands_for(host, self.host or "") for host in hosts)):
                yield namespace, entry["secretName"]


def from_parameters(p: Mapping[str, t.Any]) -> Selection:
    """Check a module's parameters.

    :raises SpecError: with every broken rule
    """
    problems = [
        *rules.object_name("name", p["name"]),
        *rules.namespace("namespace", p["namespace"]),
        *rules.object_name("ingress", p["ingress"]),
    ]
    host = p["dns_name"]
    try:
        host = host and plain_host(host)
    except ValueError as error:
        problems.append(f"dns_name: {error}")
    if problems:
        raise errors.SpecError(problems)
    return Selection(p["namespace"], p["name"], p["label_selector"], p["ingress"], host)


def plain_host(host: str) -> str:
    """A host, or a wildcard as a whole, in lower case A-labels.

    :raises ValueError: it can't be a host name; the message names it
    """
    wildcard = "*." if host.startswith("*.") else ""
    return wildcard + names.a_label(host.removeprefix(wildcard))


def stands_for(pattern: str, host: str) -> bool:
    """Whether a name, or a wildcard, is or stands for a host; a wildcard stands for itself, too."""
    return pattern.lower() == host or names.matches(pattern, host)


def _secret(certificate: Object) -> tuple[str, str]:
    return certificate["metadata"]["namespace"], certificate["spec"]["secretName"]


def _is_for(certificate: Object, host: str) -> bool:
    spec = certificate["spec"]
    wanted = [*(spec.get("dnsNames") or ()), *filter(None, [spec.get("commonName")])]
    return any(stands_for(name, host) for name in wanted)
