# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets that are missing, unreadable, past their time, signed by nobody's CA, or kept by nobody."""

from __future__ import annotations

import typing as t
from datetime import timedelta

from ...spec import conditions
from ...spec.duration import in_words
from ...x509.leaf import rfc3339
from ..finding import ERROR, WARNING, Finding
from .data import Fleet, secret_title
from .words import evidence, listed

# Clocks that differ by less are no fault.
_CLOCKS_DIFFER = timedelta(minutes=5)

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ...spec.endpoints import Key
    from ..tls_secret import TlsSecret


def missing(fleet: Fleet) -> Iterator[Finding]:
    """Hosts over Secrets that don't exist; a Certificate that isn't ready yet has its own finding."""
    for key in fleet.shown_secrets:
        endpoints, certificate = fleet.served.get(key, []), fleet.certificate_of(key)
        if key not in fleet.absent or not endpoints or (certificate and not conditions.is_true(certificate, "Ready")):
            continue
        elsewhere = sorted(namespace for namespace, name in fleet.secrets if name == key[1])
        hint = f" There is one of this name in namespace {listed(elsewhere)}." if elsewhere else ""
        yield Finding(
            "secret.missing",
            ERROR,
            secret_title(key),
            f"does not exist, but {listed([each.title for each in endpoints])} should be served over it.{hint}",
            "create a Certificate for it in this namespace: an Ingress can't use Secrets of other namespaces",
            evidence(endpoints, found_in=elsewhere),
        )


def unreadable(fleet: Fleet) -> Iterator[Finding]:
    """No certificate in what should be served."""
    for key, secret in _known(fleet):
        if secret.leaf is None and fleet.served.get(key):
            yield Finding(
                "secret.unreadable",
                ERROR,
                secret_title(key),
                f"{secret.error}.",
                "see what writes this Secret",
                evidence(fleet.served[key]),
            )


def validity(fleet: Fleet) -> Iterator[Finding]:
    """Expired, not valid yet, or expiring within the time that was asked for (RFC 5280, 4.1.2.5)."""
    for key in fleet.shown_secrets:
        end, served = fleet.not_after(key), evidence(fleet.served.get(key, []))
        if end is None:
            continue
        ends = {**served, "not_after": rfc3339(end)}
        if end <= fleet.now:
            message = f"its certificate expired at {rfc3339(end)}."
            yield Finding("certificate.expired", ERROR, secret_title(key), message, _renewal(fleet, key), ends)
        elif fleet.within is not None and end - fleet.now <= fleet.within:
            message = f"its certificate ends in {in_words(end - fleet.now)}, at {rfc3339(end)}."
            yield Finding("certificate.expiring", WARNING, secret_title(key), message, _renewal(fleet, key), ends)
        secret = fleet.secrets.get(key)
        if secret and secret.leaf and secret.leaf.not_before > fleet.now + _CLOCKS_DIFFER:
            message = f"its certificate is not valid before {rfc3339(secret.leaf.not_before)}."
            yield Finding("certificate.not_yet_valid", ERROR, secret_title(key), message, "compare the clocks", served)


def untrusted(fleet: Fleet) -> Iterator[Finding]:
    """Certificates that no client trusts, where they are served: of CAs for tests, and of controllers."""
    for key, secret in _known(fleet):
        served = fleet.served.get(key)
        if served and secret.staging_authority:
            yield Finding(
                "certificate.staging",
                WARNING,
                secret_title(key),
                f"its certificate is signed by {secret.staging_authority}, which no client trusts.",
                "name an issuer of the CA's production server, and renew",
                evidence(served),
            )
        if served and secret.default_certificate:
            yield Finding(
                "secret.default_certificate",
                WARNING,
                secret_title(key),
                f"it holds the default or temporary certificate of {secret.default_certificate}.",
                "see why its Certificate is not ready",
                evidence(served),
            )


def orphaned(fleet: Fleet) -> Iterator[Finding]:
    """cert-manager wrote it, but its Certificate is gone: nobody renews it. A mirror of a kept one is none."""
    if "certificates" in fleet.errors or fleet.shown is not None:
        return
    kept = {
        secret.leaf.fingerprint_sha256 for key, secret in fleet.secrets.items() if secret.leaf and key in fleet.claims
    }
    for key, secret in fleet.secrets.items():
        if not secret.certificate_name or key in fleet.claims:
            continue
        if secret.leaf and secret.leaf.fingerprint_sha256 in kept:
            continue
        served = fleet.served.get(key, [])
        where = f"it is still served for {listed([each.title for each in served])}" if served else "nothing serves it"
        yield Finding(
            "secret.orphaned",
            WARNING,
            secret_title(key),
            f"its Certificate {key[0]}/{secret.certificate_name} no longer exists or keeps another Secret: "
            f"nobody renews it; {where}.",
            "create the Certificate again" if served else "delete it if no pod uses it",
            evidence(served),
        )


def _known(fleet: Fleet) -> Iterator[tuple[Key, TlsSecret]]:
    for key in fleet.shown_secrets:
        if key in fleet.secrets:
            yield key, fleet.secrets[key]


def _renewal(fleet: Fleet, key: Key) -> str:
    certificate = fleet.certificate_of(key)
    if certificate is None:
        return "renew it where it comes from; no Certificate keeps it"
    return f"see why Certificate {key[0]}/{certificate['metadata']['name']} was not renewed (certificate_status)"
