# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gather what is around a certificate that is wanted. What can't be read is not judged.

Only an ACME issuer has DNS and hosts looked at; of every other the cluster alone is asked.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ..diagnose import direct, lets_encrypt, public
from ..diagnose.dns_answers import Dns
from ..diagnose.evidence import Evidence
from ..diagnose.preflight import authority, solvers
from ..spec import kinds
from ..spec.direct import record
from ..spec.solver_choice import DNS01, HTTP01
from ..x509.leaf import rfc3339
from ..x509.names import is_ip_literal
from . import dns_evidence, installation, issued, parallel, visits
from .evidence import EXTERNAL_DNS, WEBHOOK, Reader, claimants, issuer, serves

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..spec.certificate import CertificateSpec
    from .ports import Object, Resolver, Run


@dataclass(frozen=True)
class Subject:
    """A certificate that will be issued.

    :param live: its Certificate, None where there is none yet
    :param ingress: the Ingress that is wanted, with the status that it has; None where it isn't about one
    :param direct: whether the direct engine orders it
    """

    wanted: CertificateSpec
    live: Mapping[str, t.Any] | None = None
    ingress: Mapping[str, t.Any] | None = None
    direct: bool = False


def gather(run: Run, subject: Subject) -> Evidence:
    """What can be known before the order.

    :raises ImportError: DNS would have to be asked, and dnspython is missing
    """
    reader = Reader(run)
    found = _around(run, reader, subject)
    if not solvers.names(found):
        return found
    found = _http01(reader, found) if solvers.by(found, HTTP01) else found
    if authority.server(found) == lets_encrypt.PRODUCTION:
        found = replace(found, issued=tuple(issued.lately(reader, run.clock.now())))
    if run.resolver is None:
        return found
    found = replace(found, dns=_dns(run.resolver, found))
    return replace(found, paths=visits.paid(run.visit, found)) if run.visit else found


def _around(run: Run, reader: Reader, subject: Subject) -> Evidence:
    """What every kind of issuer needs, read at once."""
    certificate = _certificate(run, subject)
    namespace, secret = subject.wanted.namespace, subject.wanted.secret_name
    parts = _at_once(
        [
            lambda: issuer(reader, certificate),
            lambda: reader.get(kinds.SECRET, namespace, secret),
            lambda: claimants(reader, certificate),
            lambda: reader.list(kinds.INGRESS, namespace),
            lambda: reader.list(kinds.DEPLOYMENT, labels=installation.CONTROLLER),
            lambda: reader.list(kinds.DEPLOYMENT, labels=WEBHOOK),
            lambda: reader.list(kinds.INGRESS_CLASS) if subject.ingress else [],
        ],
    )
    (live, namesakes), kept, others, ingresses, controllers, webhooks, classes = parts
    name = subject.ingress["metadata"]["name"] if subject.ingress else None
    return Evidence(
        certificate=certificate,
        issuer=live,
        namesakes=tuple(namesakes),
        secret=public.secret(kept),
        claimants=tuple(others),
        ingresses=tuple(i for i in ingresses if serves(i, secret) and i["metadata"]["name"] != name),
        ingress=subject.ingress,
        ingress_classes=tuple(classes),
        controllers=tuple(public.controller(item) for item in [*controllers, *webhooks]),
        errors=reader.errors,
        now=run.clock.now(),
    )


def _certificate(run: Run, subject: Subject) -> dict[str, t.Any]:
    """As it is wanted, with the status that it has; one that isn't there yet is the youngest."""
    wanted, live = subject.wanted.manifest(), subject.live or {}
    metadata = {"creationTimestamp": rfc3339(run.clock.now()), "uid": "", **live.get("metadata", {})}
    if subject.ingress and not live:
        metadata["labels"] = subject.ingress["metadata"].get("labels") or {}
    keeper = {"engine": record.ENGINE} if subject.direct else {}
    return {**wanted, "metadata": {**metadata, **wanted["metadata"]}, "status": live.get("status") or {}, **keeper}


def _http01(reader: Reader, found: Evidence) -> Evidence:
    parts = _at_once(
        [
            lambda: reader.list(kinds.INGRESS_CLASS),
            lambda: reader.list(kinds.INGRESS) or reader.list(kinds.INGRESS, found.namespace),
            lambda: reader.list(kinds.DEPLOYMENT, labels=EXTERNAL_DNS),
        ],
    )
    classes, ingresses, external = parts
    return replace(
        found,
        ingress_classes=tuple(classes),
        peers=tuple(map(_peer, ingresses)),
        external_dns=tuple(map(public.external_dns, external)),
    )


def _at_once(reads: Sequence[Callable[[], t.Any]]) -> list[t.Any]:
    def call(read: Callable[[], t.Any]) -> t.Any:
        return read()

    return parallel.each(call, reads)


def _peer(ingress: Object) -> Object:
    metadata = {key: ingress["metadata"].get(key) for key in ("name", "namespace", "creationTimestamp", "annotations")}
    spec = {"ingressClassName": ingress["spec"].get("ingressClassName")}
    return {"metadata": metadata, "spec": spec, "status": ingress.get("status") or {}}


def refused(run: Run, found: Evidence) -> Evidence:
    """The evidence with what DNS says of the names that the CA has refused the direct engine; as it is for all others."""
    if run.resolver is None or not direct.failed(found.certificate) or not solvers.names(found):
        return found
    try:
        return replace(found, dns=_dns(run.resolver, found))
    except ImportError:
        return found  # what failed is told without it


def _dns(resolver: Resolver, found: Evidence) -> Dns:
    names = [name for name in solvers.names(found) if not is_ip_literal(name.name)]
    hosts = [name.name for name in names if name.method == HTTP01]
    questions = dns_evidence.addresses(hosts) + dns_evidence.caa_records(name.host for name in names)
    answers = Dns(resolved=dns_evidence.ask(resolver, questions))
    return dns_evidence.join(answers, dns_evidence.delegations(resolver, _hosts(names, DNS01)))


def _hosts(names: Sequence[solvers.Name], method: str) -> list[str]:
    return [name.host for name in names if name.method == method]
