# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose the Secret is, and what its certificate says."""

from __future__ import annotations

import typing as t
from datetime import timedelta

from ...spec import conditions, kinds, ownership
from ...x509.leaf import CertificateInfo, X509Error, parse_chain, rfc3339
from .. import readiness, signer
from ..finding import ERROR, WARNING, Finding
from . import chain

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ..evidence import Evidence, Object

_OWNER = "cert-manager.io/certificate-name"
_ISSUERS = ("cert-manager.io/issuer", "cert-manager.io/cluster-issuer")
# cert-manager's field managers begin with it: cert-manager-certificates-issuing. The direct engine's has issued before.
_OUR_MANAGERS = ("cert-manager", ownership.FIELD_MANAGER)
_CLOCKS_DIFFER = timedelta(seconds=60)
# Reasons of Ready when the Secret's key is none that cert-manager made for this Certificate (policies/constants.go).
_NOT_OUR_KEY = frozenset({"InvalidKeyPair", "SecretMismatch"})


def served(evidence: Evidence) -> tuple[CertificateInfo, ...]:
    """The certificates in the Secret, the leaf first; none where there is no Secret or they can't be read."""
    try:
        return parse_chain(readiness.value(evidence.secret, "tls.crt")) if evidence.secret else ()
    except X509Error:
        return ()


def _title(evidence: Evidence) -> str:
    return kinds.SECRET.title(evidence.namespace, evidence.certificate["spec"]["secretName"])


def claimed(evidence: Evidence) -> Iterator[Finding]:
    """No other Certificate wants the same Secret (internal/controller/certificates, CertificateOwnsSecret)."""
    if not evidence.claimants:
        return
    everybody = sorted([evidence.certificate, *evidence.claimants], key=_age_order)
    names = [item["metadata"]["name"] for item in everybody]
    annotated = ((evidence.secret or {}).get("metadata", {}).get("annotations") or {}).get(_OWNER)
    owner = annotated if annotated in names else names[0]
    own = evidence.certificate["metadata"]["name"]
    others = ", ".join(name for name in names if name != own)
    remedy = "give each Certificate a secret_name of its own, or remove all but one of them"
    seen = {"certificates": names, "owner": owner}
    if owner == own:
        message = f"is also wanted by Certificate {others}, which cert-manager leaves unissued."
        yield Finding("secret.claimed_too", WARNING, _title(evidence), message, remedy, seen)
    else:
        message = f"belongs to Certificate {owner}, so cert-manager does not issue {own} into it."
        yield Finding("secret.claimed", ERROR, _title(evidence), message, remedy, seen)


def _age_order(certificate: Object) -> tuple[str, str]:
    return str(certificate["metadata"].get("creationTimestamp") or ""), certificate["metadata"]["name"]


def ingresses_differ(evidence: Evidence) -> Iterator[Finding]:
    """Ingresses that have cert-manager fill the same Secret ask for the same; the first one's Certificate is made."""
    asking = [item for item in evidence.ingresses if _issuer_of(item)]
    issuers = {_issuer_of(item) for item in asking}
    names = set(evidence.certificate["spec"].get("dnsNames") or ())
    missing = sorted({host for item in asking for host in _hosts(evidence, item)} - names)
    if len(asking) < 2 or (len(issuers) == 1 and not missing):
        return
    titles = ", ".join(chain.title(kinds.INGRESS, item) for item in asking)
    wants = f"{', '.join(missing)} would not be covered" if missing else "they name different issuers"
    yield Finding(
        "secret.ingresses_differ",
        WARNING,
        _title(evidence),
        f"{titles} all have cert-manager fill it, but its Certificate follows only one of them: {wants}.",
        "give each Ingress a secretName of its own under tls, or make one Certificate for all their hosts",
        {"ingresses": [item["metadata"]["name"] for item in asking], "not_covered": missing},
    )


def _issuer_of(ingress: Object) -> tuple[str, str] | None:
    annotations = ingress["metadata"].get("annotations") or {}
    return next(((key, annotations[key]) for key in _ISSUERS if annotations.get(key)), None)


def asks_cert_manager(ingress: Object) -> bool:
    """Whether its annotations have cert-manager make a Certificate."""
    return _issuer_of(ingress) is not None


def _hosts(evidence: Evidence, ingress: Object) -> list[str]:
    name = evidence.certificate["spec"]["secretName"]
    return [h for e in ingress["spec"].get("tls") or () if e.get("secretName") == name for h in e.get("hosts") or ()]


def overwritten(evidence: Evidence) -> Iterator[Finding]:
    """What cert-manager once wrote into the Secret, nobody else has replaced; a healthy Certificate proves it."""
    secret, own = evidence.secret, evidence.certificate["metadata"]["name"]
    issued = chain.status(evidence.certificate).get("revision") or _annotations(secret).get(_OWNER) == own
    if secret is None or not issued or chain.is_settled(evidence):
        return
    managers = _managers(secret)
    strangers = [name for name in managers if not name.startswith(_OUR_MANAGERS)]
    ready = conditions.condition(evidence.certificate, "Ready") or {}
    # cert-manager writes its annotations into what it finds, and is then named beside the stranger.
    if strangers and (len(strangers) == len(managers) or ready.get("reason") in _NOT_OUR_KEY):
        yield Finding(
            "secret.overwritten",
            ERROR,
            _title(evidence),
            f"{', '.join(strangers)} has replaced the certificate that cert-manager wrote.",
            "stop it from managing this Secret (GitOps, External Secrets, reflector, Helm), or use another secret_name",
            {"managers": strangers, "annotations": sorted(_annotations(secret))},
        )


def _annotations(secret: Object | None) -> t.Mapping[str, str]:
    found: t.Mapping[str, str] = ((secret or {}).get("metadata") or {}).get("annotations") or {}
    return found


def _managers(secret: Object) -> list[str]:
    """The field managers of data's tls.crt."""
    return [
        str(entry.get("manager"))
        for entry in secret["metadata"].get("managedFields") or ()
        if "f:tls.crt" in ((entry.get("fieldsV1") or {}).get("f:data") or {})
    ]


def dates(evidence: Evidence) -> Iterator[Finding]:
    """Its certificate is valid now."""
    for leaf in served(evidence)[:1]:
        seen = {"not_before": rfc3339(leaf.not_before), "not_after": rfc3339(leaf.not_after)}
        if leaf.not_after <= evidence.now:
            message = f"its certificate has expired, at {seen['not_after']}."
            remedy = "mend what keeps it from being renewed (the other findings), then renew it"
            yield Finding("certificate.expired", ERROR, _title(evidence), message, remedy, seen)
        elif leaf.not_before > evidence.now + _CLOCKS_DIFFER:
            message = f"its certificate is valid only from {seen['not_before']} on; here it is {rfc3339(evidence.now)}."
            remedy = "set the clocks (NTP) of this machine, of the cluster's nodes, and of the CA"
            yield Finding("certificate.not_yet_valid", ERROR, _title(evidence), message, remedy, seen)


def other_signer(evidence: Evidence) -> Iterator[Finding]:
    """Its certificate is of the ACME server that the issuer names now."""
    certificates = served(evidence)
    if not certificates or "acme" not in (evidence.issuer or {}).get("spec", {}):
        return
    instead = signer.other_signer(evidence.issuer or {}, evidence.orders, certificates, None)
    if instead:
        message = f"still holds the certificate from before the issuer was changed: {instead}."
        remedy = "renew it (renew: always): cert-manager does not by itself"
        yield Finding("certificate.other_signer", WARNING, _title(evidence), message, remedy, {"signer": instead})
