# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks, the cause before its consequences: a check is a function from evidence to findings, added to CHECKS."""

from __future__ import annotations

import typing as t

from ..spec import conditions, kinds
from . import readiness
from .finding import ERROR, WARNING, Finding

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from .evidence import Evidence


def unseen(evidence: Evidence) -> Iterator[Finding]:
    """What could not be read may hide the cause."""
    for plural, answer in evidence.errors.items():
        yield Finding(
            "evidence.unreadable", WARNING, plural, f"could not be read: {answer}", "allow get and list on them"
        )


def issuer(evidence: Evidence) -> Iterator[Finding]:
    """The issuer exists and is ready."""
    reference = evidence.certificate["spec"]["issuerRef"]
    kind = kinds.CLUSTER_ISSUER if reference.get("kind") == "ClusterIssuer" else kinds.ISSUER
    title = kind.title(evidence.namespace, reference["name"])
    if evidence.issuer is not None:
        verdict = readiness.issuer(evidence.issuer, title)
        if verdict.finding:
            yield verdict.finding
    elif (reference.get("group") or "cert-manager.io") == "cert-manager.io" and kind.plural not in evidence.errors:
        where = "" if kind is kinds.CLUSTER_ISSUER else f" in namespace {evidence.namespace}"
        yield Finding(
            "issuer.missing",
            ERROR,
            title,
            f"does not exist{where}.",
            "create it, or correct issuer_ref (name and kind: Issuer or ClusterIssuer)",
        )


def request(evidence: Evidence) -> Iterator[Finding]:
    """The request was approved and did not fail."""
    for item in evidence.requests:
        title = kinds.CERTIFICATE_REQUEST.title(evidence.namespace, item["metadata"]["name"])
        denied = conditions.condition(item, "Denied")
        ready = conditions.condition(item, "Ready")
        if denied and denied["status"] == "True":
            message = f"was denied, {denied.get('reason')}: {denied.get('message')}"
            yield Finding("request.denied", ERROR, title, message, "ask whoever approves requests in this cluster")
        elif ready and ready["status"] == "False" and ready.get("reason") == "Failed":
            yield Finding("request.failed", ERROR, title, str(ready.get("message") or "failed"))


def order(evidence: Evidence) -> Iterator[Finding]:
    """The ACME order did not end badly (RFC 8555, 7.1.6)."""
    for item in evidence.orders:
        status = item.get("status") or {}
        if status.get("state") in ("invalid", "errored", "expired"):
            title = kinds.ORDER.title(evidence.namespace, item["metadata"]["name"])
            message = f"is {status['state']}: {status.get('reason') or 'no reason given'}"
            yield Finding(f"order.{status['state']}", ERROR, title, message)


def challenge(evidence: Evidence) -> Iterator[Finding]:
    """What each open challenge waits for, or why it failed."""
    for item in evidence.challenges:
        status = item.get("status") or {}
        if status.get("state") == "valid" or not status.get("reason"):
            continue
        title = kinds.CHALLENGE.title(evidence.namespace, item["metadata"]["name"])
        state = status.get("state") or "pending"
        message = f"{item['spec']['type']} for {item['spec']['dnsName']} is {state}: {status['reason']}"
        yield Finding(f"challenge.{state}", ERROR, title, message, evidence={"dns_name": item["spec"]["dnsName"]})


CHECKS = (issuer, challenge, order, request, unseen)


def run_all(evidence: Evidence) -> list[Finding]:
    """All findings, in the order of the checks."""
    return [finding for check in CHECKS for finding in check(evidence)]
