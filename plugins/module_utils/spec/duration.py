# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Go durations, the way Kubernetes and cert-manager write a span of time ("2160h", "1h30m")."""

from __future__ import annotations

import re
from datetime import timedelta

_UNIT = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|us|µs|ns|d|h|m|s)")
_MOST_SECONDS = 2**63 / 1e9  # Go counts nanoseconds in 64 bits


def parse(text: str, days: bool = False) -> timedelta:
    """Read a duration (Go package time, ParseDuration); ``days`` also allows "20d", which Go does not.

    :raises ValueError: it isn't one, with what is the matter in words
    """
    parts = _PART.findall(text)
    readable = bool(parts) and "".join(number + unit for number, unit in parts) == text
    if not readable or (not days and any(unit == "d" for _number, unit in parts)):
        units = "d, h, m or s, as in '20d'" if days else "h, m or s, as in '1h30m'; 90 days are '2160h'"
        raise ValueError(f"is not a duration: numbers with {units}")
    seconds = sum(float(number) * _UNIT[unit] for number, unit in parts)
    if seconds >= _MOST_SECONDS:
        raise ValueError("is too long: less than 292 years")
    return timedelta(seconds=seconds)


def in_words(span: timedelta) -> str:
    """A span for people: "41 s", "12 min", "3 h", "20 d"."""
    seconds = span.total_seconds()
    for limit, unit, size in ((120, "s", 1), (7200, "min", 60), (172800, "h", 3600)):
        if abs(seconds) < limit:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86400:.0f} d"
