# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Is an object already as wanted? Answered from the object itself, without asking the server.

Server-side apply keeps, in ``metadata.managedFields``, the set of fields each manager last applied
(https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management):

    wanted          live, owned by certops     says
    ──────────────  ─────────────────────────  ─────────────────────────────────────────
    a: 1            a: 1                       nothing
    b: 2            b: 3                       different: b
    c: 4            (absent, or not owned)     different: c / unowned: c
    (absent)        d: 5                       stale: d    applying would remove it

Only when all three lists are empty is there surely nothing to do. Otherwise the server's dry run decides,
since it knows the defaults and normal forms that we don't.
"""

from __future__ import annotations

import copy
import typing as t
from dataclasses import dataclass

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Object = t.Mapping[str, t.Any]
Path = tuple[str, ...]

FIELD_MANAGER = "certops"
_IDENTITY = frozenset(
    {("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"), ("metadata", "resourceVersion")}
)


@dataclass(frozen=True)
class Comparison:
    """Paths that differ, that we own but no longer want, and that we want but don't own."""

    different: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    unowned: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        """Nothing to do for sure."""
        return not (self.different or self.stale or self.unowned)


def compare(wanted: Object, live: Object, manager: str = FIELD_MANAGER) -> Comparison:
    """Hold what is wanted against what is there."""
    fields = _owned_fields(live, manager)
    different, unowned = [], []
    for path, value in _leaves(wanted):
        if path in _IDENTITY:
            continue
        if _lookup(live, path) != value:
            different.append(".".join(path))
        elif not _owns(fields, path):
            unowned.append(".".join(path))
    stale = [".".join(path) for path in _owned_leaves(fields) if path not in _IDENTITY and not _covers(wanted, path)]
    return Comparison(tuple(different), tuple(stale), tuple(unowned))


def changes(before: Object, after: Object) -> Iterator[tuple[Path, t.Any, t.Any]]:
    """The fields whose value differs between two versions of an object: path, old, new (None: not there).

    What the server keeps for itself (status, most of metadata) is left out.
    """
    for key in sorted(set(before) | set(after)):
        if key in ("apiVersion", "kind", "status"):
            continue
        if key == "metadata":
            for part in ("annotations", "labels"):
                pair = [(side.get("metadata") or {}).get(part) or {} for side in (before, after)]
                yield from _differences(("metadata", part), pair[0], pair[1])
        else:
            yield from _differences((key,), before.get(key), after.get(key))


def owned(live: Object, manager: str = FIELD_MANAGER) -> tuple[Path, ...]:
    """The fields that a manager has applied."""
    return tuple(_owned_leaves(_owned_fields(live, manager)))


def emptied(wanted: Object, live: Object, manager: str = FIELD_MANAGER) -> tuple[Path, ...]:
    """The fields we own inside maps that are wanted empty."""
    empty = {path for path, value in _leaves(wanted) if value == {}}
    return tuple(path for path in owned(live, manager) if any(path[:depth] in empty for depth in range(1, len(path))))


def transplant(wanted: Object, live: Object, paths: t.Iterable[Path]) -> dict[str, t.Any]:
    """What is wanted, with the values that these fields have now."""
    result = copy.deepcopy(dict(wanted))
    for path in paths:
        put(result, path, _lookup(live, path))
    return result


def cut(obj: Object, paths: t.Iterable[Path]) -> dict[str, t.Any]:
    """The object without these fields."""
    result = copy.deepcopy(dict(obj))
    for path in paths:
        _lookup(result, path[:-1]).pop(path[-1], None)
    return result


def put(tree: dict[str, t.Any], path: Path, value: t.Any) -> None:
    """Set one field, making the maps above it."""
    for key in path[:-1]:
        tree = tree.setdefault(key, {})
    tree[path[-1]] = value


def _differences(path: Path, before: t.Any, after: t.Any) -> Iterator[tuple[Path, t.Any, t.Any]]:
    """A map that comes or goes is told field by field too, so that the secret ones among them can be hidden."""
    if before == after:
        return
    if any(side and isinstance(side, dict) for side in (before, after)) and all(
        side is None or isinstance(side, dict) for side in (before, after)
    ):
        for key in sorted(set(before or {}) | set(after or {})):
            yield from _differences((*path, key), (before or {}).get(key), (after or {}).get(key))
    else:
        yield path, before, after


def _leaves(value: t.Any, path: Path = ()) -> Iterator[tuple[Path, t.Any]]:
    """Every scalar, list or empty map; the lists we write are atomic in their schemas."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    else:
        yield path, value


def _lookup(value: t.Any, path: Path) -> t.Any:
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return _ABSENT
        value = value[key]
    return value


_ABSENT = object()


def _owned_fields(live: Object, manager: str) -> Mapping[str, t.Any]:
    for entry in (live.get("metadata") or {}).get("managedFields") or ():
        if entry.get("manager") == manager and entry.get("operation") == "Apply" and not entry.get("subresource"):
            return entry.get("fieldsV1") or {}
    return {}


def _owns(owned: Mapping[str, t.Any], path: Path) -> bool:
    for depth, key in enumerate(path):
        if depth and not owned:
            return True  # a map that is owned as a whole
        if f"f:{key}" not in owned:
            return False
        owned = owned[f"f:{key}"]
    return True


def _owned_leaves(owned: Mapping[str, t.Any], path: Path = ()) -> Iterator[Path]:
    inner = {key[2:]: value for key, value in owned.items() if key.startswith("f:")}
    if not inner:
        if path:
            yield path
        return
    for key, value in inner.items():
        yield from _owned_leaves(value, (*path, key))


def _covers(wanted: Object, path: Path) -> bool:
    """Whether what is wanted says something at this path, or at the list or map above it."""
    value: t.Any = wanted
    for key in path:
        if not isinstance(value, dict):
            return True
        if key not in value:
            return False
        value = value[key]
    return True
