# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a certificate is to be issued now, and why. Pure: nothing but what was seen and the time count.

The reasons are cert-manager's (internal/controller/certificates/policies), so that both engines issue for the same ones.
"""

from __future__ import annotations

import hashlib
import typing as t
from dataclasses import dataclass
from datetime import datetime

from ... import errors
from ...diagnose import readiness, signer
from ...spec import duration
from ...spec.direct import failure, record
from ...x509 import match
from ...x509.leaf import CertificateInfo, X509Error, parse_chain
from ...x509.renewal import unattended_renewal_time
from .. import wanted_leaf
from ..diff import pair

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ...spec.certificate import CertificateSpec
    from .. import ports
    from .observe import Issuer, Seen


@dataclass(frozen=True)
class Decision:
    """What is to be done about one certificate.

    :param reason: why one is issued now, for people; "" for no reason to
    :param served: the certificate in the Secret, None where none can be read
    :param valid: whether what is served is as wanted, so that a failed issuance leaves nobody without
    :param renewal_at: when it is due by itself, None for never
    :param held: the failures that make it too early to ask, None when it isn't
    """

    reason: str = ""
    served: CertificateInfo | None = None
    valid: bool = False
    renewal_at: datetime | None = None
    held: failure.Failure | None = None

    @property
    def due(self) -> bool:
        """Whether one is issued in this run."""
        return bool(self.reason) and self.held is None

    def diff(self, title: str) -> dict[str, t.Any]:
        """The issuance as before and after."""
        served = self.served
        before = {"certificate": f"serial number {served.serial_number}" if served else "none"}
        after = {"certificate": f"issued ({self.reason})"}
        return pair(title, before, after)


def decide(seen: Seen, now: datetime) -> Decision:
    """Decide about one certificate whose issuer was found.

    :raises CertopsError: ``within`` is no shorter than the certificate lives, so that each run would renew it
    """
    issuer = t.cast("Issuer", seen.issuer)
    wrong, served = unfit(seen.wanted, issuer, seen.secret, now)
    at = due_at(seen, served[0]) if served and not wrong else None
    reason = wrong or _renewal(seen, issuer, served, at, now)
    kept = failure.from_json(record.read(seen.config_map, "work").get("failure"))
    too_early = kept is not None and kept.holds(now, asked(seen.wanted, issuer)) and not seen.wanted.retry_failed
    return Decision(reason, served[0] if served else None, not wrong, at, kept if reason and too_early else None)


def asked(wanted: CertificateSpec, issuer: Issuer) -> str:
    """A digest of what the issuer is asked for; another one is another question."""
    names = {key: value for key, value in wanted.body.items() if key not in _NOT_ASKED}
    return hashlib.sha256(record.text({"certificate": names, "issuer": dict(issuer.body)}).encode()).hexdigest()


_NOT_ASKED = ("secretName", "secretTemplate", "keystores", "additionalOutputFormats", "revisionHistoryLimit")


def unfit(
    wanted: CertificateSpec, issuer: Issuer, secret: ports.Object | None, now: datetime
) -> tuple[str, tuple[CertificateInfo, ...]]:
    """What keeps a Secret from being served as this certificate ("" for nothing), and the chain in it."""
    if secret is None:
        return "its Secret does not exist", ()
    try:
        pem = readiness.value(secret, "tls.crt")
        chain = parse_chain(pem) if pem else ()
    except X509Error as error:
        return f"its Secret holds no certificate: {error}", ()
    if not chain:
        return "its Secret holds no certificate yet", ()
    try:
        if not match.key_matches(pem, readiness.value(secret, "tls.key")):
            return "the key in its Secret does not belong to its certificate", chain
    except X509Error as error:
        return f"the key in its Secret can't be read: {error}", chain
    live = {"spec": wanted.body, "metadata": {"name": wanted.name, "namespace": wanted.namespace}}
    if readiness.other_issuer(live, secret):
        return "it was issued for another issuer", chain
    wrong = match.violations(chain[0], wanted_leaf.from_body(wanted.body), lenient=issuer.lenient)
    if wrong:
        return f"it differs in {', '.join(wrong)}", chain
    if chain[0].not_after <= now:
        return f"it expired {duration.in_words(now - chain[0].not_after)} ago", chain
    return "", chain


def due_at(seen: Seen, served: CertificateInfo) -> datetime | None:
    """When it is to be renewed: as ``renew_before`` says, else at the time the CA suggests, else by its lifetime."""
    body = seen.wanted.body
    if (body.get("renewal") or {}).get("policy") == "Disabled":
        return None
    before = duration.parse(body["renewBefore"]) if body.get("renewBefore") else None
    percentage = body.get("renewBeforePercentage")
    suggested = record.read(seen.config_map, "work").get("renewalInfo") or {}
    of_this = suggested.get("serialNumber") == served.serial_number and suggested.get("renewAt")
    if of_this and before is None and percentage is None:
        return failure.moment(suggested["renewAt"])
    return unattended_renewal_time(served.not_before, served.not_after, before, percentage)


def _renewal(
    seen: Seen, issuer: Issuer, served: tuple[CertificateInfo, ...], at: datetime | None, now: datetime
) -> str:
    """Why a certificate that is as wanted is renewed, "" when it isn't."""
    wanted, leaf = seen.wanted, served[0]
    if wanted.renew == "never":
        return ""
    if wanted.renew in ("always", "key_exposed"):
        return f"renew: {wanted.renew}"
    if at is not None and at <= now:
        return f"due since {duration.in_words(now - at)}"
    if wanted.renew == "issuer_changed":
        return other_signer(seen, issuer, served)
    if wanted.within is None:
        return ""
    lifetime, left = leaf.not_after - leaf.not_before, leaf.not_after - now
    if wanted.within >= lifetime:
        raise errors.CertopsError(
            f"within: {duration.in_words(wanted.within)} is not shorter than the {duration.in_words(lifetime)} "
            f"that {wanted.title} lives; it would be renewed at every run"
        )
    return f"expires in {duration.in_words(left)}" if left <= wanted.within else ""


def other_signer(seen: Seen, issuer: Issuer, served: tuple[CertificateInfo, ...]) -> str:
    """Who signed what is served instead of its issuer, "" where it was the issuer, or nobody can tell."""
    issued: Mapping[str, t.Any] = record.read(seen.config_map, "work").get("issued") or {}
    orders = [{"metadata": {"creationTimestamp": ""}, "status": {"state": "valid", "url": issued.get("orderURL")}}]
    known = orders if issued.get("serialNumber") == served[0].serial_number and issued.get("orderURL") else []
    try:
        authority = readiness.leaf_of(issuer.authority) if issuer.authority else None
    except X509Error:
        authority = None
    return signer.other_signer({"spec": dict(issuer.body)}, known, served, authority) or ""
