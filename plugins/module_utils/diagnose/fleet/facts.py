# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fleet as data: one row a host, a Certificate, an issuer; never a key byte."""

from __future__ import annotations

import typing as t

from ...spec import issuer_type, kinds
from ...spec.endpoints import ANY_HOST, NONE, Endpoint, Key
from ...x509.leaf import rfc3339
from ...x509.names import covers
from .. import backoff, chain, direct
from ..finding import ERROR, Finding
from .data import Fleet, secret_of, title

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Object = t.Mapping[str, t.Any]
Facts = dict[str, t.Any]


def facts(fleet: Fleet, findings: Sequence[Finding]) -> Facts:
    """The module's return values but for its findings."""
    about = _codes(findings)
    hosts = [_host(fleet, each, about) for each in fleet.shown_endpoints]
    certificates = [_certificate(fleet, each, about) for each in fleet.shown_certificates]
    issuers = [_issuer(fleet, each, about) for each in fleet.issuers]
    return {
        "hosts": hosts,
        "certificates": certificates,
        "issuers": issuers,
        "summary": _summary(fleet, hosts, certificates, issuers, findings),
        "unreadable": dict(fleet.errors),
    }


def _codes(findings: Iterable[Finding]) -> Mapping[str, list[str]]:
    """Title of an object or a host → the codes of what was found on it."""
    codes: dict[str, list[str]] = {}
    for finding in findings:
        for about in (finding.object, *finding.evidence.get("hosts", ()), *finding.evidence.get("certificates", ())):
            codes.setdefault(about, []).append(finding.code)
    return {about: list(dict.fromkeys(found)) for about, found in codes.items()}


def _host(fleet: Fleet, endpoint: Endpoint, about: Mapping[str, list[str]]) -> Facts:
    certificate = fleet.certificate_of(endpoint.secret)
    key = endpoint.secret
    secret = fleet.secrets.get(key) if key else None
    leaf = secret.leaf if secret else None
    return {
        "host": endpoint.host,
        "kind": endpoint.kind.kind,
        "namespace": endpoint.namespace,
        "name": endpoint.name,
        "listener": endpoint.listener or None,
        "class": endpoint.class_name,
        "tls": endpoint.termination != NONE,
        "termination": endpoint.termination,
        "secret_namespace": key[0] if key else None,
        "secret_name": key[1] if key else None,
        "secret_exists": _exists(fleet, key),
        "certificate": certificate["metadata"]["name"] if certificate else None,
        "issuer_ref": kinds.issuer_reference(certificate) if certificate else None,
        "covered": covers(leaf, endpoint.host) if leaf and endpoint.host != ANY_HOST else None,
        **_validity(fleet, key, certificate),
        "staging_authority": secret.staging_authority if secret else None,
        "default_certificate": secret.default_certificate if secret else None,
        "findings": about.get(endpoint.title, []),
    }


def _certificate(fleet: Fleet, certificate: Object, about: Mapping[str, list[str]]) -> Facts:
    key, status = secret_of(certificate), certificate.get("status") or {}
    standing = chain.standing(certificate)
    again = backoff.next_try(certificate)
    return {
        "name": certificate["metadata"]["name"],
        "namespace": key[0],
        "engine": direct.engine(certificate),
        "secret_name": key[1],
        "secret_exists": _exists(fleet, key),
        "issuer_ref": kinds.issuer_reference(certificate),
        "dns_names": list(certificate["spec"].get("dnsNames") or ()),
        "ready": standing["ready"],
        "reason": standing["reason"],
        "message": standing["message"],
        "revision": status.get("revision"),
        "not_before": status.get("notBefore"),
        **_validity(fleet, key, certificate),
        "last_failure_time": status.get("lastFailureTime"),
        "next_try": rfc3339(again) if again else None,
        "served_by": list(dict.fromkeys(each.owner for each in fleet.served.get(key, ()))),
        "findings": about.get(title(certificate), []),
    }


def _validity(fleet: Fleet, key: Key | None, certificate: Object | None) -> Facts:
    """Who signed what is served, and until when; the dates of a Certificate's status where the Secret isn't known."""
    secret = fleet.secrets.get(key) if key else None
    leaf = secret.leaf if secret else None
    end = fleet.not_after(key) if key else None
    return {
        "issued_by": (leaf.issuer_common_name or leaf.issuer) if leaf else None,
        "self_signed": leaf.self_signed if leaf else None,
        "serial_number": leaf.serial_number if leaf else None,
        "fingerprint_sha256": leaf.fingerprint_sha256 if leaf else None,
        "not_after": rfc3339(end) if end else None,
        "renewal_time": ((certificate or {}).get("status") or {}).get("renewalTime"),
    }


def _issuer(fleet: Fleet, issuer: Object, about: Mapping[str, list[str]]) -> Facts:
    standing = chain.standing(issuer)
    return {
        "name": issuer["metadata"]["name"],
        "namespace": issuer["metadata"].get("namespace"),
        "kind": issuer["kind"],
        "engine": direct.engine(issuer),
        "ready": standing["ready"],
        "reason": standing["reason"],
        "message": standing["message"],
        **issuer_type.facts(issuer),
        "certificates": fleet.signed_by(issuer),
        "findings": about.get(title(issuer), []),
    }


def _exists(fleet: Fleet, key: Key | None) -> bool | None:
    if key is None:
        return None
    return True if key in fleet.secrets else False if key in fleet.absent else None


def in_words(summary: Mapping[str, t.Any]) -> str:
    """The summary in one line."""
    parts = [
        f"{summary['hosts']} hosts, {summary['hosts_with_tls']} with TLS",
        f"{summary['certificates']} Certificates, {summary['certificates_ready']} ready",
        f"{summary['issuers']} issuers, {summary['issuers_ready']} ready",
        f"next expiry {summary['next_expiry'] or 'unknown'}",
        f"{summary['errors']} errors, {summary['warnings']} warnings",
    ]
    return "; ".join(parts) + "."


def _summary(
    fleet: Fleet, hosts: list[Facts], certificates: list[Facts], issuers: list[Facts], findings: Sequence[Finding]
) -> Facts:
    ends = sorted(row["not_after"] for row in [*hosts, *certificates] if row["not_after"])
    renewals = sorted(row["renewal_time"] for row in certificates if row["renewal_time"])
    codes = [finding.code for finding in findings]
    return {
        "hosts": len(hosts),
        "hosts_with_tls": sum(row["tls"] for row in hosts),
        "secrets": len(fleet.shown_secrets),
        "certificates": len(certificates),
        "certificates_ready": sum(row["ready"] for row in certificates),
        "issuers": len(issuers),
        "issuers_ready": sum(row["ready"] for row in issuers),
        "expired": codes.count("certificate.expired"),
        "expiring": codes.count("certificate.expiring"),
        "next_expiry": ends[0] if ends else None,
        "next_renewal": renewals[0] if renewals else None,
        "errors": sum(finding.severity == ERROR for finding in findings),
        "warnings": sum(finding.severity != ERROR for finding in findings),
    }
