# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Issuing with a key that is at hand: the certificate's own, or that of a CA in a Secret."""

from __future__ import annotations

import typing as t

from ... import errors
from ...diagnose import readiness
from ...diagnose.finding import ERROR, Finding, in_words
from ...spec import duration, kinds
from ...spec.certificate import DEFAULT_DURATION
from ...x509 import keys, signing
from ...x509.leaf import X509Error

if t.TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .observe import Issuer, Seen

_REMEDY = "correct what this names in the certificate's options or in the CA's Secret, and run the task again"


def issue(seen: Seen, issuer: Issuer, now: datetime) -> tuple[signing.Issued, keys.PrivateKey]:
    """A new certificate and its key.

    :raises NotReady: the CA can't sign, or what is wanted can't be written into a certificate
    """
    body = seen.wanted.body
    try:
        wanted = keys.wanted(body)
        key = reusable_key(seen, wanted) or keys.generate(wanted)
        return _sign(body, key, issuer, now), key
    except X509Error as error:
        finding = Finding("certificate.not_signed", ERROR, seen.wanted.title, f"{error}.", _REMEDY)
        raise errors.NotReady(in_words(f"{seen.wanted.title} was not issued.", [finding]), [finding]) from None


def reusable_key(seen: Seen, wanted: keys.KeySpec) -> keys.PrivateKey | None:
    """The key in the Secret, where it is to stay; one that is exposed is not.

    :raises X509Error: it must stay but is not as wanted
    """
    return None if seen.wanted.renew == "key_exposed" else keys.reusable(stored_key(seen), wanted)


def stored_key(seen: Seen) -> bytes:
    """The key in the Secret, b"" where there is none that can be read."""
    try:
        return readiness.value(seen.secret, "tls.key") if seen.secret else b""
    except X509Error:
        return b""


def _sign(body: Mapping[str, t.Any], key: keys.PrivateKey, issuer: Issuer, now: datetime) -> signing.Issued:
    lifetime = duration.parse(body.get("duration") or DEFAULT_DURATION)
    options = issuer.body.get("selfSigned", issuer.body.get("ca")) or {}
    pointers = signing.Pointers(
        tuple(options.get("crlDistributionPoints") or ()),
        tuple(options.get("ocspServers") or ()),
        tuple(options.get("issuingCertificateURLs") or ()),
    )
    if "selfSigned" in issuer.body:
        return signing.self_signed(body, key, lifetime, now, pointers)
    return signing.by_authority(body, key.public_key(), lifetime, now, authority(issuer), pointers)


def authority(issuer: Issuer) -> signing.Authority:
    """The CA of an issuer.

    :raises NotReady: its Secret is missing, or holds no CA
    """
    finding = _unusable(issuer)
    if isinstance(finding, Finding):
        raise errors.NotReady(in_words(f"{issuer.title} can't sign.", [finding]), [finding])
    return finding


def _unusable(issuer: Issuer) -> signing.Authority | Finding:
    name, namespace = issuer.body["ca"]["secretName"], issuer.place[1]
    secret = issuer.authority
    if secret is None:
        said = f"its Secret {name} does not exist in {namespace}."
        remedy = "make the Secret there, or correct ca.secret_name"
        return Finding("issuer.ca_secret_missing", ERROR, issuer.title, said, remedy)
    try:
        parts = [readiness.value(secret, key) for key in ("tls.crt", "tls.key", "ca.crt")]
        return signing.authority(*parts)
    except X509Error as error:
        said = f"{kinds.SECRET.title(namespace, name)} can't be used: {error}."
        remedy = "it needs a CA certificate as tls.crt and its key as tls.key"
        code = "issuer.not_a_ca" if "is not a CA" in str(error) else "issuer.ca_secret_unusable"
        return Finding(code, ERROR, issuer.title, said, remedy)
