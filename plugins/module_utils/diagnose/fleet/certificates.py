# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates and issuers that don't stand as they should, and Certificates that get in each other's way."""

from __future__ import annotations

import typing as t
from datetime import timedelta

from ...spec import conditions, kinds
from ...spec.duration import in_words
from ...x509.leaf import rfc3339
from .. import backoff, direct, readiness
from ..checks import direct as checks_of_direct
from ..checks.chain import moment
from ..finding import ERROR, WARNING, Finding
from .data import Fleet, secret_of, secret_title, title
from .words import evidence, listed

if t.TYPE_CHECKING:
    from collections.abc import Iterator

Object = t.Mapping[str, t.Any]

# So long an issuance, or a renewal that is due, may take before it is an error.
_PATIENCE = timedelta(minutes=15)
_CAUSE = "see the cause with certops.kubernetes.certificate_status"


def issuers(fleet: Fleet) -> Iterator[Finding]:
    """Issuers that are not ready."""
    for issuer in fleet.issuers:
        verdict = readiness.issuer(issuer, title(issuer))
        if verdict.finding:
            yield verdict.finding


def missing_issuers(fleet: Fleet) -> Iterator[Finding]:
    """Issuers that Certificates name, and that don't exist."""
    groups: dict[tuple[str, str], list[Object]] = {}
    for certificate in fleet.shown_certificates:
        reference = kinds.issuer_reference(certificate)
        plural = "clusterissuers" if reference["kind"] == "ClusterIssuer" else "issuers"
        if reference["group"] != kinds.OWN_GROUP or plural in fleet.errors or fleet.issuer_of(certificate):
            continue
        namespace = "" if plural == "clusterissuers" else f"{certificate['metadata']['namespace']}/"
        key = (f"{reference['kind']} {namespace}{reference['name']}", reference["name"])
        groups.setdefault(key, []).append(certificate)
    for (missing, name), certificates in groups.items():
        namesakes = [title(issuer) for issuer in fleet.issuers if issuer["metadata"]["name"] == name]
        hint = f" There is {listed(namesakes)}." if namesakes else ""
        yield Finding(
            "issuer.missing",
            ERROR,
            missing,
            f"does not exist, but {listed([title(each) for each in certificates])} should be signed by it.{hint}",
            "create it, or correct issuer_ref (name and kind: Issuer or ClusterIssuer)",
            {"certificates": [title(each) for each in certificates]},
        )


def not_ready(fleet: Fleet) -> Iterator[Finding]:
    """Certificates whose Ready condition isn't true; a warning as long as that may be no more than their issuance."""
    for certificate in fleet.shown_certificates:
        ready = conditions.condition(certificate, "Ready") or {}
        if ready.get("status") == "True":
            continue
        said = ": ".join(part for part in (ready.get("reason"), ready.get("message")) if part)
        since = moment(ready.get("lastTransitionTime") or certificate["metadata"].get("creationTimestamp"))
        young = since is not None and fleet.now - since < _PATIENCE
        failed = (certificate.get("status") or {}).get("lastFailureTime")
        yield Finding(
            "certificate.not_ready",
            WARNING if young and not failed else ERROR,
            title(certificate),
            f"not ready, {said}" if said else readiness.unobserved(certificate),
            _CAUSE,
            _behind(fleet, certificate, reason=ready.get("reason")),
        )


def renewal(fleet: Fleet) -> Iterator[Finding]:
    """Certificates that are ready, but whose renewal fails or doesn't happen."""
    for certificate in fleet.shown_certificates:
        status = certificate.get("status") or {}
        if not conditions.is_true(certificate, "Ready"):
            continue
        due, again = backoff.status_time(certificate, "renewalTime"), backoff.next_try(certificate)
        if again is not None:
            times = status.get("failedIssuanceAttempts") or 1
            message = f"its renewal failed {times} times, the last at {status['lastFailureTime']}; "
            message += f"the next try is at {rfc3339(again)}."
            found = _behind(fleet, certificate, next_try=rfc3339(again))
            yield Finding("renewal.failing", ERROR, title(certificate), message, _CAUSE, found)
        elif due and fleet.now - due > _patience(certificate) and not _is_left_alone(certificate):
            message = f"should have been renewed {in_words(fleet.now - due)} ago, at {rfc3339(due)}."
            found = _behind(fleet, certificate, renewal_time=rfc3339(due))
            yield Finding("renewal.overdue", WARNING, title(certificate), message, _CAUSE, found)


def _patience(certificate: Object) -> timedelta:
    """Without a controller, what is due is renewed by the next run of somebody's task."""
    return checks_of_direct.PATIENCE if direct.keeps(certificate) else _PATIENCE


def _is_left_alone(certificate: Object) -> bool:
    """Never renewed because its spec says so (cert-manager 1.21)."""
    return (certificate["spec"].get("renewal") or {}).get("policy") == "Disabled"


def two_certificates(fleet: Fleet) -> Iterator[Finding]:
    """Several Certificates claim one Secret: only one of them is kept."""
    shown = {title(each) for each in fleet.shown_certificates}
    for key, claims in fleet.claims.items():
        titles = [title(each) for each in claims]
        if len(claims) > 1 and not shown.isdisjoint(titles):
            yield Finding(
                "secret.claimed",
                ERROR,
                secret_title(key),
                f"is claimed by {listed(titles)}; cert-manager keeps it for {titles[0]} only.",
                "give each Certificate a secretName of its own, or remove all but one",
                evidence(fleet.served.get(key, []), certificates=titles),
            )


def two_ingresses(fleet: Fleet) -> Iterator[Finding]:
    """Several Ingresses have cert-manager fill one Secret, but its Certificate follows only one of them."""
    shown = {each.owner for each in fleet.shown_endpoints}
    for key, endpoints in fleet.served.items():
        asking = [each for each in endpoints if each.asks]
        owners = list(dict.fromkeys(each.owner for each in asking))
        certificate = fleet.certificate_of(key)
        wanted = (certificate["spec"].get("dnsNames") or ()) if certificate else ()
        lost = [each.host for each in asking if each.host not in wanted]
        if len(owners) < 2 or shown.isdisjoint(owners) or not (lost or len({each.asks for each in asking}) > 1):
            continue
        wants = f"{listed(lost)} would not be covered" if lost else "they name different issuers"
        yield Finding(
            "secret.ingresses_differ",
            WARNING,
            secret_title(key),
            f"{listed(owners)} all have cert-manager fill it, but its Certificate follows only one of them: {wants}.",
            "give each Ingress a secretName of its own under tls, or make one Certificate for all their hosts",
            evidence(endpoints),
        )


def unused(fleet: Fleet) -> Iterator[Finding]:
    """Certificates for public hosts that no Ingress or Gateway serves."""
    if "ingresses" in fleet.errors or "gateways" in fleet.errors:
        return
    for certificate in fleet.shown_certificates:
        if secret_of(certificate) not in fleet.served and _is_for_clients(certificate):
            yield Finding(
                "certificate.unused",
                WARNING,
                title(certificate),
                f"no Ingress or Gateway serves its Secret {certificate['spec']['secretName']}.",
                "remove it if no pod uses the Secret either",
                _behind(fleet, certificate),
            )


def _is_for_clients(certificate: Object) -> bool:
    """Not a CA, and not only for names inside of the cluster, where webhooks and the like use Certificates directly."""
    spec = certificate["spec"]
    if spec.get("isCA"):
        return False
    return any("." in name and not _is_internal(name.lower().split(".")) for name in spec.get("dnsNames") or ())


def _is_internal(labels: list[str]) -> bool:
    return labels[-1] in ("local", "internal", "svc") or labels[-2:] == ["cluster", "local"] or "svc" in labels[2:3]


def _behind(fleet: Fleet, certificate: Object, **more: t.Any) -> dict[str, t.Any]:
    return evidence(fleet.served.get(secret_of(certificate), []), **more)
