# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Readers of status.conditions (Kubernetes API conventions, "Typical status properties")."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping

Object = t.Mapping[str, t.Any]


def condition(obj: Object, kind: str) -> Mapping[str, t.Any] | None:
    """The condition of this type, None when the object has none."""
    found: t.Sequence[Mapping[str, t.Any]] = (obj.get("status") or {}).get("conditions") or ()
    return next((item for item in found if item.get("type") == kind), None)


def is_true(obj: Object, kind: str) -> bool:
    """Whether the condition is there and true; for which generation is not asked."""
    found = condition(obj, kind)
    return found is not None and found["status"] == "True"


def is_current(obj: Object, found: Mapping[str, t.Any]) -> bool:
    """Whether the condition speaks of the spec as it is now, not of an earlier one.

    A condition without observedGeneration can't be told stale and counts as current.
    """
    return int(found.get("observedGeneration") or generation(obj)) >= generation(obj)


def generation(obj: Object) -> int:
    """metadata.generation: raised by the server with every change of the spec."""
    return int(obj["metadata"].get("generation") or 0)
