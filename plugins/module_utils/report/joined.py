# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The TLS of many clusters as if it were one: each namespace bears its cluster's name, ``production/shop``."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Row = t.Mapping[str, t.Any]

_EARLIEST = ("next_expiry", "next_renewal")
_NAMESPACES = ("namespace", "secret_namespace")


def join(clusters: Mapping[str, Row]) -> dict[str, t.Any]:
    """One result of tls_info from those of many, by the clusters' names; a failed result is what could not be seen.

    :raises KeyError: something is missing in a result
    """
    seen = {name: tls for name, tls in clusters.items() if not tls.get("failed")}
    unreadable = {name: tls.get("msg") or "could not be seen" for name, tls in clusters.items() if tls.get("failed")}
    for name, tls in seen.items():
        unreadable |= {f"{name}: {kind}": answer for kind, answer in tls["unreadable"].items()}
    return {
        "hosts": _rows(seen, "hosts"),
        "certificates": _rows(seen, "certificates"),
        "issuers": _rows(seen, "issuers"),
        "findings": [
            {**finding, "object": f"{name}: {finding['object']}"}
            for name, tls in seen.items()
            for finding in tls["findings"]
        ],
        "summary": _summary([tls["summary"] for tls in seen.values()]),
        "unreadable": unreadable,
        "msg": "\n".join(f"{name}: {tls.get('msg')}" for name, tls in clusters.items()),
    }


def _rows(clusters: Mapping[str, Row], part: str) -> list[dict[str, t.Any]]:
    return [_placed(name, row) for name, tls in clusters.items() for row in tls[part]]


def _placed(cluster: str, row: Row) -> dict[str, t.Any]:
    """The row with its cluster before each namespace; what is cluster-wide gets the cluster for one."""
    places = {key: f"{cluster}/{row[key]}" for key in _NAMESPACES if row.get(key)}
    return {**row, **({} if row.get("namespace") else {"namespace": cluster}), **places}


def _summary(summaries: Iterable[Row]) -> dict[str, t.Any]:
    total: dict[str, t.Any] = dict.fromkeys(_EARLIEST)
    for summary in summaries:
        for key, value in summary.items():
            if key in _EARLIEST:
                total[key] = min(filter(None, (total[key], value)), default=None)
            else:
                total[key] = total.get(key, 0) + value
    counts = ("hosts", "hosts_with_tls", "certificates", "certificates_ready", "issuers", "issuers_ready")
    return {**dict.fromkeys((*counts, "errors", "warnings"), 0), **total}
