# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster in memory and a clock that only waiting turns: engine/ports.py, as far as the engine relies on it.

Server-side apply keeps the managers of fields, refuses conflicts and removes what a manager no longer wants; lists are
atomic. Every request is written down: `cluster.requests` is what a test compares with.
"""

from __future__ import annotations

import copy
import itertools
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from ansible_collections.certops.kubernetes.plugins.module_utils.engine.ports import Clock, Run
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import ApiError, Conflict, NotFound
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import Kind, Watch
from ansible_collections.certops.kubernetes.tests.unit import fields

Object = dict[str, Any]
Action = Callable[[], None]

START = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
APPLY, UPDATE = "Apply", "Update"


class Time:
    """A clock that only waiting turns; what is scheduled happens on the way."""

    def __init__(self, start: datetime = START) -> None:
        self.start, self.seconds = start, 0.0
        self.naps: list[float] = []
        self._agenda: list[tuple[float, Action]] = []

    def clock(self) -> Clock:
        return Clock(lambda: self.start + timedelta(seconds=self.seconds), lambda: self.seconds, self.sleep)

    def at(self, seconds: float, action: Action) -> None:
        self._agenda.append((seconds, action))
        self._agenda.sort(key=lambda entry: entry[0])

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        end = self.seconds + seconds
        while self.seconds < end:
            self.step(end)

    def step(self, end: float) -> None:
        """Go on to the next scheduled action, to ``end`` at most."""
        if self._agenda and self._agenda[0][0] <= end:
            when, action = self._agenda.pop(0)
            self.seconds = max(self.seconds, when)
            action()
        else:
            self.seconds = end


class Events:
    """What a watch has seen; waiting for more turns the clock."""

    def __init__(self, time: Time, watches: tuple[Watch, ...]) -> None:
        self.time, self.watches, self.closed = time, watches, False
        self.queue: deque[tuple[Kind, str, Any]] = deque()

    def next(self, timeout: float) -> tuple[Kind, str, Any] | None:
        end = self.time.seconds + max(timeout, 0.0)
        while not self.queue and self.time.seconds < end:
            self.time.step(end)
        return self.queue.popleft() if self.queue else None

    def close(self) -> None:
        self.closed = True

    def see(self, change: str, obj: Object) -> None:
        for watch in self.watches:
            if watch.kind.kind == obj["kind"] and _selected(obj, watch.namespace, watch.fields, watch.labels):
                self.queue.append((watch.kind, change, copy.deepcopy(obj)))


class FakeCluster:
    """An API server that knows every kind and namespace but those said to be missing."""

    def __init__(self, time: Time, *objects: Object) -> None:
        self.time = time
        self.requests: list[str] = []
        self.missing_kinds: set[str] = set()
        self.missing_namespaces: set[str] = set()
        self.finalizers: set[str] = set()  # titles of what stays after its deletion, until a controller drops it
        self.watches: list[Events] = []
        self.reactions: list[Callable[[Object], None]] = []  # controllers: called with what was written
        self._objects: dict[tuple[str, str], Object] = {}
        self._owned: dict[tuple[str, str], fields.Owners] = {}
        self._before: dict[str, Action] = {}
        self._refusals: dict[str, ApiError] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()
        for obj in objects:
            self.put(obj)

    # What tests do.

    def run(self, **how: Any) -> Run:
        return Run(cluster=self, clock=self.time.clock(), **how)

    def before(self, request: str, action: Action) -> None:
        """Do something just before the next such request is answered: another client was quicker."""
        self._before[request] = action

    def refuse(self, request: str, error: ApiError) -> None:
        """Never answer such a request."""
        self._refusals[request] = error

    def put(self, obj: Object, manager: str = "someone") -> Object:
        """Another client's write: the object as a whole, with its status."""
        key, obj = _key(obj), copy.deepcopy(obj)
        obj["metadata"] = self._objects.get(key, obj)["metadata"] | obj["metadata"]
        self._owned[key] = {(manager, UPDATE): set(fields.leaves(fields.plain(obj)))}
        return self._store(key, obj)

    def set_status(self, kind: Kind, namespace: str | None, name: str, status: Object) -> None:
        """A controller's word."""
        key = (kind.kind, kind.title(namespace, name))
        self._store(key, copy.deepcopy(self._objects[key]) | {"status": status})

    def drop(self, kind: Kind, namespace: str | None, name: str) -> None:
        """Another client's deletion, or a controller's after a finalizer."""
        key = (kind.kind, kind.title(namespace, name))
        gone = self._objects.pop(key)
        self._owned.pop(key, None)
        for events in self.watches:
            events.see("DELETED", gone)

    def live(self, kind: Kind, namespace: str | None, name: str) -> Object | None:
        """What is there, without a request."""
        return copy.deepcopy(self._objects.get((kind.kind, kind.title(namespace, name))))

    # The verbs.

    def get(self, kind: Kind, namespace: str | None, name: str) -> Object | None:
        with self._request(f"get {kind.title(namespace, name)}"):
            return self.live(kind, namespace, name)

    def list(
        self, kind: Kind, namespace: str | None = None, fields: str | None = None, labels: str | None = None
    ) -> tuple[list[Object], str]:
        with self._request(f"list {kind.plural}" + (f" in {namespace}" if namespace else "")):
            self._know(kind, None, f"list {kind.plural}")
            found = [obj for (of, _title), obj in self._objects.items() if of == kind.kind]
            return [copy.deepcopy(obj) for obj in found if _selected(obj, namespace, fields, labels)], "1"

    def apply(
        self, kind: Kind, manifest: Mapping[str, Any], manager: str, force: bool = False, dry_run: bool = False
    ) -> Object:
        namespace, name = manifest["metadata"].get("namespace"), manifest["metadata"]["name"]
        action = f"apply {kind.title(namespace, name)}"
        with self._request(f"{'dry-run ' if dry_run else ''}{action}{' by force' if force else ''}"):
            self._know(kind, namespace, action)
            key = _key(manifest)
            live, owned = copy.deepcopy(self._objects.get(key) or {}), copy.deepcopy(self._owned.get(key) or {})
            self._same_version(live, manifest, action)
            if causes := fields.conflicts(live, owned, manifest, (manager, APPLY)):
                if not force:
                    raise Conflict(action, 409, {"message": "Apply failed", "details": {"causes": causes}})
                fields.give_way(owned, manifest, (manager, APPLY))
            result = fields.apply(live, owned, manifest, (manager, APPLY))
            if dry_run:
                return result
            self._owned[key] = owned
            return self._store(key, result)

    def merge(
        self, kind: Kind, namespace: str | None, name: str, patch: Mapping[str, Any], subresource: str | None = None
    ) -> Object:
        action = f"merge {kind.title(namespace, name)}" + (f"/{subresource}" if subresource else "")
        with self._request(action):
            live = self.live(kind, namespace, name)
            if live is None:
                raise NotFound(action, 404, {"message": f'{kind.plural} "{name}" not found'})
            self._same_version(live, patch, action)
            parts = [subresource] if subresource else [part for part in patch if part != "status"]
            for part in parts:
                live[part] = fields.merge(live.get(part), patch[part])
            return self._store(_key(live), live)

    def create(self, kind: Kind, manifest: Mapping[str, Any], dry_run: bool = False) -> Object:
        metadata = manifest["metadata"]
        action = f"create {kind.title(metadata.get('namespace'), metadata.get('name') or metadata['generateName'])}"
        with self._request(f"{'dry-run ' if dry_run else ''}{action}"):
            self._know(kind, metadata.get("namespace"), action)
            if "name" in metadata and self.live(kind, metadata.get("namespace"), metadata["name"]):
                raise Conflict(action, 409, {"message": f'{kind.plural} "{metadata["name"]}" already exists'})
            return copy.deepcopy(dict(manifest)) if dry_run else self.put(dict(manifest))

    def delete(
        self, kind: Kind, namespace: str | None, name: str, uid: str | None = None, orphan: bool = False
    ) -> bool:
        with self._request(f"delete {kind.title(namespace, name)}{' alone' if orphan else ''}"):
            if self.live(kind, namespace, name) is None:
                return False
            if kind.title(namespace, name) not in self.finalizers:
                self.drop(kind, namespace, name)
            return True

    def follow(self, *watches: Watch) -> Events:
        events = Events(self.time, watches)
        self.requests += [f"watch {watch.kind.plural}" for watch in watches]
        for obj in self._objects.values():
            events.see("ADDED", obj)
        self.watches.append(events)
        return events

    # How they are done.

    def _request(self, line: str) -> threading.RLock:
        """Write the request down; the lock that is held while it is answered."""
        with self._lock:
            self.requests.append(line)
            self._before.pop(line, _nothing)()
            if line in self._refusals:
                raise self._refusals[line]
        return self._lock

    def _know(self, kind: Kind, namespace: str | None, action: str) -> None:
        if kind.kind in self.missing_kinds:
            raise NotFound(action, 404, {"message": "the server could not find the requested resource"})
        if namespace in self.missing_namespaces:
            raise NotFound(action, 404, {"message": f'namespaces "{namespace}" not found'})

    def _same_version(self, live: Object, sent: Mapping[str, Any], action: str) -> None:
        wanted = (sent.get("metadata") or {}).get("resourceVersion")
        if wanted and wanted != live.get("metadata", {}).get("resourceVersion"):
            raise Conflict(action, 409, {"message": "the object has been modified"})

    def _store(self, key: tuple[str, str], obj: Object) -> Object:
        before, metadata = self._objects.get(key), obj["metadata"]
        metadata["managedFields"] = fields.managed(self._owned[key])
        if before is None:
            metadata.setdefault("generation", 1)
            metadata.setdefault("uid", f"uid-{next(self._numbers)}")
        elif obj.get("spec") != before.get("spec"):
            metadata["generation"] = before["metadata"]["generation"] + 1
        if before is None or obj != before:
            metadata["resourceVersion"] = str(next(self._numbers))
            self._objects[key] = obj
            for events in self.watches:
                events.see("MODIFIED" if before else "ADDED", obj)
            for reaction in self.reactions:
                reaction(copy.deepcopy(obj))
        return copy.deepcopy(self._objects[key])


def _nothing() -> None:
    """Nobody comes in between."""


def _key(obj: Mapping[str, Any]) -> tuple[str, str]:
    namespace, name = obj["metadata"].get("namespace"), obj["metadata"]["name"]
    return obj["kind"], f"{obj['kind']} {namespace}/{name}" if namespace else f"{obj['kind']} {name}"


def _selected(obj: Object, namespace: str | None, selector: str | None, labels: str | None) -> bool:
    wanted = [(tuple(path.split(".")), value) for path, value in _pairs(selector)]
    wanted += [(("metadata", "labels", label), value) for label, value in _pairs(labels)]
    return namespace in (None, obj["metadata"].get("namespace")) and all(
        fields.lookup(obj, path) == value for path, value in wanted
    )


def _pairs(selector: str | None) -> Iterator[tuple[str, str]]:
    for pair in (selector or "").split(","):
        if pair:
            name, _equals, value = pair.partition("=")
            yield name, value
