# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a report says of each host and certificate: its state, and when it ends. Worst first."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .times import When, moment, when

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

Row = t.Mapping[str, t.Any]

# The worst first.
ERROR, WARNING, UNKNOWN, OK = "error", "warning", "unknown", "ok"
STATES = (ERROR, WARNING, UNKNOWN, OK)
_TERMINATIONS = {
    "default_certificate": "the controller's default certificate",
    "passthrough": "passed through to what stands behind",
    "acm": "AWS Certificate Manager",
    "none": "no TLS",
}


def severities(findings: Iterable[Row]) -> dict[str, str]:
    """Code → the severity of the worst finding with it."""
    found: dict[str, str] = {}
    for finding in findings:
        found[finding["code"]] = worst([finding["severity"], found.get(finding["code"], OK)])
    return found


def worst(states: Sequence[str]) -> str:
    """The worst of them, OK when there is none."""
    return min(states, key=STATES.index, default=OK)


@dataclass(frozen=True)
class Line:
    """One line of a table.

    :param name: the host, or the Certificate
    :param place: what serves it
    :param kept: the Secret and the Certificate that keeps it, or how else TLS ends there
    :param codes: of what was found about it
    """

    name: str
    place: str
    kept: str
    issuer: str
    signer: str
    ends: When | None
    renews: When | None
    state: str
    codes: tuple[str, ...]


def hosts(tls: Row, now: datetime) -> list[Line]:
    """Every host that is served."""
    severity = severities(tls["findings"])
    return _sorted(_host(row, severity, now) for row in tls["hosts"])


def unserved(tls: Row, now: datetime) -> list[Line]:
    """Certificates that no Ingress or Gateway serves."""
    severity = severities(tls["findings"])
    return _sorted(_certificate(row, severity, now) for row in tls["certificates"] if not row["served_by"])


def _sorted(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (STATES.index(line.state), line.ends.iso if line.ends else "~", line.name))


def _host(row: Row, severity: Mapping[str, str], now: datetime) -> Line:
    listener = f", listener {row['listener']}" if row["listener"] else ""
    return Line(
        name=row["host"],
        place=f"{row['kind']} {row['namespace']}/{row['name']}{listener}",
        kept=_kept(row),
        issuer=_issuer(row),
        signer=_signer(row),
        ends=when(row["not_after"], now),
        renews=when(row["renewal_time"], now),
        state=state(row, severity, now, known=row["termination"] != "secret"),
        codes=tuple(row["findings"]),
    )


def _certificate(row: Row, severity: Mapping[str, str], now: datetime) -> Line:
    return Line(
        name=f"{row['namespace']}/{row['name']}",
        place=", ".join(row["dns_names"]) or "no DNS name",
        kept=f"Secret {row['secret_name']}",
        issuer=_issuer(row),
        signer=_signer(row),
        ends=when(row["not_after"], now),
        renews=when(row["renewal_time"], now),
        state=state(row, severity, now),
        codes=tuple(row["findings"]),
    )


def state(row: Row, severity: Mapping[str, str], now: datetime, known: bool = False) -> str:
    """The worst that was found; UNKNOWN where nothing was, but no date either.

    :param known: whether a missing date means nothing
    """
    end = moment(row["not_after"])
    found = [severity.get(code, WARNING) for code in row["findings"]]
    if end is None and not known:
        found.append(UNKNOWN)
    elif end is not None and end <= now:
        found.append(ERROR)
    return worst(found)


def _kept(row: Row) -> str:
    if row["secret_name"] is None:
        return _TERMINATIONS.get(row["termination"]) or str(row["termination"])
    return f"Secret {row['secret_name']}" + (", kept by nobody" if row["certificate"] is None else "")


def _issuer(row: Row) -> str:
    reference = row["issuer_ref"]
    return f"{reference['kind']} {reference['name']}" if reference else ""


def _signer(row: Row) -> str:
    odd = row.get("default_certificate") or row.get("staging_authority")
    return str(odd or ("itself" if row["self_signed"] else row["issued_by"]) or "")
