# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An Ingress host that is wanted: served over a Secret, redirected, announced in DNS."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .. import errors
from . import certificate, external_dns, ingress_shim, kinds, rules
from .certificate import CertificateSpec
from .dialects import balancer
from .dialects.dialect import Hsts, Rendering, Traffic

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .external_dns import Announcement
    from .ingress_record import Record

Parameters = t.Mapping[str, t.Any]

_A_YEAR = 31536000  # what https://hstspreload.org asks of a preloaded host: at least a year


@dataclass(frozen=True)
class IngressSpec:
    """TLS of one Ingress as the user wants it.

    :param secret_name: "" where a load balancer has the certificate (traffic.balancer)
    :param rules: the Ingress's own rules in the API's shape; None when it exists already
    :param certificate: options of the certificate, snake_case
    :param controller: name of a dialect, or "auto"
    :param annotated: whether somebody makes the certificate from annotations on the Ingress
    """

    name: str
    namespace: str
    hosts: tuple[str, ...]
    secret_name: str
    issuer_ref: Mapping[str, str] | None
    ingress_class_name: str | None
    rules: tuple[Mapping[str, t.Any], ...] | None
    traffic: Traffic
    announcement: Announcement | None
    certificate: Mapping[str, t.Any]
    controller: str
    annotated: bool = True

    @property
    def title(self) -> str:
        """How messages name it."""
        return kinds.INGRESS.title(self.namespace, self.name)

    @property
    def explicit_certificate(self) -> CertificateSpec | None:
        """The Certificate that must be made because no annotation can say what is asked for."""
        needed = not self.annotated or ingress_shim.needs_certificate(self.certificate)
        return self.expected_certificate if needed else None

    @property
    def expected_certificate(self) -> CertificateSpec | None:
        """The Certificate that will be there, made explicitly or by cert-manager from the annotations."""
        if self.issuer_ref is None:
            return None
        body = ingress_shim.certificate_body(self.certificate, self.hosts, self.secret_name, self.issuer_ref)
        return CertificateSpec(self.secret_name, self.namespace, body)

    def manifest(
        self, rendering: Rendering, record: Record, tls: t.Sequence[Mapping[str, t.Any]], version: str | None
    ) -> dict[str, t.Any]:
        """The Ingress that is applied: our annotations and rules, and the whole tls list.

        :param version: the resourceVersion that ``tls`` was put together from, so that no concurrent change is lost
        """
        metadata: dict[str, t.Any] = {"name": self.name, "namespace": self.namespace}
        metadata["annotations"] = {**self._annotations(), **rendering.annotations, **record.annotation()}
        if version:
            metadata["resourceVersion"] = version
        spec: dict[str, t.Any] = {"tls": [dict(entry) for entry in tls]}
        if self.ingress_class_name:
            spec["ingressClassName"] = self.ingress_class_name
        if self.rules is not None:
            spec["rules"] = [dict(rule) for rule in self.rules]
        return {
            "apiVersion": kinds.INGRESS.api_version,
            "kind": kinds.INGRESS.kind,
            "metadata": metadata,
            "spec": spec,
        }

    def _annotations(self) -> dict[str, str]:
        annotations: dict[str, str] = {}
        if self.issuer_ref is not None and self.explicit_certificate is None:
            annotations |= ingress_shim.issuer(self.issuer_ref) | ingress_shim.translated(self.certificate)
        if self.announcement is not None:
            annotations |= self.announcement.annotations()
        return annotations


def from_parameters(p: Parameters) -> IngressSpec:
    """Build the spec from one validated parameter set.

    :raises SpecError: with every broken rule
    """
    problems = list(_problems(p))
    if problems:
        raise errors.SpecError(problems)
    hosts, announced = tuple(p["hosts"]), p.get("external_dns")
    hsts = p.get("hsts")
    return IngressSpec(
        name=p["name"],
        namespace=p["namespace"],
        hosts=hosts,
        secret_name=p["secret_name"] or "",
        issuer_ref=p.get("issuer_ref"),
        ingress_class_name=p.get("ingress_class_name"),
        rules=tuple(_rules(p["rules"], hosts)) if p.get("rules") is not None else None,
        traffic=Traffic(
            p["namespace"],
            p["name"],
            p.get("redirect"),
            Hsts(**hsts) if hsts else None,
            balancer.from_parameters(p["alb"]) if p.get("alb") is not None else None,
        ),
        announcement=external_dns.from_parameters(announced, hosts) if announced is not None else None,
        certificate=p.get("certificate") or {},
        controller=p["controller"],
    )


def identity(p: Parameters) -> Iterator[str]:
    """Names, in either state."""
    yield from rules.object_name("name", p["name"])
    yield from rules.namespace("namespace", p["namespace"])


def _problems(p: Parameters) -> Iterator[str]:
    yield from identity(p)
    yield from _source_problems(p)
    if not p["hosts"]:
        yield "hosts: empty; name at least one host"
    for host in p["hosts"]:
        yield from rules.dns_name("hosts", host)
    for host in sorted({host for host in p["hosts"] if p["hosts"].count(host) > 1}):
        yield f"hosts: {host!r} is given more than once"
    yield from certificate.issuer_reference(p)
    yield from _certificate_problems(p)
    yield from _rule_problems(p)
    yield from _hsts_problems(p.get("hsts"))
    if p.get("external_dns") is not None:
        yield from external_dns.problems(p["external_dns"])


def _source_problems(p: Parameters) -> Iterator[str]:
    """Where the certificate is: in a Secret, or with a load balancer."""
    yield from rules.object_name("secret_name", p["secret_name"])
    if p.get("alb") is None:
        if not p["secret_name"]:
            yield "secret_name: missing; name the Secret that holds the certificate, or give alb"
        return
    for option in ("secret_name", "issuer_ref", "certificate"):
        if p.get(option):
            yield f"{option}: not with alb, since a load balancer of AWS serves no Secrets; see acm_certificate"
    if p["controller"] not in ("auto", "alb"):
        yield f"controller: {p['controller']!r} has no load balancer; alb needs 'alb' or 'auto'"
    yield from balancer.problems(p["alb"])


def _certificate_problems(p: Parameters) -> Iterator[str]:
    options = p.get("certificate")
    if not options:
        return
    if not p.get("issuer_ref"):
        yield "certificate: needs issuer_ref; without an issuer the Secret is taken as it is"
    names = list(dict.fromkeys([*p["hosts"], *(options.get("dns_names") or ())]))
    for rule in certificate.RULES:
        for problem in rule({**options, "dns_names": names}):
            yield f"certificate.{problem}"


def _rule_problems(p: Parameters) -> Iterator[str]:
    if p.get("rules") is not None and not p["rules"]:
        yield "rules: empty; give at least one, or leave the option out for an Ingress that exists"
    for index, rule in enumerate(p.get("rules") or ()):
        where = f"rules[{index}]"
        if rule.get("host") and rule["host"] not in p["hosts"]:
            yield f"{where}.host: {rule['host']!r} is not one of hosts ({', '.join(p['hosts'])})"
        if not rule["path"].startswith("/"):
            yield f"{where}.path: {rule['path']!r} does not start with '/'"
        yield from rules.object_name(f"{where}.service", rule["service"])
        yield from rules.port(f"{where}.port", rule["port"])


def _hsts_problems(hsts: Parameters | None) -> Iterator[str]:
    if hsts is None:
        return
    if hsts["max_age"] < 0:
        yield f"hsts.max_age: {hsts['max_age']} is not allowed: seconds, 0 or more"
    if hsts["preload"] and (hsts["max_age"] < _A_YEAR or not hsts["include_subdomains"]):
        yield f"hsts.preload: needs include_subdomains: true and max_age of at least {_A_YEAR}"


def _rules(given: t.Sequence[Parameters], hosts: t.Sequence[str]) -> Iterator[dict[str, t.Any]]:
    """One entry a host, with its paths in the order they were given."""
    for host in hosts:
        paths = [_path(rule) for rule in given if rule.get("host") in (None, host)]
        if paths:
            yield {"host": host, "http": {"paths": paths}}


def _path(rule: Parameters) -> dict[str, t.Any]:
    port = {"number": int(rule["port"])} if rule["port"].isdigit() else {"name": rule["port"]}
    return {
        "path": rule["path"],
        "pathType": rule["path_type"],
        "backend": {"service": {"name": rule["service"], "port": port}},
    }


def class_of(live: Mapping[str, t.Any] | None, wanted: str | None) -> str | None:
    """The class's name: as wanted, as the Ingress says, or by the annotation that older ones carry."""
    ingress = live or {}
    annotations = ingress.get("metadata", {}).get("annotations") or {}
    return (
        wanted or (ingress.get("spec") or {}).get("ingressClassName") or annotations.get("kubernetes.io/ingress.class")
    )
