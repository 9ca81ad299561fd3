# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What could not be read, where the rest is shown without it."""

from __future__ import annotations

from dataclasses import replace

from .checks.refused import right
from .finding import WARNING, Finding


def finding(plural: str, answer: str, consequence: str) -> Finding:
    """A warning that names the missing right, or repeats the server's answer.

    :param plural: of the kind
    :param consequence: the end of the message, "so …"
    """
    forbidden = right(plural, answer)
    if forbidden:
        return replace(forbidden, severity=WARNING, message=f"{forbidden.message.removesuffix('.')}, {consequence}.")
    said = f"could not be read, {consequence}: {answer}"
    return Finding(
        "evidence.unreadable", WARNING, plural, said, "run it again; if it stays so, see the API server's log"
    )
