# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gather what is around a Certificate that isn't ready. What can't be read is kept as an error, never fatal."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from .. import errors
from ..diagnose import direct, public
from ..diagnose.evidence import Evidence
from ..spec import kinds
from ..spec.direct import record
from . import installation

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from . import ports

_SOLVER = "acme.cert-manager.io/http01-solver=true"
WEBHOOK = "app.kubernetes.io/name=webhook,app.kubernetes.io/component=webhook"
EXTERNAL_DNS = "app.kubernetes.io/name=external-dns"


class Reader:
    """Reads for evidence: errors are written down, also that the cluster doesn't have a kind; an empty list is none."""

    def __init__(self, run: ports.Run) -> None:
        self._cluster = run.cluster
        self._cluster_resource_namespace = run.cluster_resource_namespace
        self.errors: dict[str, str] = {}

    def list(self, kind: kinds.Kind, namespace: str | None = None, labels: str | None = None) -> list[ports.Object]:
        """All of a kind, none where they can't be read."""
        try:
            return self._cluster.list(kind, namespace, labels=labels)[0]
        except errors.CertopsError as error:
            self.errors[kind.plural] = getattr(error, "detail", str(error))
            return []

    def get(self, kind: kinds.Kind, namespace: str | None, name: str) -> ports.Object | None:
        """One object, None where there is none or it can't be read."""
        try:
            return self._cluster.get(kind, namespace, name)
        except errors.CertopsError as error:
            self.errors[kind.plural] = getattr(error, "detail", str(error))
            return None

    def kept(self, kind: kinds.Kind, namespace: str | None, name: str) -> ports.Object | None:
        """An issuer of the direct engine."""
        where = namespace or self._cluster_resource_namespace
        found = self.get(kinds.CONFIG_MAP, where, record.config_map_name(kind, name))
        return record.as_object(found) if found else None


def gather(run: ports.Run, certificate: Mapping[str, t.Any]) -> Evidence:
    """Read the chain Certificate → Issuer, CertificateRequest → Order → Challenge → solver, and what is around it."""
    reader = Reader(run)
    if direct.keeps(certificate):
        return _of_direct(reader, certificate, run.clock.now())
    namespace = certificate["metadata"]["namespace"]
    requests = owned(reader.list(kinds.CERTIFICATE_REQUEST, namespace), [certificate])
    orders = owned(reader.list(kinds.ORDER, namespace), requests) if requests else []
    challenges = owned(reader.list(kinds.CHALLENGE, namespace), orders) if orders else []
    found_issuer, namesakes = issuer(reader, certificate)
    secret_name = certificate["spec"]["secretName"]
    ingresses = reader.list(kinds.INGRESS, namespace)
    parts = [reader.list(kinds.DEPLOYMENT, labels=label) for label in (installation.CONTROLLER, WEBHOOK)]
    controllers = [public.controller(item) for found in parts for item in found]
    version = installation.version_of(controllers)
    found = Evidence(
        certificate=certificate,
        issuer=found_issuer,
        namesakes=tuple(namesakes),
        requests=tuple(requests),
        orders=tuple(orders),
        challenges=tuple(challenges),
        solver_ingresses=tuple(owned(ingresses, challenges)),
        solver_services=tuple(owned(reader.list(kinds.SERVICE, namespace, _SOLVER), challenges)) if challenges else (),
        solver_pods=tuple(owned(reader.list(kinds.POD, namespace, _SOLVER), challenges)) if challenges else (),
        ingress_classes=tuple(reader.list(kinds.INGRESS_CLASS)) if challenges else (),
        secret=public.secret(reader.get(kinds.SECRET, namespace, secret_name)),
        claimants=tuple(claimants(reader, certificate)),
        ingresses=tuple(item for item in ingresses if serves(item, secret_name)),
        external_dns=tuple(map(public.external_dns, reader.list(kinds.DEPLOYMENT, labels=EXTERNAL_DNS))),
        controllers=tuple(controllers),
        versions={"cert-manager": version} if version else {},
        errors=reader.errors,
        now=run.clock.now(),
    )
    return replace(found, events=tuple(_about(found, reader.list(kinds.EVENT, namespace))))


def _of_direct(reader: Reader, certificate: Mapping[str, t.Any], now: datetime) -> Evidence:
    """What is around a certificate that no controller works on."""
    namespace, secret_name = certificate["metadata"]["namespace"], certificate["spec"]["secretName"]
    found_issuer, namesakes = issuer(reader, certificate)
    return Evidence(
        certificate=certificate,
        issuer=found_issuer,
        namesakes=tuple(namesakes),
        secret=public.secret(reader.get(kinds.SECRET, namespace, secret_name)),
        claimants=tuple(claimants(reader, certificate)),
        ingresses=tuple(item for item in reader.list(kinds.INGRESS, namespace) if serves(item, secret_name)),
        errors=reader.errors,
        now=now,
    )


def _about(found: Evidence, events: list[ports.Object]) -> list[ports.Object]:
    """The Events about something that was gathered; the others of the namespace are nobody's business."""
    chain = (found.certificate, *found.requests, *found.orders, *found.challenges)
    solvers = (*found.solver_ingresses, *found.solver_services, *found.solver_pods)
    uids = {item["metadata"].get("uid") for item in (*chain, *solvers, *found.ingresses)}
    return [event for event in events if (event.get("involvedObject") or {}).get("uid") in uids - {None}]


def issuer(reader: Reader, certificate: Mapping[str, t.Any]) -> tuple[ports.Object | None, list[ports.Object]]:
    """The issuer, and where there is none, those it may have been mistaken for."""
    place = kinds.issuer_of(certificate)
    if place is None:
        return None, []
    kind, namespace, name = place
    found = reader.kept(kind, namespace, name) if direct.keeps(certificate) else reader.get(*place)
    if found is not None or kind.plural in reader.errors:
        return found, []
    candidates = reader.list(kinds.ISSUER) + reader.list(kinds.CLUSTER_ISSUER)
    return None, [item for item in candidates if item["metadata"]["name"] == name]


def claimants(reader: Reader, certificate: Mapping[str, t.Any]) -> list[ports.Object]:
    """Other Certificates that want the same Secret."""
    namespace, name = certificate["metadata"]["namespace"], certificate["metadata"]["name"]
    return [
        item
        for item in reader.list(kinds.CERTIFICATE, namespace)
        if item["spec"]["secretName"] == certificate["spec"]["secretName"] and item["metadata"]["name"] != name
    ]


def serves(ingress: Mapping[str, t.Any], secret_name: str) -> bool:
    """Whether an Ingress serves hosts over a Secret."""
    return any(entry.get("secretName") == secret_name for entry in ingress["spec"].get("tls") or ())


def owned(items: Sequence[ports.Object], owners: Sequence[Mapping[str, t.Any]]) -> list[ports.Object]:
    """Those that an owner reference ties to one of the owners."""
    uids = {owner["metadata"]["uid"] for owner in owners}
    return [item for item in items if any(o["uid"] in uids for o in item["metadata"].get("ownerReferences") or ())]
