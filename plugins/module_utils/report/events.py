# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What there is to tell of certificates, from what tls_info has returned: those that aren't right, and what has changed."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from datetime import timedelta

from .times import moment

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

Row = t.Mapping[str, t.Any]

FAILING, EXPIRING, WELL = "failing", "expiring", "well"
# Findings that mean: it ends soon, or has ended.
_ENDING = frozenset({"certificate.expired", "certificate.expiring", "renewal.overdue"})
# What is new only after this time, such as a renewal that is overdue: the patience of the checks and a little.
_GRACE = timedelta(minutes=16)
_FACTS = ("namespace", "name", "secret_name", "dns_names", "issuer_ref", "not_after", "renewal_time")


@dataclass(frozen=True)
class State:
    """How a certificate is.

    :param codes: of the findings that make it so, sorted
    """

    word: str
    codes: tuple[str, ...]
    facts: Row


Key = tuple[str, str]


def states(tls: Row) -> dict[Key, State]:
    """Each certificate's state, by namespace and name."""
    return {(row["namespace"], row["name"]): _state(row, tls["findings"]) for row in tls["certificates"]}


def _state(row: Row, findings: t.Sequence[Row]) -> State:
    title = f"Certificate {row['namespace']}/{row['name']}"
    titles = {title, f"Secret {row['namespace']}/{row['secret_name']}"}
    about = [each for each in findings if each["object"] in titles or title in each["evidence"].get("certificates", ())]
    ending = {each["code"] for each in about} & _ENDING
    failing = {each["code"] for each in about if each["severity"] == "error"} - ending
    word = FAILING if failing else EXPIRING if ending else WELL
    told = ({key: each[key] for key in ("code", "severity", "object", "message", "remedy")} for each in about)
    facts = {**{name: row[name] for name in _FACTS}, "findings": list(told)}
    return State(word, tuple(sorted(failing | ending)), facts)


def changes(known: Mapping[Key, State], current: Mapping[Key, State]) -> Iterator[dict[str, t.Any]]:
    """What is to be told: what isn't right for another reason than before, and what has become right again."""
    for key, state in current.items():
        before = known.get(key)
        if (state.word, state.codes) != ((before.word, before.codes) if before else (WELL, ())):
            yield {"state": state.word, **state.facts}


def next_look(tls: Row, now: datetime, within: timedelta) -> float:
    """Seconds until a certificate may have come into another state just because of the time; a day at most.

    :param within: how long before its end a certificate counts as expiring
    """
    rows = tls["certificates"]
    ends = [end for row in rows if (end := moment(row["not_after"]))]
    dues = [due for row in rows if (due := moment(row["renewal_time"]))]
    moments = [*ends, *(end - within for end in ends), *(due + _GRACE for due in dues), now + timedelta(days=1)]
    if any("certificate.not_ready" in row["findings"] for row in rows):
        moments.append(now + _GRACE)
    return min((each - now).total_seconds() for each in moments if each > now)
