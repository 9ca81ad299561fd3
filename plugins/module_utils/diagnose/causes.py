# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a certificate is not issued: the checks, each a function from evidence to findings, in one flat list.

Their order is the rank of what they find. It follows the chain of causes, so that a cause comes before what it brings
about: what the cluster lacks → who signs → whose Secret it is → what answers the challenge → what was seen of the
challenge → order → request → the certificate itself → when it is tried again → what could not be seen.
To add one, write it into the file of its topic in checks/ and put it where it belongs in this order.
"""

from __future__ import annotations

import typing as t

from .checks import (
    cert_manager,
    challenge,
    direct,
    external_dns,
    ingress_class,
    issuer,
    order,
    refused,
    renewal,
    request,
    secret,
    solver,
    unseen,
)
from .direct import keeps

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .evidence import Evidence
    from .finding import Finding

CHECKS: tuple[Callable[[Evidence], Iterator[Finding]], ...] = (
    unseen.missing_crds,  # a kind that isn't there
    cert_manager.not_available,  # a controller or webhook that doesn't run
    issuer.issuer,  # missing, mistaken for another, not ready
    secret.claimed,  # two Certificates for one Secret
    secret.ingresses_differ,  # two Ingresses for one Secret
    secret.overwritten,  # another program writes the Secret
    refused.refused,  # the API server refuses cert-manager
    request.certificate,  # no key or no request is made
    order.no_solver,  # no solver for a name
    ingress_class.ingress_class,  # nobody answers the solver's Ingress
    solver.pod,  # nobody answers behind it
    external_dns.external_dns,  # nobody makes the host's record
    challenge.challenge,  # what cert-manager and the ACME server saw
    order.order,  # what became of the order
    request.request,  # what became of the request
    secret.dates,  # expired, or a clock is wrong
    secret.other_signer,  # of the ACME server before
    renewal.early,  # renewed over and over
    renewal.overdue,  # not renewed
    renewal.backoff,  # when it is tried again
    unseen.unreadable,  # may hide the cause
)


# The same of a certificate that the direct engine keeps: no controller, no request, no Order is between.
DIRECT_CHECKS: tuple[Callable[[Evidence], Iterator[Finding]], ...] = (
    issuer.issuer,
    direct.claimed,
    direct.refused,  # what the CA has said
    direct.order,  # a run was cut off
    secret.dates,
    direct.overdue,  # no run has renewed it
    direct.backoff,
    unseen.unreadable,
)


def run_all(evidence: Evidence) -> list[Finding]:
    """All findings, the cause before its consequences; what two checks say alike is said once."""
    found: dict[tuple[str, str, str], Finding] = {}
    for check in DIRECT_CHECKS if keeps(evidence.certificate) else CHECKS:
        for finding in check(evidence):
            found.setdefault((finding.code, finding.object, finding.message), finding)
    return list(found.values())
