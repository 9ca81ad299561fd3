# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Server-side apply, and the two cases in which a plain one doesn't do."""

from __future__ import annotations

import typing as t

from .. import errors
from ..spec import ownership

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from . import ports
    from .objects import Wish


def apply(run: ports.Run, wish: Wish, live: Mapping[str, t.Any] | None, dry_run: bool = False) -> ports.Object:
    """Apply the wish to an object that was ``live`` when last read.

    A map that is to be empty, while we still own fields in it, would become null on the server and be refused
    (structured-merge-diff removes the last field together with its map). Those fields are removed by themselves.
    """
    emptied = ownership.emptied(wish.manifest, live or {}, wish.manager)
    if not emptied or live is None:
        return _apply(run, wish, wish.manifest, dry_run)
    applied = _apply(run, wish, ownership.transplant(wish.manifest, live, emptied), dry_run)
    if dry_run:
        return ownership.cut(applied, emptied)
    return _remove(run, wish, applied, emptied)


def _remove(
    run: ports.Run, wish: Wish, live: ports.Object, paths: t.Sequence[ownership.Path], attempts: int = 5
) -> ports.Object:
    """Remove these fields as they are; what controllers write elsewhere meanwhile, such as status, does not matter.

    :raises Conflict: another client has changed one of them, or the object never rests
    """
    patch: dict[str, t.Any] = {"metadata": {"resourceVersion": live["metadata"]["resourceVersion"]}}
    for path in paths:
        ownership.put(patch, path, None)
    try:
        return run.cluster.merge(wish.kind, wish.namespace, wish.name, patch)
    except errors.Conflict:
        now = run.cluster.get(wish.kind, wish.namespace, wish.name)
        if attempts == 1 or now is None or _values(now, paths) != _values(live, paths):
            raise
    return _remove(run, wish, now, paths, attempts - 1)


def _values(obj: ports.Object, paths: t.Sequence[ownership.Path]) -> dict[str, t.Any]:
    return ownership.transplant({}, obj, paths)


def _apply(run: ports.Run, wish: Wish, manifest: Mapping[str, t.Any], dry_run: bool) -> ports.Object:
    """Fields that the wish may take over are forced, but only when no other field is in conflict."""
    try:
        return run.cluster.apply(wish.kind, manifest, wish.manager, run.force, dry_run)
    except errors.Conflict as error:
        held = {cause.get("field") for cause in error.causes}
        if not held or not held <= wish.yielding:
            raise
    return run.cluster.apply(wish.kind, manifest, wish.manager, True, dry_run)
