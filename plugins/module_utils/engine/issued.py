# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Let's Encrypt gave lately, as far as it is still in the cluster: in Secrets, and in CertificateRequests."""

from __future__ import annotations

import base64
import binascii
import re
import typing as t

from ..diagnose.lets_encrypt import WEEK
from ..spec import kinds
from ..x509.leaf import CertificateInfo, X509Error, parse_chain, rfc3339

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from . import ports
    from .evidence import Reader

# cert-manager puts it on every Secret that it issues into, and the direct engine does the same.
_ISSUED = "controller.cert-manager.io/fao=true"
_NAME, _REVISION = "cert-manager.io/certificate-name", "cert-manager.io/certificate-revision"
_AUTHORITY = re.compile(r"(^|,)O=Let's Encrypt(,|$)")  # its staging CAs are "(STAGING) Let's Encrypt"


def lately(reader: Reader, now: datetime) -> Iterator[ports.Object]:
    """Evidence.issued: names, when, and whether it is known to be the first of its Certificate; each certificate once.

    :param now: those of the week before count
    """
    firsts = {_key(item, item["metadata"]["name"]) for item in reader.list(kinds.CERTIFICATE) if _revision(item) == 1}
    seen = set()
    for item, pem, first in _kept(reader, firsts):
        leaf = _leaf(pem)
        if leaf is None or leaf.serial_number in seen or not now - WEEK < leaf.not_before <= now:
            continue
        seen.add(leaf.serial_number)
        names = sorted({*leaf.dns_names, *leaf.ip_addresses})
        title = f"{item['metadata']['namespace']}/{item['metadata']['name']}"
        yield {"names": names, "at": rfc3339(leaf.not_before), "first": first, "object": title}


def _kept(reader: Reader, firsts: set[tuple[str, str]]) -> Iterator[tuple[ports.Object, str, bool]]:
    for item in reader.list(kinds.CERTIFICATE_REQUEST):
        first = (item["metadata"].get("annotations") or {}).get(_REVISION) == "1"
        yield item, str((item.get("status") or {}).get("certificate") or ""), first
    for item in reader.list(kinds.SECRET, labels=_ISSUED):
        name = (item["metadata"].get("annotations") or {}).get(_NAME, "")
        yield item, str((item.get("data") or {}).get("tls.crt") or ""), _key(item, name) in firsts


def _key(item: ports.Object, name: str) -> tuple[str, str]:
    return item["metadata"]["namespace"], name


def _revision(certificate: ports.Object) -> int | None:
    revision: int | None = (certificate.get("status") or {}).get("revision")
    return revision


def _leaf(encoded: str) -> CertificateInfo | None:
    """The leaf of base64 PEM, None where it isn't one of this CA's, or can't be read."""
    try:
        leaf = parse_chain(base64.b64decode(encoded, validate=True))[0]
    except (binascii.Error, X509Error, IndexError):
        return None
    return leaf if _AUTHORITY.search(leaf.issuer) else None
