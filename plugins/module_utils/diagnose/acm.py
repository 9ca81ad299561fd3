# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a certificate of ACM isn't issued or renewed.

Source: https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting-cert-requests.html
"""

from __future__ import annotations

import typing as t

from ..spec.acm import FAILED, ISSUED, PENDING, TIMED_OUT
from .dns_answers import NXDOMAIN
from .finding import ERROR, WARNING, Finding

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..spec.acm import Known
    from .dns_answers import Answer

_AGAIN = "then run it again with retry_failed"

# FailureReason: code of the finding, what it means, what to do.
REASONS = {
    "ADDITIONAL_VERIFICATION_REQUIRED": (
        "verification_required",
        "ACM wants to know more about this domain before it issues",
        f"open a case at AWS Support for the domain, {_AGAIN}",
    ),
    "CAA_ERROR": (
        "caa",
        "a CAA record of the domain does not let Amazon issue",
        'add a CAA record 0 issue "amazon.com" (or amazontrust.com, awstrust.com, amazonaws.com; issuewild for a wildcard), '
        + _AGAIN,
    ),
    "DOMAIN_NOT_ALLOWED": (
        "domain_not_allowed",
        "a name is on a list of domains that are unsafe",
        f"have the domain looked at by Google Safe Browsing and VirusTotal, and write to AWS Support, {_AGAIN}",
    ),
    "DOMAIN_VALIDATION_DENIED": (
        "validation_denied",
        "the owner of the domain has denied the validation",
        f"ask the owner of the domain, {_AGAIN}",
    ),
    "INVALID_PUBLIC_DOMAIN": (
        "invalid_public_domain",
        "a name is under no public top-level domain",
        "correct dns_names; a private name needs a private CA",
    ),
    "NO_AVAILABLE_CONTACTS": (
        "no_available_contacts",
        "it was requested with e-mail validation, and the domain has no address that ACM could write to",
        "remove that certificate; this module requests with DNS validation",
    ),
    "OTHER": ("other", "ACM gives no reason", f"see the names for typing errors, {_AGAIN}; or ask AWS Support"),
    "PCA_ACCESS_DENIED": (
        "private_ca",
        "the private CA does not let ACM issue",
        "give ACM the permission with acm-pca:CreatePermission",
    ),
    "SLR_NOT_FOUND": (
        "service_linked_role",
        "the private CA is in another account, and ACM's service-linked role is missing",
        "create it with iam:CreateServiceLinkedRole for acm.amazonaws.com",
    ),
}


def failure(known: Known) -> Finding:
    """Why a request has ended without a certificate."""
    if known.status == TIMED_OUT:
        message = "no validation record was seen within 72 hours, so that ACM has given up."
        remedy = f"see that the zone's servers are those of the registry, {_AGAIN}"
        return Finding("acm.timed_out", ERROR, known.title, message, remedy, _evidence(known))
    if known.status != FAILED:
        message = f"it is {known.status}."
        return Finding("acm.unusable", ERROR, known.title, message, "request another one", _evidence(known))
    return _reasoned(known, known.failure_reason or "OTHER", ERROR, "")


def _reasoned(known: Known, reason: str, severity: str, prefix: str) -> Finding:
    family = ("private_ca", "the private CA could not issue", "see the state and the limits of the private CA")
    default = family if reason.startswith("PCA_") else REASONS["OTHER"]
    code, meaning, remedy = REASONS.get(reason, default)
    message = f"{prefix}{meaning} ({reason}): {', '.join(known.names)}."
    return Finding(f"acm.{code}", severity, known.title, message, remedy, _evidence(known))


def renewal(known: Known) -> Iterator[Finding]:
    """Warnings about the renewal of a certificate that ACM is to renew."""
    if known.status != ISSUED or not known.renewal_status:
        return
    if known.renewal_status == FAILED:
        yield _reasoned(known, known.renewal_reason or "OTHER", WARNING, "ACM could not renew it: ")
    elif known.renewal_status == PENDING:
        message = f"ACM is renewing it, and waits for the validation of {_waiting(known) or 'its names'}."
        remedy = "see that its validation records are still in DNS"
        yield Finding("acm.renewal_pending", WARNING, known.title, message, remedy, _evidence(known))


def pending(known: Known, seen: Mapping[str, Answer], written: bool) -> list[Finding]:
    """Why a request is still waiting.

    :param seen: what DNS says of the validation records, by their names; empty when it was not asked
    :param written: whether the records were put into Route 53 by this module
    """
    findings = [
        _unseen(known, name, value, seen[name], written) for name, value in known.records.items() if name in seen
    ]
    found = [finding for finding in findings if finding]
    if found:
        return found
    message = f"ACM has not yet validated {_waiting(known) or ', '.join(known.names)}."
    remedy = "wait, and run it again; ACM looks for the records for 72 hours" if written else _by_hand(known)
    return [Finding("acm.pending", ERROR, known.title, message, remedy, _evidence(known))]


def _by_hand(known: Known) -> str:
    lines = ", ".join(f"{name} CNAME {value}" for name, value in known.records.items())
    return f"make these records, then run it again: {lines}" if lines else "wait, and run it again"


def _unseen(known: Known, name: str, value: str, answer: Answer, written: bool) -> Finding | None:
    if not answer.certain or value in {one.rstrip(".").lower() for one in answer.values}:
        return None
    evidence = {**_evidence(known), "answer": answer.as_dict()}
    if answer.values:
        message = f"{name} leads to {', '.join(answer.values)}, where ACM looks for {value}."
        return Finding("acm.record_differs", ERROR, known.title, message, "remove that record", evidence)
    if not written:
        message = f"there is no record {name}."
        return Finding("acm.record_missing", ERROR, known.title, message, _by_hand(known), evidence)
    what = "does not exist" if answer.status == NXDOMAIN else "has no CNAME record"
    message = f"{name} {what} in DNS, though Route 53 has it."
    remedy = "see that the registry delegates the domain to the name servers of that hosted zone"
    return Finding("acm.record_not_visible", ERROR, known.title, message, remedy, evidence)


def in_use(known: Known) -> Finding:
    """What keeps it from being removed."""
    message = f"it is in use by {', '.join(known.in_use_by) or 'a service of AWS'}."
    remedy = "take it off that first; an Ingress by ingress_tls with state absent, then wait for the load balancer"
    return Finding("acm.in_use", ERROR, known.title, message, remedy, {"in_use_by": list(known.in_use_by)})


def _waiting(known: Known) -> str:
    return ", ".join(one.domain for one in known.validations if one.status != "SUCCESS")


def _evidence(known: Known) -> dict[str, t.Any]:
    return {
        "status": known.status,
        "failure_reason": known.failure_reason,
        "renewal_status": known.renewal_status,
        "renewal_status_reason": known.renewal_reason,
        "validations": {one.domain: one.status for one in known.validations},
    }
