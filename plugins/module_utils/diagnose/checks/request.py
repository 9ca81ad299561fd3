# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The CertificateRequest was made, approved, taken up and signed.

Source: cert-manager v1.21, pkg/controller/certificaterequests/sync.go and below.
"""

from __future__ import annotations

import typing as t

from ...spec import conditions, kinds
from ..finding import ERROR, WARNING, Finding
from . import chain, refused

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ..evidence import Evidence, Object

_PATIENCE_SECONDS, _FRESH_SECONDS = 5.0, 15.0
_LONG_SECONDS = 60.0

# Messages of a request that waits for what other checks look at: the issuer, the order.
_WAITS_FOR_OTHERS = (
    "Waiting on certificate issuance",
    "Waiting for order-controller",
    "Created Order",
    "Referenced issuer",
    'Referenced "Issuer" not found',
    'Referenced "ClusterIssuer" not found',
)


def certificate(evidence: Evidence) -> Iterator[Finding]:
    """cert-manager has made a key and a request for it."""
    live = evidence.certificate
    if not conditions.is_true(live, "Issuing") or "certificaterequests" in evidence.errors:
        return
    title = chain.title(kinds.CERTIFICATE, live)
    for text in chain.warnings(evidence, live, "CannotRegenerateKey")[:1]:
        remedy = "set private_key.rotation_policy to Always, or take private_key back to what the Secret's key is"
        yield Finding(
            "certificate.key_kept", ERROR, title, f"the key in its Secret may not be replaced: {text}", remedy
        )
    for text in chain.warnings(evidence, live, "KeystorePasswordSecretNotFound")[:1]:
        remedy = "make that Secret, or correct keystores"
        yield Finding("certificate.keystore_password_missing", ERROR, title, text, remedy)
    if chain.requests(evidence):
        return
    for text in chain.warnings(evidence, live, "RequestFailed")[:1]:
        if refused.explain(title, text) is None:
            yield Finding("certificate.request_not_made", ERROR, title, text, "see cert-manager's log")


def request(evidence: Evidence) -> Iterator[Finding]:
    """It was approved, and the issuer did not refuse it."""
    for item in chain.requests(evidence):
        title = chain.title(kinds.CERTIFICATE_REQUEST, item)
        finding = _denied(item, title) or _invalid(item, title) or _unapproved(evidence, item, title)
        finding = finding or _failed(evidence, item, title) or _not_signed(evidence, item, title)
        if finding:
            yield finding


def _denied(item: Object, title: str) -> Finding | None:
    denied = conditions.condition(item, "Denied")
    if denied is None or denied["status"] != "True":
        return None
    message = f"was denied, {denied.get('reason')}: {denied.get('message')}"
    remedy = (
        "ask whoever approves requests in this cluster; approver-policy has its rules in CertificateRequestPolicies"
    )
    return Finding("request.denied", ERROR, title, message, remedy)


def _invalid(item: Object, title: str) -> Finding | None:
    invalid = conditions.condition(item, "InvalidRequest")
    if invalid is None or invalid["status"] != "True":
        return None
    message = f"the issuer takes it for invalid, {invalid.get('reason')}: {invalid.get('message')}"
    return Finding("request.invalid", ERROR, title, message, "correct the Certificate: its names, usages or duration")


def _unapproved(evidence: Evidence, item: Object, title: str) -> Finding | None:
    if conditions.is_true(item, "Approved") or not chain.lasted(evidence, item, _PATIENCE_SECONDS):
        return None
    return Finding(
        "request.not_approved",
        chain.severity(evidence, item, _FRESH_SECONDS),
        title,
        f"nobody has approved or denied it for {chain.age(evidence, item):.0f} s.",
        "see whether cert-manager's approver is off (--controllers) with no approver-policy in its place, whether a "
        "policy fits, and whether cert-manager may approve for this kind of issuer (verb approve on signers)",
        {"issuer": item.get("spec", {}).get("issuerRef")},
    )


def _failed(evidence: Evidence, item: Object, title: str) -> Finding | None:
    ready = conditions.condition(item, "Ready")
    if ready is None or ready.get("reason") != "Failed":
        return None
    message = str(ready.get("message") or "failed")
    follows = any(chain.has_failed(order) for order in chain.owned(evidence.orders, [item]))
    if follows or refused.explain(title, message):
        return None
    return Finding("request.failed", ERROR, title, message, "correct what the message names, then renew it")


def _not_signed(evidence: Evidence, item: Object, title: str) -> Finding | None:
    ready = conditions.condition(item, "Ready")
    if ready is None:
        return _untouched(evidence, item, title)
    message = str(ready.get("message") or "")
    waits = message.startswith(_WAITS_FOR_OTHERS)
    if ready.get("reason") != "Pending" or waits or refused.explain(title, message):
        return None
    severity = chain.severity(evidence, item, _FRESH_SECONDS)
    return Finding("request.pending", severity, title, f"{message or 'waits, no message'}", "provide what it waits for")


def _untouched(evidence: Evidence, item: Object, title: str) -> Finding | None:
    reference = kinds.issuer_reference(evidence.certificate)
    waited = chain.age(evidence, item)
    if waited is None or waited < _PATIENCE_SECONDS:
        return None
    return Finding(
        "request.no_signer",
        ERROR if waited >= _LONG_SECONDS else WARNING,
        title,
        f"it is approved, but no controller has taken it up for {waited:.0f} s; "
        f"it is for {reference['kind']}.{reference['group']} {reference['name']}.",
        "see whether the controller of this kind of issuer runs; cert-manager's own kinds need no issuer_ref.group",
    )
