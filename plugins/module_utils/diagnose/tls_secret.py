# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A TLS Secret without its key: what it serves, and who says to keep it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ..x509.default_certificate import default_certificate, staging_authority
from ..x509.leaf import CertificateInfo, X509Error, parse_chain
from . import readiness
from .secret_facts import CERTIFICATE_NAME

Object = t.Mapping[str, t.Any]

_END = b"-----END CERTIFICATE-----"


@dataclass(frozen=True)
class TlsSecret:
    """What is known of one Secret.

    :param leaf: the certificate that is served; None with the reason in ``error``
    :param certificate_name: the Certificate that cert-manager wrote it for, None when it didn't
    """

    namespace: str
    name: str
    leaf: CertificateInfo | None
    error: str
    certificate_name: str | None

    @property
    def staging_authority(self) -> str | None:
        """The CA for tests that signed it."""
        return staging_authority([self.leaf]) if self.leaf else None

    @property
    def default_certificate(self) -> str | None:
        """Whose default or temporary certificate it is."""
        return default_certificate(self.leaf) if self.leaf else None


def read(secret: Object) -> TlsSecret:
    """Take over what is public of a Secret."""
    metadata = secret["metadata"]
    kept_for = (metadata.get("annotations") or {}).get(CERTIFICATE_NAME)
    try:
        leaf, error = _leaf(readiness.value(secret, "tls.crt")), ""
    except X509Error as problem:
        leaf, error = None, str(problem)
    return TlsSecret(metadata["namespace"], metadata["name"], leaf, error, kept_for)


def _leaf(pem: bytes) -> CertificateInfo:
    """The first certificate. Its signers are left unread: with thousands of Secrets that is half of the work."""
    if not pem:
        raise X509Error("it has no tls.crt yet")
    first, end, _rest = pem.partition(_END)
    return parse_chain(first + end)[0]
