# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificate signing requests (PKCS #10, RFC 2986), as cert-manager 1.21 builds them (pkg/util/pki/csr.go)."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from . import content, subject
from .keys import signature_hash
from .leaf import X509Error

if t.TYPE_CHECKING:
    from .keys import PrivateKey


def certificate_request(body: Mapping[str, t.Any], key: PrivateKey) -> bytes:
    """Build and sign the request (DER) for a Certificate.spec.

    Usages are in it unless encodeUsagesInRequest is false. Basic constraints are not: whether it becomes a CA is the
    issuer's business, as in cert-manager without its feature gate for that.

    :raises X509Error: a name or usage can't be written, there is no name at all, or the signature algorithm doesn't fit
        the key
    """
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding

    name = subject.of_body(body)
    names = content.alternative_names(body)
    if names is None and not name.get_attributes_for_oid(x509.NameOID.COMMON_NAME):
        raise X509Error("no name at all: neither a common name nor an alternative name")
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    if names is not None:
        builder = builder.add_extension(names, critical=not name.rdns)
    if body.get("encodeUsagesInRequest") is not False:
        if (usage := content.key_usage(body)) is not None:
            builder = builder.add_extension(usage, critical=True)
        if (purposes := content.extended_key_usage(body)) is not None:
            builder = builder.add_extension(purposes, critical=False)
    if (constraints := content.name_constraints(body)) is not None:
        builder = builder.add_extension(constraints, critical=bool(body["nameConstraints"].get("critical")))
    try:
        signed = builder.sign(key, signature_hash(key, body.get("signatureAlgorithm")))
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise X509Error(f"signatureAlgorithm: {error}") from None
    return signed.public_bytes(Encoding.DER)
