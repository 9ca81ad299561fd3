# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gather what an ACME server's validation will meet: Ingresses, DNS, port 80 of the hosts, what was issued lately."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ..diagnose import direct, lets_encrypt, public
from ..diagnose.dns_answers import Dns
from ..diagnose.preflight import authority, solvers
from ..spec import kinds
from ..spec.solver_choice import DNS01, HTTP01
from ..x509.names import is_ip_literal
from . import dns_evidence, issued, parallel, visits
from .evidence import EXTERNAL_DNS

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ..diagnose.evidence import Evidence
    from . import ports
    from .evidence import Reader


def added(run: ports.Run, reader: Reader, found: Evidence, alone: bool) -> Evidence:
    """The evidence with that.

    :param found: of a certificate that an ACME server is to issue
    :param alone: whether no other is gathered at the same time
    :raises ImportError: DNS would have to be asked, and dnspython is missing
    """
    if not solvers.names(found):
        return found
    found = _http01(reader, found, alone) if solvers.by(found, HTTP01) else found
    if authority.server(found) == lets_encrypt.PRODUCTION:
        found = replace(found, issued=tuple(issued.lately(reader, run.clock.now())))
    if run.resolver is None:
        return found
    found = replace(found, dns=_dns(run.resolver, found))
    return replace(found, paths=visits.paid(run.visit, found)) if run.visit else found


def _http01(reader: Reader, found: Evidence, alone: bool) -> Evidence:
    parts = parallel.at_once(
        [
            lambda: reader.list(kinds.INGRESS_CLASS),
            lambda: reader.list(kinds.INGRESS) or reader.list(kinds.INGRESS, found.namespace),
            lambda: reader.list(kinds.DEPLOYMENT, labels=EXTERNAL_DNS),
        ],
        alone,
    )
    classes, ingresses, external = parts
    return replace(
        found,
        ingress_classes=tuple(classes),
        peers=tuple(map(_peer, ingresses)),
        external_dns=tuple(map(public.external_dns, external)),
    )


def _peer(ingress: ports.Object) -> ports.Object:
    metadata = {key: ingress["metadata"].get(key) for key in ("name", "namespace", "creationTimestamp", "annotations")}
    spec = {"ingressClassName": ingress["spec"].get("ingressClassName")}
    return {"metadata": metadata, "spec": spec, "status": ingress.get("status") or {}}


def refused(run: ports.Run, found: Evidence) -> Evidence:
    """The evidence with what DNS says of the names that the CA has refused the direct engine; as it is for all others."""
    if run.resolver is None or not direct.failed(found.certificate) or not solvers.names(found):
        return found
    try:
        return replace(found, dns=_dns(run.resolver, found))
    except ImportError:
        return found  # what failed is told without it


def _dns(resolver: ports.Resolver, found: Evidence) -> Dns:
    names = [name for name in solvers.names(found) if not is_ip_literal(name.name)]
    hosts = [name.name for name in names if name.method == HTTP01]
    questions = dns_evidence.addresses(hosts) + dns_evidence.caa_records(name.host for name in names)
    answers = Dns(resolved=dns_evidence.ask(resolver, questions))
    return dns_evidence.join(answers, dns_evidence.delegations(resolver, _hosts(names, DNS01)))


def _hosts(names: Sequence[solvers.Name], method: str) -> list[str]:
    return [name.host for name in names if name.method == method]
