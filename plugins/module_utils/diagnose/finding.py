# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A finding: one reason why something isn't as wanted."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ERROR = "error"
WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One reason, for people and for programs.

    :param code: stable name, "issuer.missing"
    :param severity: "error" when nothing goes on until it is mended, "warning" otherwise
    :param object: which object it was seen on, "Certificate shop/www"
    :param message: one sentence with the names in it
    :param evidence: what was read, JSON-able
    :param remedy: what to do, one sentence; where only waiting helps, what to look at when it takes too long
    """

    code: str
    severity: str
    object: str
    message: str
    remedy: str = ""
    evidence: Mapping[str, t.Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, t.Any]:
        """The shape of ``findings`` in a module's result."""
        return {
            "code": self.code,
            "severity": self.severity,
            "object": self.object,
            "message": self.message,
            "remedy": self.remedy,
            "evidence": dict(self.evidence),
        }


def in_words(summary: str, findings: Sequence[Finding]) -> str:
    """The summary and the findings as plain text, readable where only ``msg`` is shown."""
    lines = [summary]
    for number, finding in enumerate(findings, 1):
        lines.append(f"{number}. [{finding.code}] {finding.object}: {finding.message}")
        if finding.remedy:
            lines.append(f"   → {finding.remedy}")
    return "\n".join(lines)
