# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Server-side apply and merge patches on plain dicts, for the fake cluster; every list is atomic.

Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

Object = dict[str, Any]
Path = tuple[str, ...]
Manager = tuple[str, str]  # name, operation
Owners = dict[Manager, set[Path]]

_KEPT_BY_SERVER = ("uid", "generation", "resourceVersion", "managedFields", "creationTimestamp")


def plain(obj: Mapping[str, Any]) -> Object:
    """What can be owned: without identity, status and what the server keeps for itself."""
    metadata = {
        key: value for key, value in obj["metadata"].items() if key not in ("name", "namespace", *_KEPT_BY_SERVER)
    }
    others = {key: value for key, value in obj.items() if key not in ("apiVersion", "kind", "metadata", "status")}
    return others | ({"metadata": metadata} if metadata else {})


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of all scalars, lists and empty maps."""
    if isinstance(value, dict) and (value or not path):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    else:
        yield path


def lookup(value: Any, path: Path) -> Any:
    """The value at a path, None where there is none."""
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return None
        value = value[key]
    return value


def conflicts(live: Object, owned: Owners, manifest: Mapping[str, Any], manager: Manager) -> list[dict[str, str]]:
    """The causes in the API server's words: fields that others hold with another value."""
    return [
        {
            "reason": "FieldManagerConflict",
            "field": "." + ".".join(path),
            "message": f'conflict with "{other[0]}" using {manifest["apiVersion"]}',
        }
        for other, paths in owned.items()
        if other != manager
        for path in sorted(paths & set(leaves(plain(manifest))))
        if lookup(live, path) != lookup(manifest, path)
    ]


def give_way(owned: Owners, manifest: Mapping[str, Any], manager: Manager) -> None:
    """By force: the others lose these fields."""
    for other in owned:
        if other != manager:
            owned[other] -= set(leaves(plain(manifest)))


def apply(live: Object, owned: Owners, manifest: Mapping[str, Any], manager: Manager) -> Object:
    """The object with the manifest's fields, and without those that only this manager had."""
    wanted = set(leaves(plain(manifest)))
    kept = wanted.union(*(paths for other, paths in owned.items() if other != manager))
    result = copy.deepcopy(live) or {key: copy.deepcopy(manifest[key]) for key in ("apiVersion", "kind")}
    identity = {key: manifest["metadata"][key] for key in ("name", "namespace") if key in manifest["metadata"]}
    result["metadata"] = {**result.get("metadata", {}), **identity}
    for path in owned.get(manager, set()) - kept:
        _remove(result, path)
    for path in sorted(wanted):
        _put(result, path, copy.deepcopy(lookup(manifest, path)))
    owned[manager] = wanted
    return result


def _put(tree: Object, path: Path, value: Any) -> None:
    for key in path[:-1]:
        tree = tree.setdefault(key, {})
    tree[path[-1]] = value


def _remove(tree: Object, path: Path) -> None:
    if len(path) == 1:
        tree.pop(path[0], None)
    elif path[0] in tree:
        _remove(tree[path[0]], path[1:])
        if not tree[path[0]]:
            del tree[path[0]]


def managed(owned: Owners) -> list[Object]:
    """metadata.managedFields."""
    return [
        {"manager": name, "operation": operation, "fieldsType": "FieldsV1", "fieldsV1": _tree(paths)}
        for (name, operation), paths in sorted(owned.items())
        if paths
    ]


def _tree(paths: set[Path]) -> Object:
    tree: Object = {}
    for path in sorted(paths):
        branch = tree
        for key in path:
            branch = branch.setdefault(f"f:{key}", {})
    return tree


def merge(live: Any, patch: Any) -> Any:
    """JSON merge patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    result = dict(live) if isinstance(live, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result
