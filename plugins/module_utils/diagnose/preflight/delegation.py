# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the TXT records of DNS-01 challenges go: a zone that is there, by a CNAME that the solver follows."""

from __future__ import annotations

import typing as t

from ...spec.solver_choice import DNS01
from ..checks import dns01
from ..finding import ERROR, WARNING, Finding
from . import solvers

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ..evidence import Evidence


def delegation(evidence: Evidence) -> Iterator[Finding]:
    """Each record has a zone, and is written where it is looked for (RFC 8555, 8.4)."""
    told = set()
    for name in solvers.by(evidence, DNS01):
        record = f"_acme-challenge.{name.host}".lower()
        if record in told or record not in evidence.dns.aliases:
            continue
        told.add(record)
        alias = evidence.dns.aliases[record]
        title = solvers.title(evidence)
        finding = dns01.dangling(evidence.dns, record, title, ERROR)
        strategy = ((name.solver or {}).get("dns01") or {}).get("cnameStrategy") or "None"
        if finding:
            yield finding
        elif alias != record and strategy != "Follow":
            message = (
                f"{record} is a CNAME to {alias}, but the solver writes the record at {record}, where nobody looks."
            )
            remedy = "set cname_strategy: Follow on the solver, or remove the CNAME"
            yield Finding("dns01.cname_not_followed", ERROR, title, message, remedy, {"name": record, "alias": alias})
        elif evidence.dns.zones.get(alias) is None:
            message = f"no zone was found for {record}, as asked from here."
            remedy = "see whether the zone is delegated, and its servers answer"
            yield Finding("dns01.zone_not_found", WARNING, title, message, remedy, {"name": record})
