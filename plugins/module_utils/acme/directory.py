# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The directory of an ACME server: where its resources are, and what it says of itself (RFC 8555, 7.1.1)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .answer import Answer


@dataclass(frozen=True)
class Meta:
    """What a server says of itself.

    :param profiles: name → description of the certificates it makes (draft-ietf-acme-profiles)
    :param external_account_required: a new account has to be bound to an account at the CA
    :param caa_identities: the domain names that it looks for in CAA records (RFC 8659)
    :param account_hash_prefix: what hashed account URIs start with (draft-ietf-acme-dns-persist)
    """

    terms_of_service: str | None = None
    website: str | None = None
    caa_identities: tuple[str, ...] = ()
    external_account_required: bool = False
    profiles: Mapping[str, str] = field(default_factory=dict)
    account_hash_prefix: str | None = None


@dataclass(frozen=True)
class Directory:
    """Resources by name ("newOrder"), absolute URLs, and the server's metadata."""

    resources: Mapping[str, str]
    meta: Meta


def directory_in(answer: Answer) -> Directory | None:
    """The directory in an answer, None when it is none: it must tell where nonces, accounts and orders are made."""
    document = answer.json()
    resources = {name: value for name, value in document.items() if isinstance(value, str)}
    if not {"newNonce", "newAccount", "newOrder"} <= resources.keys():
        return None
    said = document.get("meta")
    meta = said if isinstance(said, dict) else {}
    profiles = meta.get("profiles")
    return Directory(
        resources,
        Meta(
            terms_of_service=meta.get("termsOfService"),
            website=meta.get("website"),
            caa_identities=tuple(meta.get("caaIdentities") or ()),
            external_account_required=bool(meta.get("externalAccountRequired")),
            profiles=dict(profiles) if isinstance(profiles, dict) else {},
            account_hash_prefix=meta.get("accountHashPrefix"),
        ),
    )
