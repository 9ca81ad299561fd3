# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cluster whose answers are kept: what many certificates have around them is asked for once. It only reads."""

from __future__ import annotations

import threading
import typing as t
from dataclasses import replace

from .. import errors

if t.TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from ..spec import kinds
    from . import ports

Listed = tuple[list["ports.Object"], str]


class Snapshot:
    """The reading verbs of engine/ports.py. Safe for concurrent use; a question that is under way is not asked twice.

    :param wide: read a kind in all namespaces at once, where that is allowed, however often it is asked for in one
    """

    def __init__(self, cluster: ports.Cluster, wide: bool) -> None:
        self._cluster, self._wide = cluster, wide
        self._answers: dict[Hashable, t.Any] = {}
        self._locks: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, kind: kinds.Kind, namespace: str | None, name: str) -> ports.Object | None:
        """As the cluster's."""
        found = self._once(("get", kind, namespace, name), lambda: self._cluster.get(kind, namespace, name))
        return t.cast("ports.Object | None", found)

    def list(
        self, kind: kinds.Kind, namespace: str | None = None, fields: str | None = None, labels: str | None = None
    ) -> Listed:
        """As the cluster's."""
        if self._wide and namespace:
            try:
                return self._part(kind, namespace, fields, labels)
            except errors.Forbidden:
                pass  # perhaps it is allowed in this namespace
        key = ("list", kind, namespace, fields, labels)
        return t.cast("Listed", self._once(key, lambda: self._cluster.list(kind, namespace, fields, labels)))

    def _part(self, kind: kinds.Kind, namespace: str, fields: str | None, labels: str | None) -> Listed:
        parts, version = self._once(
            ("parts", kind, fields, labels), lambda: _by_namespace(*self._cluster.list(kind, None, fields, labels))
        )
        return parts.get(namespace, []), version

    def _once(self, key: Hashable, ask: Callable[[], t.Any]) -> t.Any:
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._answers:
                try:
                    self._answers[key] = ask()
                except errors.CertopsError as error:  # a refusal is an answer, too
                    self._answers[key] = error
        answer = self._answers[key]
        if isinstance(answer, errors.CertopsError):
            raise answer
        return answer


def _by_namespace(items: list[ports.Object], version: str) -> tuple[dict[str, list[ports.Object]], str]:
    parts: dict[str, list[ports.Object]] = {}
    for item in items:
        parts.setdefault(item["metadata"]["namespace"], []).append(item)
    return parts, version


def of(run: ports.Run, wide: bool) -> ports.Run:
    """The same run on a snapshot of its cluster. It has no verb that writes, so nothing can be changed through it."""
    return replace(run, cluster=t.cast("ports.Cluster", Snapshot(run.cluster, wide)))
