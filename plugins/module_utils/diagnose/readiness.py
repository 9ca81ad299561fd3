# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Is it as wanted? A condition alone can be stale, so a certificate is ready only when all of these hold:

Ready=True ── for this generation ── not Issuing ── revision moved on, if renewed
                                                      │
Secret ── readable ── key ⇔ certificate ── names ── issuer ── not expired
"""

from __future__ import annotations

import base64
import binascii
import typing as t
from dataclasses import dataclass

from ..spec import conditions, kinds
from ..x509.leaf import CertificateInfo, X509Error, parse_chain
from ..x509.match import Wanted, key_matches, violations
from . import direct
from .finding import ERROR, Finding

if t.TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

Object = t.Mapping[str, t.Any]

READY = "ready"
PENDING = "pending"
FAILED = "failed"

# cert-manager writes these on the Secret (pkg/apis/certmanager/v1/types.go); an absent group means its own.
_ISSUER_ANNOTATIONS = {"name": "", "kind": "Issuer", "group": "cert-manager.io"}


@dataclass(frozen=True)
class Verdict:
    """READY, PENDING (waiting may help) or FAILED (it won't), and why."""

    state: str
    finding: Finding | None = None


UNKNOWN = Verdict(PENDING)

_ANEW = "have it issued anew (renew: always), and see who else writes this Secret or removes it"


def issuer(live: Object, title: str) -> Verdict:
    """Judge an Issuer or ClusterIssuer by its Ready condition."""
    ready = conditions.condition(live, "Ready")
    if ready is None or not conditions.is_current(live, ready):
        return Verdict(PENDING, Finding("issuer.not_observed", ERROR, title, unobserved(live), _more_time(live)))
    if ready["status"] == "True":
        return Verdict(READY)
    reason, message = ready.get("reason") or "no reason", ready.get("message") or "no message"
    remedy = "correct in the issuer what this names, or see its controller's log"
    said = f"not ready, {reason}: {message}"
    finding = Finding("issuer.not_ready", ERROR, title, said, remedy, {"reason": reason})
    return Verdict(FAILED if reason in _TERMINAL_ISSUER_REASONS else PENDING, finding)


# The others are tried again by cert-manager within seconds (pkg/issuer/acme/setup.go).
_TERMINAL_ISSUER_REASONS = frozenset({"InvalidConfig", "InvalidURL"})


def certificate(
    live: Object, secret: Object | None, wanted: Wanted, title: str, now: datetime, after_revision: int | None = None
) -> Verdict:
    """Judge a Certificate together with its Secret.

    :param secret: the Secret as read, None when there is none
    :param wanted: what its certificate must say
    :param after_revision: the revision that a renewal must exceed; None without one, since a Certificate whose Secret
        was there before it has no revision
    """
    failed = _failed(live, title)
    waiting = _waiting(live, title, after_revision)
    if waiting:
        return Verdict(FAILED, failed) if failed else Verdict(PENDING, waiting)
    mismatch = secret_mismatch(live, secret, wanted, now)
    return Verdict(PENDING, mismatch) if mismatch else Verdict(READY)


def needs_secret(live: Object, after_revision: int | None = None) -> bool:
    """Whether the conditions are good, so that reading the Secret is worth a request."""
    return _waiting(live, "", after_revision) is None


def unobserved(live: Object) -> str:
    """What is said of a certificate or issuer of which its engine has said nothing yet."""
    if direct.keeps(live):
        return "no run of the direct engine has come to its end with it yet."
    return "cert-manager has not looked at it yet."


def _more_time(live: Object) -> str:
    if direct.keeps(live):
        return "run the task that makes it again: it goes on from there"
    return "wait longer (wait_timeout); if it stays so, see whether cert-manager's pod runs, and its log"


def failed(live: Object) -> bool:
    """Whether the last issuance for this generation failed, so that cert-manager is backing off."""
    issuing = conditions.condition(live, "Issuing")
    if issuing is None or issuing["status"] != "False" or not conditions.is_current(live, issuing):
        return False
    return bool((live.get("status") or {}).get("lastFailureTime"))


def _failed(live: Object, title: str) -> Finding | None:
    issuing = conditions.condition(live, "Issuing")
    if issuing is None or not failed(live):
        return None
    return Finding(
        "certificate.issuance_failed",
        ERROR,
        title,
        issuing.get("message") or "the last issuance failed",
        "mend what the message names; then renew: always tries at once",
        evidence={"reason": issuing.get("reason"), "last_failure_time": live["status"]["lastFailureTime"]},
    )


def _waiting(live: Object, title: str, after_revision: int | None) -> Finding | None:
    ready = conditions.condition(live, "Ready")
    if ready is None or not conditions.is_current(live, ready):
        return Finding("certificate.not_observed", ERROR, title, unobserved(live), _more_time(live))
    if ready["status"] != "True":
        return _pending(live, title, ready)
    issuing = conditions.condition(live, "Issuing")
    if issuing is not None and issuing["status"] == "True":
        return _pending(live, title, issuing)
    if after_revision is not None and int((live.get("status") or {}).get("revision") or 0) <= after_revision:
        return Finding(
            "certificate.not_renewed", ERROR, title, f"still at revision {after_revision}.", _more_time(live)
        )
    return None


def _pending(live: Object, title: str, found: Mapping[str, t.Any]) -> Finding:
    message = found.get("message") or f"{found['type']} is {found['status']}"
    return Finding("certificate.pending", ERROR, title, message, _more_time(live), {"reason": found.get("reason")})


def secret_mismatch(live: Object, secret: Object | None, wanted: Wanted, now: datetime) -> Finding | None:
    """What keeps the Secret from being the one this Certificate asks for; None when nothing does."""
    name, namespace = live["spec"]["secretName"], live["metadata"]["namespace"]
    title = kinds.SECRET.title(namespace, name)
    if secret is None:
        return Finding("secret.missing", ERROR, title, "does not exist.", _ANEW)
    try:
        leaf = leaf_of(secret)
        if not key_matches(value(secret, "tls.crt"), value(secret, "tls.key")):
            said = "its private key does not belong to its certificate."
            return Finding("secret.key_mismatch", ERROR, title, said, _ANEW)
    except X509Error as error:
        return Finding("secret.unreadable", ERROR, title, f"{error}.", _ANEW)
    wrong = violations(leaf, wanted, lenient=True) + other_issuer(live, secret)
    if wrong:
        message = f"its certificate does not match the Certificate in {', '.join(wrong)}."
        return Finding("secret.certificate_mismatch", ERROR, title, message, _ANEW, {"fields": list(wrong)})
    if leaf.not_after <= now:
        said = f"its certificate expired at {leaf.not_after:%Y-%m-%dT%H:%M:%SZ}."
        return Finding("secret.expired", ERROR, title, said, "have it issued anew (renew: always)")
    return None


def other_issuer(live: Object, secret: Object) -> tuple[str, ...]:
    """The field that says who issues, if the Secret was written for another issuer than the Certificate names."""
    annotations = secret["metadata"].get("annotations") or {}
    reference = live["spec"]["issuerRef"]
    for part, default in _ISSUER_ANNOTATIONS.items():
        found = annotations.get(f"cert-manager.io/issuer-{part}")
        if found and found != (reference.get(part) or default):
            return ("issuerRef",)
    return ()


def value(secret: Object, key: str) -> bytes:
    """One value of a Secret, b"" when it has none.

    :raises X509Error: it is not base64
    """
    try:
        return base64.b64decode((secret.get("data") or {}).get(key) or "", validate=True)
    except binascii.Error:
        raise X509Error(f"{key} is not base64") from None


def leaf_of(secret: Object) -> CertificateInfo:
    """The certificate that a kubernetes.io/tls Secret serves.

    :raises X509Error: there is none, or it can't be read
    """
    pem = value(secret, "tls.crt")
    if not pem:
        raise X509Error("it has no tls.crt yet")
    return parse_chain(pem)[0]
