# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of TXT records as a zone file has them."""

from __future__ import annotations

_LONGEST = 255  # octets of one string (RFC 1035, 3.3)


def quoted(value: str) -> str:
    """The value as quoted strings (RFC 1035, 5.1); quotes and backslashes in it are escaped."""
    parts = [value[start : start + _LONGEST] for start in range(0, len(value), _LONGEST)] or [""]
    return " ".join('"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"' for part in parts)
