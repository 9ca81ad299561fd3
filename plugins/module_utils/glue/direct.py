# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the direct engine speaks to the outside with. Each part is imported when it is first needed, and only then."""

from __future__ import annotations

import typing as t

from ..engine import parallel
from ..engine.direct import ports as direct_ports

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ..acme.client import Client
    from ..engine import ports


def parts() -> direct_ports.Parts:
    """The real ones."""
    return direct_ports.Parts(client=_client, certificate_id=_certificate_id, solver=_solver)


def _client(server: ports.Server, clock: ports.Clock) -> Client:
    from ..acme.client import Client

    return Client(
        server.directory_url,
        server.key_pem,
        server.account_uri,
        clock=clock,
        trust=server.trust,
        verify=server.verify,
        patience=server.patience,
    )


def revoke(server: ports.Server, clock: ports.Clock, der: bytes, reason: int) -> bool:
    """See engine.ports.Revoke: the certificate's own key signs, no account is asked."""
    return _client(server, clock).revoke(der, reason, server.key_pem)


def _certificate_id(pem: bytes) -> str | None:
    from ..acme.renewal_info import certificate_id

    return certificate_id(pem)


def _solver(run: ports.Run, body: Mapping[str, t.Any], namespace: str, secrets_namespace: str) -> ports.Solver:
    """One entry of acme.solvers, at work in a namespace."""
    if "http01" in body:
        return _http01(run, body["http01"], namespace)
    from . import dns01

    return dns01.solver(run, body, secrets_namespace)


def _http01(run: ports.Run, body: Mapping[str, t.Any], namespace: str) -> ports.Solver:
    from ..probe.fetch import Fetch
    from ..solver.http01 import Http01
    from ..spec.responder import settings

    keep = bool((body.get("responder") or {}).get("keep"))
    return Http01(run.cluster, run.clock, Fetch(run.clock.monotonic), parallel.each, namespace, settings(body), keep)
