# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The status that the direct engine writes down: Issuer.status and Certificate.status of cert-manager, no word new."""

from __future__ import annotations

import typing as t

from ...x509.leaf import rfc3339
from .. import conditions

if t.TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ...x509.leaf import CertificateInfo

Status = t.Mapping[str, t.Any]

UP_TO_DATE = "Certificate is up to date and has not expired"


def condition(before: Status, kind: str, true: bool, reason: str, message: str, now: datetime) -> dict[str, t.Any]:
    """A condition; its time is kept while it stays as true as it was (Kubernetes API conventions)."""
    status = "True" if true else "False"
    found = conditions.condition({"status": before}, kind)
    since = found.get("lastTransitionTime") if found and found["status"] == status else None
    return {
        "type": kind,
        "status": status,
        "reason": reason,
        "message": message,
        "lastTransitionTime": since or rfc3339(now),
    }


def issuer(
    before: Status, ready: bool, reason: str, message: str, now: datetime, account_uri: str | None = None
) -> dict[str, t.Any]:
    """Of an issuer, by its Ready condition and the URI of its account."""
    acme = {"acme": {"uri": account_uri}} if account_uri else {}
    return {"conditions": [condition(before, "Ready", ready, reason, message, now)], **acme}


def served(
    before: Status, leaf: CertificateInfo, renewal_at: datetime | None, now: datetime, issued: bool
) -> dict[str, t.Any]:
    """Of a certificate that is as wanted.

    :param issued: whether this run has issued it, which raises the revision
    """
    revision = int(before.get("revision") or 0) + 1 if issued else before.get("revision")
    times = {"notBefore": rfc3339(leaf.not_before), "notAfter": rfc3339(leaf.not_after)}
    if renewal_at is not None:
        times["renewalTime"] = rfc3339(renewal_at)
    ready = condition(before, "Ready", True, "Ready", UP_TO_DATE, now)
    return {"conditions": [ready], **times, **({"revision": revision} if revision else {})}


def failed(before: Status, message: str, now: datetime, count: int, valid: bool) -> dict[str, t.Any]:
    """Of a certificate that could not be issued.

    :param count: failures in a row
    :param valid: whether what is served is as wanted all the same
    """
    others: Mapping[str, t.Any] = {key: value for key, value in before.items() if key != "conditions"}
    ready = condition(before, "Ready", valid, "Ready" if valid else "Failed", UP_TO_DATE if valid else message, now)
    issuing = condition(before, "Issuing", False, "Failed", message, now)
    return {
        **others,
        "conditions": [ready, issuing],
        "lastFailureTime": rfc3339(now),
        "failedIssuanceAttempts": count,
    }
