# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a Certificate.spec asks of the certificate in its Secret."""

from __future__ import annotations

import typing as t

from ..spec import duration
from ..spec.certificate import DEFAULT_DURATION
from ..x509.content import DEFAULT_USAGES
from ..x509.match import Wanted

if t.TYPE_CHECKING:
    from collections.abc import Mapping


def from_body(body: Mapping[str, t.Any]) -> Wanted:
    """Translate Certificate.spec; what it doesn't say is cert-manager's default (no names, RSA, not a CA, 90 days)."""
    literal = body.get("literalSubject")
    key = body.get("privateKey") or {}

    def listed(field: str) -> tuple[str, ...] | None:
        # A literal subject may carry names that only cert-manager's own parser brings into the SANs.
        return None if literal and field not in body else tuple(body.get(field) or ())

    return Wanted(
        common_name=None if literal else body.get("commonName") or "",
        literal_subject=literal,
        subject=body.get("subject") or {},
        dns_names=listed("dnsNames"),
        ip_addresses=listed("ipAddresses"),
        uris=listed("uris"),
        email_addresses=listed("emailAddresses"),
        other_names=tuple((other["oid"], other["utf8Value"]) for other in body.get("otherNames") or ()),
        is_ca=bool(body.get("isCA")),
        usages=tuple(body.get("usages") or DEFAULT_USAGES),
        name_constraints=body.get("nameConstraints") or {},
        duration=duration.parse(body.get("duration") or DEFAULT_DURATION),
        key_algorithm=key.get("algorithm") or "RSA",
        key_size=key.get("size"),
    )
