# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who answers the solver's Ingress of an HTTP-01 challenge: its class, and the controller of that class."""

from __future__ import annotations

import typing as t

from ...spec import kinds
from ..finding import ERROR, WARNING, Finding
from . import chain

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..evidence import Evidence, Object

_CLASS_ANNOTATION = "kubernetes.io/ingress.class"
_ADDRESS_SECONDS = 5.0


def ingress_class(evidence: Evidence) -> Iterator[Finding]:
    """The class that the solver's Ingress asks for exists, and somebody serves it."""
    still_open = chain.open_http01(evidence)
    for item in chain.challenges(evidence):
        if chain.status(item).get("state") == "valid":
            continue
        settings = _settings(item)
        name = settings.get("ingressClassName")
        title = chain.title(kinds.CHALLENGE, item)
        known = [found["metadata"]["name"] for found in evidence.ingress_classes]
        if "ingressclasses" in evidence.errors or "ingress" not in (
            (item["spec"].get("solver") or {}).get("http01") or {}
        ):
            continue
        if name and name not in known:
            yield missing(title, name, known)
        elif item not in still_open:
            continue
        elif not any(settings.get(field) for field in ("ingressClassName", "class", "name")) and not has_default(
            evidence
        ):
            yield not_given(title, known)
        else:
            yield from _unserved(evidence, item)
            yield from _differs(evidence, item)


def _settings(challenge: Object) -> Mapping[str, t.Any]:
    found: Mapping[str, t.Any] = ((challenge["spec"].get("solver") or {}).get("http01") or {}).get("ingress") or {}
    return found


_SOLVERS_CLASS = "correct the solver's http01.ingress_class, or install the ingress controller that brings it"


def missing(title: str, name: str, known: list[str], who: str = "the solver", remedy: str = _SOLVERS_CLASS) -> Finding:
    """The finding for a class that does not exist."""
    return Finding(
        "ingress_class.missing",
        ERROR,
        title,
        f"IngressClass {name}, which {who} names, does not exist; there is {', '.join(sorted(known)) or 'none'}.",
        remedy,
        {"ingress_class": name, "known": sorted(known)},
    )


def not_given(title: str, known: list[str]) -> Finding:
    """The finding for a solver that leaves its class open where there is no default."""
    return Finding(
        "ingress_class.not_given",
        WARNING,
        title,
        "the solver names no IngressClass and the cluster has no default, so most controllers leave its Ingress alone.",
        "set the solver's http01.ingress_class",
        {"known": sorted(known)},
    )


def has_default(evidence: Evidence) -> bool:
    """Whether one of the classes is the cluster's default."""
    return any(
        (item["metadata"].get("annotations") or {}).get(kinds.DEFAULT_CLASS_ANNOTATION) == "true"
        for item in evidence.ingress_classes
    )


def _unserved(evidence: Evidence, challenge: Object) -> Iterator[Finding]:
    """No controller has published an address, neither on the solver's Ingress nor on another one of its class.

    A warning only: some controllers are set up not to publish any.
    """
    for ingress in chain.owned(evidence.solver_ingresses, [challenge]):
        name = class_of(ingress)
        peers = [item for item in evidence.ingresses if class_of(item) == name]
        if addresses(ingress) or any(map(addresses, peers)) or not chain.lasted(evidence, ingress, _ADDRESS_SECONDS):
            continue
        found = [item for item in evidence.ingress_classes if item["metadata"]["name"] == name]
        controller = found[0]["spec"].get("controller") if found else None
        yield Finding(
            "ingress_class.not_served",
            WARNING,
            chain.title(kinds.INGRESS, ingress),
            f"no ingress controller has taken it up for {chain.age(evidence, ingress):.0f} s: it has no address, "
            f"and no other Ingress of class {name} has one.",
            f"see whether the controller of class {name} ({controller or 'unknown'}) runs and watches this namespace, "
            "or use another class",
            {"ingress_class": name, "controller": controller},
        )


def _differs(evidence: Evidence, challenge: Object) -> Iterator[Finding]:
    """The host is served by another controller than the one that is to answer its challenge; it may still be right."""
    host = challenge["spec"]["dnsName"]
    for solving in chain.owned(evidence.solver_ingresses, [challenge]):
        for item in evidence.ingresses:
            hosts = [rule.get("host") for rule in item["spec"].get("rules") or ()]
            own, other = class_of(solving), class_of(item)
            if host in hosts and own and other and own != other and chain.status(challenge).get("reason"):
                title = chain.title(kinds.INGRESS, item)
                message = f"serves {host} by class {other}, while the challenge is answered by class {own}."
                remedy = f"let DNS lead to the controller of {own}, or set the solver's http01.ingress_class to {other}"
                yield Finding(
                    "ingress_class.differs", WARNING, title, message, remedy, {"solver": own, "ingress": other}
                )


def class_of(ingress: Object) -> str | None:
    """spec.ingressClassName, or the older annotation."""
    annotations = ingress["metadata"].get("annotations") or {}
    name: str | None = ingress["spec"].get("ingressClassName") or annotations.get(_CLASS_ANNOTATION)
    return name


def addresses(ingress: Object) -> list[str]:
    """The addresses and names that its controller has published."""
    found = ((ingress.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    return [entry.get("ip") or entry.get("hostname") for entry in found]
