# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a TXT record is seen on every authoritative server of its zone, and what is there instead."""

from __future__ import annotations

import typing as t

from .finding import ERROR, Finding

if t.TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from .dns_answers import Answer

_WRONG_ZONE = (
    "see whether the zone that the provider has written to is the one that is delegated to, and whether external-dns "
    "or another tool removes the record"
)
_BLOCKED = "open port 53, UDP and TCP, from here to the zone's servers, or set wait_instead_of_self_check on the solver"


def complete(answers: Sequence[Answer], values: Collection[str]) -> bool:
    """Whether there are servers, and all of them have all values."""
    return bool(answers) and all(_has(answer, values) for answer in answers)


def explain(name: str, values: Collection[str], answers: Sequence[Answer], zone: str | None) -> Finding:
    """The finding for a record that isn't complete.

    :param zone: the apex of the zone that the name is in; None where none was found
    """
    title = f"TXT record {name}"
    evidence: dict[str, t.Any] = {"name": name, "zone": zone, "answers": [answer.as_dict() for answer in answers]}
    if not answers:
        message = f"no authoritative servers are known for {name}" + (f", in zone {zone}." if zone else ".")
        return Finding(
            "dns01.zone_not_found", ERROR, title, message, "see whether the zone exists and is delegated", evidence
        )
    silent = [answer for answer in answers if not answer.certain]
    lacking = [answer for answer in answers if answer.certain and not _has(answer, values)]
    if lacking:
        message = f"{_servers(lacking)} of zone {zone} {'do' if len(lacking) > 1 else 'does'} not have the record yet."
        return Finding("dns01.not_propagated", ERROR, title, message, _WRONG_ZONE, evidence)
    said = ", ".join(sorted({answer.status for answer in silent}))
    message = f"{_servers(silent)} of zone {zone} can't be asked: {said}."
    return Finding("dns01.server_unreachable", ERROR, title, message, _BLOCKED, evidence)


def _has(answer: Answer, values: Collection[str]) -> bool:
    return set(values) <= set(answer.values)


def _servers(answers: Sequence[Answer]) -> str:
    return ", ".join(sorted(answer.server or "?" for answer in answers))
