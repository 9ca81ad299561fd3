# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Evidence to show to others: without noise, and without values that may be secret."""

from __future__ import annotations

import re
import typing as t

if t.TYPE_CHECKING:
    from .evidence import Evidence

# kubectl apply keeps the whole object here, with a Secret's values in it.
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_NAMES = re.compile(r"secret|password|passwd|token|credential|private|(?<![a-z])key(?![a-z])", re.IGNORECASE)
_ARGUMENT = re.compile(r"(--[^=\s]+)=(.+)", re.DOTALL)
WITHHELD = "(withheld)"


def report(evidence: Evidence) -> dict[str, t.Any]:
    """``Evidence.as_json()`` for a bug report: it can be read back by ``evidence.from_json``."""
    return t.cast("dict[str, t.Any]", _plain(evidence.as_json()))


def _plain(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        return {key: _masked(key, inner) for key, inner in value.items() if key not in ("managedFields", _LAST_APPLIED)}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def _masked(key: str, value: t.Any) -> t.Any:
    """Arguments and environment variables of containers may carry credentials as plain text."""
    if key in ("args", "command") and isinstance(value, (list, tuple)):
        return [_argument(str(item)) for item in value]
    if key == "env" and isinstance(value, (list, tuple)):
        return [_variable(item) for item in value]
    return _plain(value)


def _argument(text: str) -> str:
    found = _ARGUMENT.fullmatch(text)
    return f"{found[1]}={WITHHELD}" if found and _NAMES.search(found[1]) else text


def _variable(item: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    hidden = "value" in item and _NAMES.search(item["name"])
    return {**_plain(item), "value": WITHHELD} if hidden else dict(_plain(item))
