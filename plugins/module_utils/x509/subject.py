# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Distinguished names, written byte by byte as cert-manager writes them.

A certificate names its issuer by the issuer's subject, and many clients compare the two octet by octet. A CA that is
renewed with its old key must therefore keep every octet of its subject, whoever renews it.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterable, Mapping

from .leaf import X509Error

if t.TYPE_CHECKING:
    from cryptography import x509

# The parts of Certificate.spec in the order of their RDNs (Go, crypto/x509/pkix, Name.ToRDNSequence).
_ORDER = (
    ("2.5.4.6", "countries"),
    ("2.5.4.8", "provinces"),
    ("2.5.4.7", "localities"),
    ("2.5.4.9", "streetAddresses"),
    ("2.5.4.17", "postalCodes"),
    ("2.5.4.10", "organizations"),
    ("2.5.4.11", "organizationalUnits"),
    ("2.5.4.3", "commonName"),
    ("2.5.4.5", "serialNumber"),
)
# What becomes a PrintableString; all else becomes a UTF8String (Go, encoding/asn1, isPrintable).
_PRINTABLE = re.compile(r"[A-Za-z0-9 '()+,./:=?-]*\Z")


def of_body(body: Mapping[str, t.Any]) -> x509.Name:
    """Return the subject that a Certificate.spec asks for: its literalSubject, else commonName and subject.

    :raises X509Error: it can't be written in a certificate
    """
    from cryptography import x509

    if body.get("literalSubject"):
        return literal(body["literalSubject"])
    parts = {**(body.get("subject") or {}), "commonName": body.get("commonName")}
    rdns = []
    for oid, field in _ORDER:
        values = parts.get(field) or ()
        values = [values] if isinstance(values, str) else values
        if values:  # all values of a field share one RDN
            rdns.append(_rdn(field, [(x509.ObjectIdentifier(oid), value) for value in dict.fromkeys(values)]))
    return x509.Name(rdns)


def literal(text: str) -> x509.Name:
    """Read a name in the form of RFC 4514, whose last part comes first in the certificate (2.1).

    :raises X509Error: the text isn't such a name
    """
    from cryptography import x509

    known = {"SERIALNUMBER": x509.NameOID.SERIAL_NUMBER}  # cert-manager knows it beside those of RFC 4514, 3
    try:
        name = x509.Name.from_rfc4514_string(text, known)
    except ValueError as error:
        raise X509Error(f"literalSubject {text!r} is not a distinguished name (RFC 4514): {error}") from error
    return x509.Name(_rdn("literalSubject", [(each.oid, str(each.value)) for each in rdn]) for rdn in name.rdns)


def _rdn(field: str, pairs: Iterable[tuple[x509.ObjectIdentifier, str]]) -> x509.RelativeDistinguishedName:
    from cryptography import x509
    from cryptography.x509.name import _ASN1Type

    try:
        return x509.RelativeDistinguishedName(
            x509.NameAttribute(
                oid, value, _ASN1Type.PrintableString if _PRINTABLE.match(value) else _ASN1Type.UTF8String
            )
            for oid, value in pairs
        )
    except ValueError as error:
        raise X509Error(f"{field}: {error}") from error
