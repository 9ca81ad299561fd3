# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine's records in the cluster: read, planned, written down."""

from __future__ import annotations

import typing as t

from ... import errors
from ...spec import kinds, ownership
from ...spec.direct import record
from .. import objects

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .. import ports

_ATTEMPTS = 5


def read(run: ports.Run, kind: kinds.Kind, namespace: str, name: str) -> ports.Object | None:
    """The ConfigMap about an issuer or certificate.

    :param namespace: where the ConfigMap is kept
    """
    return run.cluster.get(kinds.CONFIG_MAP, namespace, record.config_map_name(kind, name))


def again(run: ports.Run, namespace: str, name: str) -> ports.Object | None:
    """A ConfigMap as it is now, by its own name."""
    return run.cluster.get(kinds.CONFIG_MAP, namespace, name)


def plan(
    run: ports.Run,
    kind: kinds.Kind,
    namespace: str,
    name: str,
    spec: Mapping[str, t.Any],
    live: ports.Object | None,
    one_of_many: bool = False,
) -> objects.Plan:
    """What would change in the part that says what is wanted.

    :param one_of_many: a new one that the server takes if it takes another one in the namespace, which it is asked about
    """
    wish = objects.Wish(kinds.CONFIG_MAP, record.manifest(kind, namespace, name, spec))
    return objects.plan(wish, objects.observe(run, wish, live, alone=one_of_many))


def diff(todo: objects.Plan, kind: kinds.Kind, namespace: str | None) -> dict[str, t.Any]:
    """The fields of the spec that change, as if the issuer or certificate were an object of its own.

    :param namespace: of the issuer or certificate, None for cluster-wide ones
    """
    name, wanted = todo.wish.manifest["data"]["name"], record.read(todo.wish.manifest, "spec")
    before = {"spec": record.read(todo.live, "spec")} if todo.live else {}
    manifest = {"metadata": {"name": name} | ({"namespace": namespace} if namespace else {})}
    changes = tuple(ownership.changes(before, {"spec": wanted}))
    return objects.Plan(objects.Wish(kind, manifest), todo.action, todo.live, changes).diff()


def note(run: ports.Run, live: ports.Object, **parts: Mapping[str, t.Any] | None) -> ports.Object:
    """Write down parts of the record, if they differ: the ConfigMap as it is then.

    :raises Conflict: another run has written to it meanwhile
    """
    if all(record.read(live, part) == (value or {}) for part, value in parts.items()):
        return live
    metadata = live["metadata"]
    return run.cluster.merge(kinds.CONFIG_MAP, metadata["namespace"], metadata["name"], record.patch(live, **parts))


def amend(run: ports.Run, live: ports.Object, **parts: Mapping[str, t.Any] | None) -> ports.Object:
    """As ``note``, whatever others have written to it meanwhile: for what this run alone knows."""
    return _written(run, live, lambda _live: parts, _ATTEMPTS + 1)


def revise(
    run: ports.Run, live: ports.Object, part: str, change: Callable[[dict[str, t.Any]], dict[str, t.Any]]
) -> ports.Object:
    """Write down what a change makes of one part of the record, as others have left it.

    :param change: called again with what is there then, when another run has written to it meanwhile
    :raises Conflict: that happened each time
    """
    return _written(run, live, lambda now: {part: change(record.read(now, part))}, _ATTEMPTS)


def _written(
    run: ports.Run, live: ports.Object, parts: Callable[[ports.Object], Mapping[str, t.Any]], attempts: int
) -> ports.Object:
    """Note what these parts are by the record as it is then.

    :raises Conflict: another run has written to it each time
    """
    try:
        return note(run, live, **parts(live))
    except errors.Conflict:
        if attempts == 1:
            raise
        live = again(run, live["metadata"]["namespace"], live["metadata"]["name"]) or live
    return _written(run, live, parts, attempts - 1)
