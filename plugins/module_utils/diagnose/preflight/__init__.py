# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be known before the first order: checks of a certificate that is wanted, in a flat list, as in ../causes.py.

The evidence has no chain yet. The Certificate is as it is wanted; where there is one already, with its status.
To add a check, write it into the file of its topic and put it where it belongs in this order; what only matters to names
that a server is to validate, or to an Ingress, belongs into the list in validation.py, which follows.
"""

from __future__ import annotations

import typing as t

from ..checks import cert_manager, direct, issuer, secret, unseen
from ..direct import keeps
from . import ownership

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
)

# The same where the direct engine orders: no controller is needed, and cert-manager's rule of who owns a Secret is not its.
DIRECT_CHECKS: tuple[Callable[[Evidence], Iterator[Finding]], ...] = (
    issuer.issuer,
    direct.claimed,
    ownership.of_another_type,
    ownership.asked_for_by_ingress,
)


def run_all(evidence: Evidence) -> list[Finding]:
    """All findings, the cause before its consequences."""
    checks = DIRECT_CHECKS if keeps(evidence.certificate) else CHECKS
    if evidence.acme is not None or evidence.ingress is not None:
        from . import validation  # not needed, and not loaded, where nothing of it is looked at

        checks += validation.CHECKS
    return [finding for check in checks for finding in check(evidence)]
