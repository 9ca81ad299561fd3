# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Secret of a certificate, as cert-manager 1.21 writes it, so that either engine takes it from the other as it is.

Source: pkg/controller/certificates/issuing/internal/secret.go, internal/controller/certificates/certificates.go.
"""

from __future__ import annotations

import base64
import typing as t
from datetime import datetime

from ..x509 import keys
from ..x509.leaf import parse_chain
from . import kinds, secret_formats

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..x509.keys import PrivateKey
    from ..x509.leaf import CertificateInfo
    from ..x509.signing import Issued
    from .certificate import CertificateSpec

Body = t.Mapping[str, t.Any]
Manifest = dict[str, t.Any]

TYPE = "kubernetes.io/tls"
_PREFIX = "cert-manager.io/"
_MANAGED = {"controller.cert-manager.io/fao": "true"}
_NEXT_KEY = {"cert-manager.io/next-private-key": "true"}

# Fields of Certificate.spec.subject and their annotations, which are left out when empty.
_SUBJECT = {
    "organizations": "subject-organizations",
    "organizationalUnits": "subject-organizationalunits",
    "countries": "subject-countries",
    "provinces": "subject-provinces",
    "localities": "subject-localities",
    "postalCodes": "subject-postalcodes",
    "streetAddresses": "subject-streetaddresses",
}

ALL_DATA_KEYS = frozenset({"tls.crt", "tls.key", "ca.crt"}) | secret_formats.ALL_DATA_KEYS


def data_keys(body: Body, with_ca: bool) -> frozenset[str]:
    """Return the keys of the data that a Certificate.spec asks for.

    :param with_ca: whether the issuer names its CA, as ACME doesn't
    """
    return frozenset({"tls.crt", "tls.key"} | ({"ca.crt"} if with_ca else set())) | secret_formats.data_keys(
        body, with_ca
    )


def metadata(certificate: CertificateSpec, leaf: CertificateInfo) -> Manifest:
    """Return all of the metadata that is ours; `leaf` is the certificate in it."""
    body = certificate.body
    template, reference = body.get("secretTemplate") or {}, body["issuerRef"]
    annotations = {
        **(template.get("annotations") or {}),
        **_details(leaf),
        f"{_PREFIX}certificate-name": certificate.name,
        **{f"{_PREFIX}issuer-{part}": reference.get(part) or "" for part in ("name", "kind", "group")},
    }
    return {
        "name": certificate.secret_name,
        "namespace": certificate.namespace,
        "annotations": annotations,
        "labels": {**(template.get("labels") or {}), **_MANAGED},
    }


def manifest(
    certificate: CertificateSpec,
    issued: Issued,
    key: PrivateKey,
    now: datetime,
    passwords: Mapping[str, str] | None = None,
    live: Mapping[str, t.Any] | None = None,
) -> Manifest:
    """Return the whole Secret, to be applied.

    :param now: the time that new Java keystores carry
    :param passwords: of the keystores "jks" and "pkcs12" that refer to a Secret for it
    :param live: the Secret that is there. Its type stays, since it can't be changed, and keystores that hold the same are
        kept octet by octet
    :raises X509Error: the certificate can't be read, or a keystore can't be written
    """
    old = {name: base64.b64decode(value) for name, value in ((live or {}).get("data") or {}).items()}
    data = {
        "tls.crt": issued.chain,
        "tls.key": keys.encode(key, keys.wanted(certificate.body).encoding),
        **({"ca.crt": issued.ca} if issued.ca else {}),
        **secret_formats.data(certificate.body, issued, key, now, passwords or {}, old),
    }
    secret_type = (live or {}).get("type") or TYPE
    return _secret(metadata(certificate, parse_chain(issued.chain)[0]), data, secret_type)


def next_key_manifest(secret_name: str, namespace: str, certificate_name: str, key: PrivateKey) -> Manifest:
    """Return the Secret that keeps a key until its certificate is issued (keymanager_controller.go).

    cert-manager has the API server choose its name, and finds it by label and owner; without a right to list Secrets it
    needs a name of its own, and the Certificate's in an annotation.
    """
    described = {
        "name": secret_name,
        "namespace": namespace,
        "annotations": {f"{_PREFIX}certificate-name": certificate_name},
        "labels": {**_NEXT_KEY, **_MANAGED},
    }
    return _secret(described, {"tls.key": keys.encode(key, "PKCS8")}, "Opaque")


def _secret(described: Manifest, data: Mapping[str, bytes], secret_type: str) -> Manifest:
    return {
        "apiVersion": kinds.SECRET.api_version,
        "kind": kinds.SECRET.kind,
        "metadata": described,
        "type": secret_type,
        "data": {key: base64.b64encode(value).decode() for key, value in data.items()},
    }


def _details(leaf: CertificateInfo) -> dict[str, str]:
    """What the certificate says (AnnotationsForCertificate); the names are there even when empty."""
    subject = leaf.subject_attributes
    optional = {
        "subject-serialnumber": "".join(subject.get("serialNumber", ())),
        **{annotation: _csv(subject.get(field, ())) for field, annotation in _SUBJECT.items()},
        "email-sans": _csv(leaf.email_addresses),
    }
    details = {
        "common-name": leaf.common_name,
        **{annotation: value for annotation, value in optional.items() if value},
        "alt-names": _csv(leaf.dns_names),
        "ip-sans": _csv(leaf.ip_addresses),
        "uri-sans": _csv(leaf.uris),
    }
    return {_PREFIX + annotation: value for annotation, value in details.items()}


def _csv(values: Iterable[str]) -> str:
    r"""Write one line of CSV as Go does (encoding/csv, Writer.fieldNeedsQuotes)."""

    def quoted(value: str) -> str:
        special = value == r"\." or value[:1].isspace() or any(each in value for each in ',"\r\n')
        return '"' + value.replace('"', '""') + '"' if special else value

    return ",".join(map(quoted, values))
