# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates that nobody asked for: a controller's default certificate, and those of CAs made for tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .leaf import CertificateInfo


@dataclass(frozen=True)
class Mark:
    """Beginnings of names by which a certificate is known; an empty one fits all."""

    owner: str
    common_name: str = ""
    issuer_common_name: str = ""
    organization: str = ""
    serial_number: str = ""  # the subject's attribute, not the certificate's number

    def fits(self, certificate: CertificateInfo) -> bool:
        attributes = certificate.subject_attributes
        return (
            certificate.common_name.startswith(self.common_name)
            and certificate.issuer_common_name.startswith(self.issuer_common_name)
            and any(value.startswith(self.organization) for value in attributes.get("organizations", ("",)))
            and any(value.startswith(self.serial_number) for value in attributes.get("serialNumber", ("",)))
        )


# Served where no Secret fits the host asked for, or where the Secret can't be used.
DEFAULTS = (
    Mark("ingress-nginx or HAProxy Ingress", common_name="Kubernetes Ingress Controller Fake Certificate"),
    Mark("Kong", common_name="localhost", organization="Kong"),
    Mark("NGINX Ingress Controller (F5)", common_name="NGINXIngressController"),
    Mark("OpenShift's router", common_name="*.apps", issuer_common_name="ingress-operator@"),
    Mark("Traefik", common_name="TRAEFIK DEFAULT CERT"),
    # Put into the Secret until the real one is issued (annotation cert-manager.io/issue-temporary-certificate).
    Mark("cert-manager (temporary)", issuer_common_name="cert-manager.local", serial_number="1234567890"),
)

# Their certificates are issued as real ones are, but no client trusts them.
STAGING_AUTHORITIES = (
    Mark("Let's Encrypt staging", issuer_common_name="(STAGING) "),
    Mark("Pebble", issuer_common_name="Pebble Intermediate CA "),
    Mark("Pebble", issuer_common_name="Pebble Root CA "),
)


def default_certificate(leaf: CertificateInfo) -> str | None:
    """Return whose default or temporary certificate it is, or None."""
    return next((mark.owner for mark in DEFAULTS if mark.fits(leaf)), None)


def staging_authority(chain: Iterable[CertificateInfo]) -> str | None:
    """Return the CA for tests that signed one of the chain's certificates, or None."""
    certificates = tuple(chain)
    return next((mark.owner for mark in STAGING_AUTHORITIES if any(map(mark.fits, certificates))), None)
