# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a page about the TLS of a cluster shows, from what tls_info and certificate_status have returned."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from . import rows, timeline
from .times import moment, when

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

Row = t.Mapping[str, t.Any]

_TREE = "│├└─ "


@dataclass(frozen=True)
class Total:
    """A number of the summary."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class TreeLine:
    """One line of a chain; ``indent`` is the width of what draws the tree, in characters."""

    text: str
    indent: int


def view(tls: Row, chains: Sequence[Row], now_text: str) -> dict[str, t.Any]:
    """The variables of the template; every string in them is as it was read, not escaped.

    :param tls: the result of tls_info
    :param chains: results of certificate_status
    :param now_text: the time of the report (RFC 3339, UTC)
    :raises ValueError: that isn't one
    :raises KeyError: something is missing in the result
    """
    now = t.cast("datetime", moment(now_text))
    findings = [dict(finding) for finding in tls["findings"]]
    return {
        "made": {"iso": now_text, "words": f"{now.day} {now:%B %Y, %H:%M} UTC"},
        "verdict": _verdict(tls["summary"], tls["unreadable"]),
        "totals": _totals(tls["summary"], now),
        "timeline": timeline.draw(tls, now),
        "findings": findings,
        "anchors": {finding["code"]: number for number, finding in reversed(list(enumerate(findings, 1)))},
        "chains": [_chain(chain) for chain in chains],
        "hosts": rows.hosts(tls, now),
        "unserved": rows.unserved(tls, now),
        "issuers": [_issuer(row) for row in tls["issuers"]],
        "unreadable": dict(tls["unreadable"]),
        "words": {"error": "error", "warning": "warning", "unknown": "not known", "ok": "good"},
    }


def _verdict(summary: Row, unreadable: Mapping[str, str]) -> dict[str, str]:
    errors, warnings = _count(summary["errors"], "error"), _count(summary["warnings"], "warning")
    if summary["errors"]:
        words = f"{errors}, {warnings}" if summary["warnings"] else errors
        return {"state": rows.ERROR, "words": words}
    if summary["warnings"]:
        return {"state": rows.WARNING, "words": f"No errors, {warnings}"}
    if unreadable:
        return {"state": rows.UNKNOWN, "words": "Nothing found, but not all was seen"}
    return {"state": rows.OK, "words": "All is well"}


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _totals(summary: Row, now: datetime) -> list[Total]:
    expiry, renewal = when(summary["next_expiry"], now), when(summary["next_renewal"], now)
    return [
        Total("Hosts", str(summary["hosts"]), f"{summary['hosts_with_tls']} with TLS"),
        Total("Certificates", str(summary["certificates"]), f"{summary['certificates_ready']} ready"),
        Total("Issuers", str(summary["issuers"]), f"{summary['issuers_ready']} ready"),
        Total("Earliest expiry", expiry.words if expiry else "not known", expiry.day if expiry else ""),
        Total("Earliest renewal", renewal.words if renewal else "not known", renewal.day if renewal else ""),
    ]


def _issuer(row: Row) -> dict[str, t.Any]:
    return {
        "name": f"{row['namespace']}/{row['name']}" if row["namespace"] else row["name"],
        "kind": row["kind"],
        "type": row["type"] or "not known",
        "server": row["server"] or "",
        "state": rows.OK if row["ready"] else rows.ERROR,
        "message": row["message"] or "",
        "certificates": row["certificates"],
    }


def _chain(status: Row) -> list[TreeLine]:
    return [TreeLine(line, len(line) - len(line.lstrip(_TREE))) for line in status["msg"].splitlines()]
