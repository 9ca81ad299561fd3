# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A watch that goes on: what changes arrives as events, over lost connections and expired versions too.

list ──► watch ──► stream ends / connection lost ──► watch again from the last version
  ▲                    │
  └──── 410 Gone ──────┘        (Kubernetes API concepts, "Efficient detection of changes")
"""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import typing as t

from .. import errors

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ..spec import kinds
    from .cluster import Cluster

Event = tuple["kinds.Kind", str, t.Any]

_GONE = 410
_PAUSE_SECONDS = 0.5


class Events:
    """The events of several watches in one queue."""

    def __init__(self, cluster: Cluster, watches: Sequence[kinds.Watch]) -> None:
        self._queue: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._feeds = [_Feed(cluster, watch, self._queue) for watch in watches]

    def next(self, timeout: float) -> Event | None:
        """The next ``(kind, type, object)``, None when nothing came within ``timeout`` seconds.

        The objects that are there at the start come first, as ADDED. What trying again can't mend (forbidden,
        the kind is unknown) comes as ``(kind, "ERROR", ApiError)`` and ends the watch of that kind.
        """
        try:
            return self._queue.get(timeout=max(timeout, 0.0))
        except queue.Empty:
            return None

    def close(self) -> None:
        """Stop watching. Returns at once; the threads end with their connections."""
        for feed in self._feeds:
            feed.close()


def _shut_down(response: t.Any) -> None:
    """Wakes the thread that reads. Closing instead would wait for it, which may take as long as the watch."""
    if hasattr(response, "shutdown"):
        response.shutdown()
        return
    # Before urllib3 2.3, what that does.
    sock = getattr(response.connection, "sock", None)
    if sock is not None:
        sock.shutdown(socket.SHUT_RD)


class _Feed:
    def __init__(self, cluster: Cluster, watch: kinds.Watch, events: queue.SimpleQueue[Event]) -> None:
        self._cluster, self._watch, self._events = cluster, watch, events
        self._closed = threading.Event()
        self._response: t.Any = None
        threading.Thread(target=self._run, name=f"watch {watch.kind.plural}", daemon=True).start()

    def close(self) -> None:
        self._closed.set()
        response = self._response
        if response is not None:
            # A watch that was lost, and that no other has followed yet, has no connection any more.
            with contextlib.suppress(OSError, RuntimeError, ValueError):
                _shut_down(response)

    def _run(self) -> None:
        version = ""
        while not self._closed.is_set():
            try:
                version = self._follow(version or self._list())
            except errors.ClusterError:
                if not self._closed.is_set():
                    self._cluster.interrupted()
                self._closed.wait(_PAUSE_SECONDS)
            except errors.ApiError as error:
                if error.status != _GONE and error.status < 500:
                    self._events.put((self._watch.kind, "ERROR", error))
                    return
                version = ""
                self._closed.wait(_PAUSE_SECONDS)

    def _list(self) -> str:
        items, version = self._cluster.list(*self._watch)
        for item in items:
            self._events.put((self._watch.kind, "ADDED", item))
        return version

    def _follow(self, version: str) -> str:
        watch = self._watch
        query = {"fieldSelector": watch.fields, "labelSelector": watch.labels, "resourceVersion": version}
        self._response, events = self._cluster.stream(watch.kind, watch.namespace, query | {"timeoutSeconds": 300})
        for event in events:
            obj = event["object"]
            if event["type"] == "ERROR":
                raise errors.ApiError(f"watch {watch.kind.plural}", int(obj.get("code") or 0), obj)
            version = obj["metadata"]["resourceVersion"]
            if event["type"] != "BOOKMARK":
                self._events.put((watch.kind, event["type"], obj))
        return version
