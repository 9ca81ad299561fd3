# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be known before the first order: checks of a certificate that is wanted, in one flat list, as in ../checks.

The evidence has no chain yet. The Certificate is as it is wanted; where there is one already, with its status.
To add a check, write it into the file of its topic and put it where it belongs in this order.
"""

from __future__ import annotations

import typing as t

from ..checks import cert_manager, direct, external_dns, issuer, secret, unseen
from ..direct import failed, keeps
from . import authority, classes, delegation, hosts, lifetime, limits, ownership, solvers

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..evidence import Evidence
    from ..finding import Finding

CHECKS: tuple[Callable[[Evidence], Iterator[Finding]], ...] = (
    unseen.missing_crds,  # a kind that isn't there
    cert_manager.not_available,  # a controller or webhook that doesn't run
    issuer.issuer,  # missing, mistaken for another, not ready
    ownership.of_another_type,  # a Secret that can't become what is needed
    secret.claimed,  # two Certificates for one Secret
    ownership.asked_for_by_ingress,  # a Certificate that cert-manager makes for an Ingress, too
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


# The same where the direct engine orders: no controller is needed, and cert-manager's rule of who owns a Secret is not its.
_CONTROLLERS = frozenset({unseen.missing_crds, cert_manager.not_available, secret.claimed})
DIRECT_CHECKS = (
    issuer.issuer,
    direct.claimed,
    *(check for check in CHECKS if check not in _CONTROLLERS and check is not issuer.issuer),
)


# What the direct engine's own record of a refusal can't tell: whether it would be refused again.
_REFUSED_AGAIN = (solvers.no_solver, delegation.delegation, hosts.addresses, authority.caa_records)


def once_refused(evidence: Evidence) -> list[Finding]:
    """Of a certificate that the CA has refused the direct engine: the causes that are still there. Else nothing."""
    if failed(evidence.certificate) is None:
        return []
    return [finding for check in _REFUSED_AGAIN for finding in check(evidence)]


def run_all(evidence: Evidence) -> list[Finding]:
    """All findings, the cause before its consequences."""
    checks = DIRECT_CHECKS if keeps(evidence.certificate) else CHECKS
    return [finding for check in checks for finding in check(evidence)]
