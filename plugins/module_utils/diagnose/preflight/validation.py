# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in the way of an ACME server's validation, and of the Ingress that is to be served: checks in a flat list."""

from __future__ import annotations

import typing as t

from ..checks import external_dns
from ..direct import failed
from . import authority, classes, delegation, hosts, lifetime, limits, solvers

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..evidence import Evidence
    from ..finding import Finding

CHECKS: tuple[Callable[[Evidence], Iterator[Finding]], ...] = (
    solvers.no_solver,  # no solver for a name, a wildcard without DNS-01
    classes.ingress_class,  # nobody answers the solver's Ingress
    classes.own_class,  # nobody answers the Ingress itself
    delegation.delegation,  # a TXT record that nobody would see
    lambda evidence: external_dns.of_hosts(evidence, hosts.unknown(evidence)),  # nobody makes the host's record
    hosts.addresses,  # DNS does not lead to the Ingress
    hosts.port_80,  # somebody else answers, or nobody
    authority.caa_records,  # the CA may not issue
    lifetime.lifetime,  # renewed over and over
    limits.names,  # more names than the CA puts into one
    limits.issued,  # more certificates than the CA gives
)

# What the direct engine's own record of a refusal can't tell: whether it would be refused again.
_REFUSED_AGAIN = (solvers.no_solver, delegation.delegation, hosts.addresses, authority.caa_records)


def once_refused(evidence: Evidence) -> list[Finding]:
    """Of a certificate that the CA has refused the direct engine: the causes that are still there. Else nothing."""
    if failed(evidence.certificate) is None:
        return []
    return [finding for check in _REFUSED_AGAIN for finding in check(evidence)]
