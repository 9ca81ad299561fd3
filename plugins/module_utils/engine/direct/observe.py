# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is there around the certificates that are wanted, in as few requests as it takes; nothing is listed of Secrets."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ...spec import kinds
from ...spec.direct import record
from .. import parallel, reading
from . import records

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...spec.certificate import CertificateSpec
    from .. import ports

Place = tuple[kinds.Kind, str, str]


@dataclass(frozen=True)
class Issuer:
    """An issuer of this engine.

    :param place: its kind, the namespace its ConfigMap and Secrets are kept in, its name
    :param body: its spec, in cert-manager's shape
    :param authority: the Secret of a CA, None where there is none
    """

    place: Place
    config_map: ports.Object
    body: Mapping[str, t.Any]
    authority: ports.Object | None = None

    @property
    def title(self) -> str:
        """How messages name it."""
        kind, namespace, name = self.place
        return kind.title(namespace, name)

    @property
    def lenient(self) -> bool:
        """Whether its certificates may differ from what was asked for in all but names and key (x509/match.py)."""
        return "acme" in self.body


@dataclass(frozen=True)
class Seen:
    """One wanted certificate, and what is there of it.

    :param issuer: None where there is no such issuer of this engine
    """

    wanted: CertificateSpec
    issuer: Issuer | None
    config_map: ports.Object | None
    secret: ports.Object | None


def place_of(run: ports.Run, wanted: CertificateSpec) -> Place:
    """Where the issuer that a certificate refers to is kept."""
    return place(run, wanted.body["issuerRef"], wanted.namespace)


def place(run: ports.Run, reference: Mapping[str, t.Any], namespace: str) -> Place:
    """Where the issuer is kept that something in a namespace refers to."""
    if reference.get("kind") == "ClusterIssuer":
        return kinds.CLUSTER_ISSUER, run.cluster_resource_namespace, reference["name"]
    return kinds.ISSUER, namespace, reference["name"]


def issuers(run: ports.Run, places: Sequence[Place]) -> dict[Place, Issuer | None]:
    """The issuers at these places; one read each."""
    distinct = list(dict.fromkeys(places))
    return dict(zip(distinct, parallel.each(lambda place: issuer(run, place), distinct), strict=True))


def issuer(run: ports.Run, place: Place) -> Issuer | None:
    """One issuer, with the Secret of its CA."""
    found = records.read(run, *place)
    return of(run, place, found) if found else None


def of(run: ports.Run, place: Place, config_map: ports.Object) -> Issuer:
    """The issuer whose ConfigMap was read."""
    body = record.read(config_map, "spec")
    name = (body.get("ca") or {}).get("secretName")
    authority = run.cluster.get(kinds.SECRET, place[1], name) if name else None
    return Issuer(place, config_map, body, authority)


def look(run: ports.Run, wanted: Sequence[CertificateSpec]) -> list[Seen]:
    """Read the issuer, the record and the Secret of each."""
    known = issuers(run, [place_of(run, spec) for spec in wanted])
    kept = _records(run, wanted)
    secrets = parallel.each(lambda spec: run.cluster.get(kinds.SECRET, spec.namespace, spec.secret_name), wanted)
    return [
        Seen(spec, known[place_of(run, spec)], kept.get((spec.namespace, spec.name)), secret)
        for spec, secret in zip(wanted, secrets, strict=True)
    ]


def again(run: ports.Run, seen: Seen) -> Seen:
    """The same certificate as it is now."""
    [fresh] = look(run, [seen.wanted])
    return fresh


def _records(run: ports.Run, wanted: Sequence[CertificateSpec]) -> dict[tuple[str, str], ports.Object]:
    found = reading.objects(
        wanted,
        lambda namespace: run.cluster.list(kinds.CONFIG_MAP, namespace, labels=record.CERTIFICATES)[0],
        lambda namespace, name: records.read(run, kinds.CERTIFICATE, namespace, name),
    )
    return {
        (item["metadata"]["namespace"], item["data"]["name"]): item
        for item in found
        if "name" in (item.get("data") or {})
    }
