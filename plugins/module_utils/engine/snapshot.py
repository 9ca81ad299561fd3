# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cluster and a DNS whose answers are kept: what many certificates have around them is asked for once. It only reads."""

from __future__ import annotations

import threading
import typing as t
from dataclasses import replace

from .. import errors

if t.TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from ..diagnose.dns_answers import Answer, Zone
    from ..spec import kinds
    from . import ports

Listed = tuple[list["ports.Object"], str]


class _Kept:
    """What was answered. Safe for concurrent use; a question that is under way is not asked twice."""

    def __init__(self) -> None:
        self._answers: dict[Hashable, t.Any] = {}
        self._locks: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def once(self, key: Hashable, ask: Callable[[], t.Any]) -> t.Any:
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


class Snapshot:
    """The reading verbs of a cluster (engine/ports.py).

    :param wide: read a kind in all namespaces at once, where that is allowed, however often it is asked for in one
    """

    def __init__(self, cluster: ports.Cluster, wide: bool) -> None:
        self._cluster, self._wide, self._kept = cluster, wide, _Kept()

    def get(self, kind: kinds.Kind, namespace: str | None, name: str) -> ports.Object | None:
        """As the cluster's."""
        found = self._kept.once(("get", kind, namespace, name), lambda: self._cluster.get(kind, namespace, name))
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
        return t.cast("Listed", self._kept.once(key, lambda: self._cluster.list(kind, namespace, fields, labels)))

    def _part(self, kind: kinds.Kind, namespace: str, fields: str | None, labels: str | None) -> Listed:
        parts, version = self._kept.once(
            ("parts", kind, fields, labels), lambda: _by_namespace(*self._cluster.list(kind, None, fields, labels))
        )
        return parts.get(namespace, []), version


class _Answers:
    """The verbs of a resolver (engine/ports.py): the parents of many names are the same."""

    def __init__(self, resolver: ports.Resolver) -> None:
        self._resolver, self._kept = resolver, _Kept()

    def answer(self, name: str, rdtype: str) -> Answer:
        found = self._kept.once((name, rdtype), lambda: self._resolver.answer(name, rdtype))
        return t.cast("Answer", found)

    def zone(self, name: str) -> Zone | None:
        return self._resolver.zone(name)

    def authoritative(self, name: str, rdtype: str) -> tuple[Answer, ...]:
        return self._resolver.authoritative(name, rdtype)

    def canonical(self, name: str) -> str:
        return self._resolver.canonical(name)


def _by_namespace(items: list[ports.Object], version: str) -> tuple[dict[str, list[ports.Object]], str]:
    parts: dict[str, list[ports.Object]] = {}
    for item in items:
        parts.setdefault(item["metadata"]["namespace"], []).append(item)
    return parts, version


def of(run: ports.Run, wide: bool) -> ports.Run:
    """The same run on a snapshot of its cluster. It has no verb that writes, so nothing can be changed through it."""
    resolver = None if run.resolver is None else _Answers(run.resolver)
    return replace(run, cluster=t.cast("ports.Cluster", Snapshot(run.cluster, wide)), resolver=resolver)
