# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The IngressClass exists, and a controller serves it."""

from __future__ import annotations

import typing as t

from ...spec import kinds
from ..checks import chain
from ..checks import ingress_class as known_classes
from ..finding import WARNING, Finding
from . import solvers

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..evidence import Evidence, Object

_SERVED_SECONDS = 60.0  # a controller that runs has published an address by then


def ingress_class_of(settings: Mapping[str, t.Any]) -> str | None:
    """The class that a solver's Ingress gets; None where it has none, or is an Ingress that is there."""
    name: str | None = settings.get("ingressClassName") or settings.get("class")
    return name


def ingress_class(evidence: Evidence) -> Iterator[Finding]:
    """Of the solver of each name."""
    seen = set()
    for name in solvers.names(evidence):
        settings = name.ingress
        if settings is None or settings.get("name") or "ingressclasses" in evidence.errors:
            continue
        wanted = ingress_class_of(settings)
        if wanted not in seen:
            seen.add(wanted)
            yield from _of_solver(evidence, settings, wanted)


def _of_solver(evidence: Evidence, settings: Mapping[str, t.Any], wanted: str | None) -> Iterator[Finding]:
    title, known = _issuer(evidence), _known(evidence)
    if settings.get("ingressClassName") and wanted and wanted not in known:
        yield known_classes.missing(title, wanted, known)
    elif wanted is None and not known_classes.has_default(evidence):
        yield known_classes.not_given(title, known)
    elif wanted is not None:
        yield from _unserved(evidence, title, wanted)


def own_class(evidence: Evidence) -> Iterator[Finding]:
    """Of the Ingress that is wanted."""
    if evidence.ingress is None or "ingressclasses" in evidence.errors:
        return
    name, known = known_classes.class_of(evidence.ingress), _known(evidence)
    if name and evidence.ingress["spec"].get("ingressClassName") and name not in known:
        title = chain.title(kinds.INGRESS, evidence.ingress)
        remedy = "correct ingress_class_name, or install the ingress controller that brings it"
        yield known_classes.missing(title, name, known, "it", remedy)


def _unserved(evidence: Evidence, title: str, name: str) -> Iterator[Finding]:
    peers = [item for item in evidence.peers if known_classes.class_of(item) == name]
    old = [item for item in peers if chain.lasted(evidence, item, _SERVED_SECONDS)]
    if old and not any(map(known_classes.addresses, peers)):
        message = f"none of the {len(peers)} Ingresses of class {name} has an address, so nobody seems to serve it."
        remedy = "see whether its controller runs and publishes its address"
        yield Finding("ingress_class.not_served", WARNING, title, message, remedy, {"ingress_class": name})


def published(evidence: Evidence, name: solvers.Name) -> tuple[str, ...]:
    """Where the challenge for a name is answered: the addresses that the controller of its class publishes."""
    settings = name.ingress
    if settings is None:
        return ()
    wanted = ingress_class_of(settings)
    peers: Sequence[Object] = [*evidence.peers, *([evidence.ingress] if evidence.ingress else [])]
    if settings.get("name"):
        peers = [item for item in peers if item["metadata"]["name"] == settings["name"]]
        peers = [item for item in peers if item["metadata"].get("namespace") == evidence.namespace]
    else:
        peers = [item for item in peers if known_classes.class_of(item) == wanted]
    return tuple(sorted({address for item in peers for address in known_classes.addresses(item)}))


def _known(evidence: Evidence) -> list[str]:
    return [item["metadata"]["name"] for item in evidence.ingress_classes]


def _issuer(evidence: Evidence) -> str:
    place = kinds.issuer_of(evidence.certificate)
    return place[0].title(place[1], place[2]) if place else solvers.title(evidence)
