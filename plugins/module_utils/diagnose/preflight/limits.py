# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Let's Encrypt's limits, counted from what is in the cluster: at least so many certificates were given."""

from __future__ import annotations

import typing as t
from collections import defaultdict
from datetime import datetime

from ...x509.leaf import rfc3339
from .. import lets_encrypt
from ..finding import ERROR, WARNING, Finding
from . import authority, solvers

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ..evidence import Evidence


def names(evidence: Evidence) -> Iterator[Finding]:
    """The profile takes so many names."""
    acme = evidence.acme or {}
    wanted = [each.name for each in solvers.names(evidence)]
    most = lets_encrypt.most_names(acme.get("profile"))
    known = authority.server(evidence) in (lets_encrypt.PRODUCTION, lets_encrypt.STAGING)
    if known and most is not None and len(wanted) > most:
        message = f"asks for {len(wanted)} names; Let's Encrypt puts at most {most} into a certificate of this profile."
        remedy = "divide them among several certificates"
        seen = {"names": len(wanted), "most": most, "profile": acme.get("profile")}
        yield Finding("lets_encrypt.too_many_names", ERROR, solvers.title(evidence), message, remedy, seen)


def issued(evidence: Evidence) -> Iterator[Finding]:
    """Let's Encrypt gives another certificate for exactly these names, and for their domains."""
    if authority.server(evidence) != lets_encrypt.PRODUCTION:
        return
    wanted = frozenset(each.name.lower() for each in solvers.names(evidence))
    again = [item for item in evidence.issued if frozenset(item["names"]) == wanted]
    limit = lets_encrypt.EXACT_SET
    free = lets_encrypt.free_at(limit, [_moment(item["at"]) for item in again], evidence.now)
    if free:
        message = (
            f"at least {len(again)} certificates for exactly these names were given within a week; Let's Encrypt gives "
            f"{limit.capacity}, the next from {rfc3339(free)} on."
        )
        remedy = "wait, restore the Secret from a backup, or add or leave out a name"
        seen = {"issued": [item["at"] for item in again], "free_at": rfc3339(free)}
        yield Finding("lets_encrypt.exact_set", ERROR, solvers.title(evidence), message, remedy, seen)
    if not again:  # a renewal doesn't count for its domain
        yield from _domains(evidence, wanted)


def _domains(evidence: Evidence, wanted: frozenset[str]) -> Iterator[Finding]:
    given = defaultdict(set)
    for item in evidence.issued:
        for domain in {lets_encrypt.registered_domain(name) for name in item["names"]} if item["first"] else ():
            given[domain].add((frozenset(item["names"]), item["at"]))
    limit = lets_encrypt.REGISTERED_DOMAIN
    for domain in sorted({lets_encrypt.registered_domain(name) for name in wanted}):
        moments = [_moment(at) for _names, at in given[domain]]
        free = lets_encrypt.free_at(limit, moments, evidence.now)
        if free:
            message = (
                f"at least {len(moments)} new certificates of {domain} were given within a week; Let's Encrypt gives "
                f"{limit.capacity}, the next from {rfc3339(free)} on, unless it has granted more."
            )
            remedy = "wait, put several names into one certificate, or ask Let's Encrypt for more"
            seen = {"domain": domain, "issued": len(moments), "free_at": rfc3339(free)}
            yield Finding("lets_encrypt.registered_domain", WARNING, solvers.title(evidence), message, remedy, seen)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
