# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the checks of the fleet say in the same way."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ...spec.endpoints import Endpoint

_SHOWN = 5


def listed(items: Sequence[str]) -> str:
    """Some of them by name, the others by number: a message stays readable for thousands."""
    distinct = list(dict.fromkeys(items))
    more = len(distinct) - _SHOWN
    return ", ".join(distinct[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def evidence(endpoints: Iterable[Endpoint], **more: t.Any) -> dict[str, t.Any]:
    """The hosts that a finding is about, all of them, as ``Endpoint.title`` names them."""
    return {"hosts": [each.title for each in endpoints], **more}
