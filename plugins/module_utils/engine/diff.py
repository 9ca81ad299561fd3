# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A change as Ansible's ``diff`` has it."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping


def pair(title: str, before: Mapping[str, t.Any], after: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """One pair, shown under the title of the thing that changes.

    Source: Ansible's developer guide, "Modules and diff mode".
    """
    return {"before_header": title, "after_header": title, "before": dict(before), "after": dict(after)}
