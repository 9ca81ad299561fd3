# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The picture of when certificates end: places in percent of its width, so that it fits any screen."""

from __future__ import annotations

import typing as t
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from . import rows
from .times import away, moment

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Row = t.Mapping[str, t.Any]

DAY = timedelta(days=1)
# How far the picture looks ahead, and the days between the marks of its axis.
_HORIZONS = {2: 1, 7: 1, 14: 2, 30: 5, 60: 10, 90: 15, 120: 20, 180: 30, 366: 61, 731: 183, 1826: 365, 3653: 731}
_MOST_ROWS = 24
_BINS = 48
_LABEL = 34


@dataclass(frozen=True)
class Term:
    """A Secret's certificate and the hosts that are served over it."""

    label: str
    title: str
    end: datetime
    renewal: datetime | None
    state: str


@dataclass(frozen=True)
class Bar:
    """One row. All is safe until ``renewal``; then a renewal should come, until ``end``.

    :param beyond: whether it goes on after the picture
    """

    label: str
    title: str
    words: str
    state: str
    start: float
    renewal: float
    end: float
    beyond: bool


@dataclass(frozen=True)
class Bin:
    """How many of one state end in one part of the axis."""

    left: float
    width: float
    top: float
    height: float
    state: str


@dataclass(frozen=True)
class Picture:
    """All of it; ``later`` is how many are not among the bars, ``unknown`` how many have no date."""

    now: float
    marks: tuple[tuple[float, str], ...]
    bars: tuple[Bar, ...]
    bins: tuple[Bin, ...]
    count: int
    later: int
    unknown: int


def draw(tls: Row, now: datetime) -> Picture:
    """Draw what tls_info returned."""
    terms, unknown = _terms(tls, now)
    axis = Axis.over(now, [term.end for term in terms])
    shown = terms[:_MOST_ROWS]
    return Picture(
        now=axis.place(now),
        marks=tuple(axis.marks()),
        bars=tuple(_bar(axis, term) for term in shown),
        bins=tuple(_bins(axis, terms)) if len(terms) > len(shown) else (),
        count=len(terms),
        later=len(terms) - len(shown),
        unknown=unknown,
    )


@dataclass(frozen=True)
class Axis:
    """From a little before now to the horizon."""

    now: datetime
    begin: datetime
    horizon: datetime
    step: timedelta

    @classmethod
    def over(cls, now: datetime, ends: Sequence[datetime]) -> Axis:
        """Wide enough for all but those that last for much longer than most: they would press the others together."""
        ahead = sorted(end - now for end in ends if end > now) or [30 * DAY]
        most = max(span for span in ahead if span <= 4 * ahead[len(ahead) // 2])
        days = next((days for days in _HORIZONS if days * DAY >= most), max(_HORIZONS))
        before = 0.12 if any(end <= now for end in ends) else 0.02
        return cls(now, now - before * days * DAY, now + days * DAY, _HORIZONS[days] * DAY)

    def place(self, moment: datetime) -> float:
        """In percent, never outside."""
        share = (moment - self.begin) / (self.horizon - self.begin)
        return round(100 * min(1.0, max(0.0, share)), 2)

    def marks(self) -> Iterator[tuple[float, str]]:
        """Place and day of each mark after now; none so close to the end that it would be cut off."""
        day = self.now + self.step
        shape = "%Y" if self.step >= 365 * DAY else "%b %Y" if self.step > 90 * DAY else ""
        while self.place(day) < 93:
            yield self.place(day), day.strftime(shape) if shape else f"{day.day} {day:%b}"
            day += self.step


def _terms(tls: Row, now: datetime) -> tuple[list[Term], int]:
    """Each Secret once, the first to end first; and how many have no date."""
    severity = rows.severities(tls["findings"])
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in tls["hosts"]:
        if row["secret_name"]:
            groups.setdefault((row["secret_namespace"], row["secret_name"]), []).append(row)
    for row in tls["certificates"]:
        groups.setdefault((row["namespace"], row["secret_name"]), [row])
    terms, unknown = [], 0
    for (namespace, name), group in groups.items():
        end = moment(group[0]["not_after"])
        if end is None:
            unknown += 1
            continue
        names = list(dict.fromkeys(each for row in group for each in _names(row)))
        label = (names[0] if names else f"{namespace}/{name}") + (f" +{len(names) - 1}" if len(names) > 1 else "")
        title = f"{', '.join(names)} (Secret {namespace}/{name})"
        state = rows.worst([rows.state(row, severity, now) for row in group])
        terms.append(Term(label, title, end, moment(group[0]["renewal_time"]), state))
    return sorted(terms, key=lambda term: (term.end, term.label)), unknown


def _names(row: Row) -> Sequence[str]:
    return [row["host"]] if "host" in row else row["dns_names"]


def _bar(axis: Axis, term: Term) -> Bar:
    over = term.end <= axis.now
    begin, end = (term.end, axis.now) if over else (axis.now, term.end)
    renewal = end if over or term.renewal is None else min(max(term.renewal, axis.now), end)
    return Bar(
        label=_shortened(term.label),
        title=term.title,
        words=("ended " if over else "") + away(term.end - axis.now),
        state=term.state,
        start=axis.place(begin),
        renewal=axis.place(renewal),
        end=axis.place(end),
        beyond=term.end > axis.horizon,
    )


def _shortened(label: str) -> str:
    """The middle left out, since both ends of a host name tell."""
    half = _LABEL // 2
    return label if len(label) <= _LABEL else f"{label[:half]}…{label[1 - half :]}"


def _bins(axis: Axis, terms: Sequence[Term]) -> Iterator[Bin]:
    """The columns above the bars, which count all; one state on the other, the worst at the foot."""
    width = 100 / _BINS
    counts = Counter((min(_BINS - 1, int(axis.place(term.end) / width)), term.state) for term in terms)
    columns = Counter(number for number, _state in counts.elements())
    most = max(columns.values())
    for number in sorted(columns):
        top = 100.0
        for state in (state for state in rows.STATES if counts[number, state]):
            height = 100 * counts[number, state] / most
            top -= height
            yield Bin(round(number * width, 2), round(0.85 * width, 2), round(top, 2), round(height, 2), state)
