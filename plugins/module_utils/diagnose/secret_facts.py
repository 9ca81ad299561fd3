# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a TLS Secret holds, as data: its certificate, who signed it, who keeps it; never a key byte."""

from __future__ import annotations

import typing as t

from ..spec import kinds
from ..x509 import chain
from ..x509.default_certificate import default_certificate, staging_authority
from ..x509.leaf import X509Error, parse_chain
from . import readiness

if t.TYPE_CHECKING:
    from ..x509.leaf import CertificateInfo
    from .evidence import Evidence

Object = t.Mapping[str, t.Any]

# cert-manager writes them on the Secret (pkg/apis/certmanager/v1/types.go).
CERTIFICATE_NAME = "cert-manager.io/certificate-name"
_ISSUER_NAME = "cert-manager.io/issuer-name"


def facts(found: Evidence, key_matches: bool | None) -> dict[str, t.Any]:
    """The Secret of a Certificate; what isn't known is None."""
    secret, name = found.secret, found.certificate["spec"]["secretName"]
    exists = None if secret is None and kinds.SECRET.plural in found.errors else secret is not None
    annotations = (secret or {}).get("metadata", {}).get("annotations") or {}
    certificates, error = _certificates(secret)
    return {
        "name": name,
        "exists": exists,
        "type": secret.get("type") if secret else None,
        "certificate_name": annotations.get(CERTIFICATE_NAME),
        "issuer_name": annotations.get(_ISSUER_NAME),
        "certificate": certificates[0].as_facts() if certificates else None,
        "chain": [chain.label(each) for each in certificates],
        "key_matches": key_matches,
        "staging_authority": staging_authority(certificates),
        "default_certificate": default_certificate(certificates[0]) if certificates else None,
        "error": error,
    }


def _certificates(secret: Object | None) -> tuple[tuple[CertificateInfo, ...], str | None]:
    """Those that are served, the leaf first, or why there are none."""
    if secret is None:
        return (), None
    try:
        pem = readiness.value(secret, "tls.crt")
        return (parse_chain(pem), None) if pem else ((), "it has no tls.crt yet")
    except X509Error as error:
        return (), str(error)
