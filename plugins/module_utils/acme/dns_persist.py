# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the TXT record of a dns-persist-01 challenge says (draft-ietf-acme-dns-persist). Pure.

    draft 00, 01 (Pebble, Let's Encrypt's staging):  authority.example; accounturi=ACCOUNT URL; policy=wildcard
    draft 02:                                        authority.example; accounturi=PREFIXsha-256/HASH; policy=wildcard

Which of them it is, the name of the challenge's member tells in which the CA's domain names are.
"""

from __future__ import annotations

import hashlib
import typing as t

from .. import errors
from ..diagnose.acme_problem import Problem
from .keys import base64url

if t.TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_ISSUERS = 10


def value(
    challenge: Mapping[str, t.Any],
    domain: str,
    wildcard: bool,
    account_uri: str,
    thumbprint: str,
    prefix: str | None,
) -> str:
    """The record's content.

    :param challenge: the challenge object
    :param domain: that is validated, without ``*.``
    :param wildcard: whether for all names below it
    :param thumbprint: of the account's key (RFC 7638)
    :param prefix: accountHashPrefix of the directory's metadata
    :raises AcmeError: the challenge is malformed
    """
    hashed = "issuerDomainNames" in challenge
    issuers = challenge.get("issuerDomainNames" if hashed else "issuer-domain-names")
    if not isinstance(issuers, list) or not 0 < len(issuers) <= _MOST_ISSUERS:
        raise _malformed(domain, f"it names no issuer, or more than {_MOST_ISSUERS}")
    if hashed and not prefix:
        raise _malformed(domain, "the directory has no accountHashPrefix")
    account = hashed_uri(str(prefix), domain, thumbprint, account_uri) if hashed else account_uri
    return "; ".join([str(issuers[0]), f"accounturi={account}", *(["policy=wildcard"] if wildcard else [])])


def hashed_uri(prefix: str, domain: str, thumbprint: str, account_uri: str) -> str:
    """The account's URI for one domain, which doesn't tell others what else the account is used for (draft 02, 4.1)."""
    name = domain.encode("ascii")
    digest = hashlib.sha256(bytes([len(name)]) + name + thumbprint.encode("ascii") + account_uri.encode("ascii"))
    return f"{prefix}sha-256/{base64url(digest.digest())}"


def _malformed(domain: str, detail: str) -> errors.AcmeError:
    return errors.AcmeError(f"answer the dns-persist-01 challenge for {domain}", Problem("malformed", None, detail))
