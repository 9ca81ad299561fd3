# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.errors import ApiError, ClusterError, Forbidden
from ansible_collections.certops.kubernetes.plugins.module_utils.kube import feed
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import CERTIFICATE, SECRET, Watch
from ansible_collections.certops.kubernetes.tests.unit.plugins.module_utils.kube.conftest import Answer

WATCH = Watch(CERTIFICATE, "shop", "metadata.name=www")
SECONDS = 5.0  # until a broken test gives up
GONE = {"kind": "Status", "code": 410, "message": "too old resource version"}


def obj(version):
    return {"metadata": {"name": "www", "namespace": "shop", "resourceVersion": version}}


def event(kind, version):
    return {"type": kind, "object": obj(version)}


class Scripted:
    """A cluster whose lists and watches are given beforehand; a watch beyond the last one waits until the end."""

    def __init__(self, lists, streams):
        self.lists, self.streams = list(lists), list(streams)
        self.versions, self.end = [], threading.Event()

    def list(self, *watch):
        assert watch == WATCH
        answer = self.lists.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def stream(self, kind, namespace, query):
        self.versions.append(query["resourceVersion"])
        assert (kind, namespace, query["fieldSelector"]) == (CERTIFICATE, "shop", "metadata.name=www")
        if not self.streams:
            self.end.wait(SECONDS)
            return None, iter(())
        answer = self.streams.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return None, self._events(answer)

    def interrupted(self):
        """Nothing is made of it here."""

    def _events(self, answer):
        for item in answer:
            if isinstance(item, Exception):
                raise item
            yield item


@pytest.fixture
def follow(monkeypatch):
    """Follow a scripted cluster; what comes until there is nothing more."""
    monkeypatch.setattr(feed, "_PAUSE_SECONDS", 0.01)
    running = []

    def start(scripted, count):
        events = feed.Events(scripted, [WATCH])
        running.append((events, scripted))
        return [events.next(SECONDS) for _number in range(count)]

    yield start
    for events, scripted in running:
        events.close()
        scripted.end.set()


def seen(found):
    return [(change, thing["metadata"]["resourceVersion"]) for _kind, change, thing in found]


def test_what_is_there_comes_first(follow):
    cluster = Scripted([([obj("1"), obj("2")], "7")], [[event("MODIFIED", "8"), event("DELETED", "9")]])
    assert seen(follow(cluster, 4)) == [("ADDED", "1"), ("ADDED", "2"), ("MODIFIED", "8"), ("DELETED", "9")]
    assert cluster.versions[0] == "7"


def test_goes_on_from_the_last_version_when_the_stream_ends(follow):
    cluster = Scripted([([], "7")], [[event("MODIFIED", "8"), event("BOOKMARK", "12")], [event("MODIFIED", "13")]])
    assert seen(follow(cluster, 2)) == [("MODIFIED", "8"), ("MODIFIED", "13")]
    assert cluster.versions[:2] == ["7", "12"]


@pytest.mark.parametrize("lost", [ClusterError("cut"), ApiError("watch", 500, {}), ApiError("watch", 410, GONE)])
def test_nothing_is_missed_over_a_lost_connection(follow, lost):
    lists = [([], "7"), ([obj("9")], "9")]
    cluster = Scripted(lists, [[event("MODIFIED", "8"), lost], [event("MODIFIED", "10")]])
    found = seen(follow(cluster, 3))
    assert found[0] == ("MODIFIED", "8")
    assert found[-1] == ("MODIFIED", "10")


@pytest.mark.parametrize("answer", [ApiError("watch", 410, GONE), [{"type": "ERROR", "object": GONE}]])
def test_a_version_that_is_too_old_starts_with_a_new_list(follow, answer):
    cluster = Scripted([([], "7"), ([obj("99")], "100")], [answer, [event("MODIFIED", "101")]])
    assert seen(follow(cluster, 2)) == [("ADDED", "99"), ("MODIFIED", "101")]
    assert cluster.versions[:2] == ["7", "100"]


def test_a_cluster_that_is_away_for_a_while(follow):
    cluster = Scripted([ClusterError("away"), ApiError("list", 503, {}), ([obj("1")], "7")], [])
    assert seen(follow(cluster, 1)) == [("ADDED", "1")]


@pytest.mark.parametrize(
    ("lists", "streams"),
    [
        ([Forbidden("list", 403, {"message": "no"})], []),
        ([([], "7")], [Forbidden("watch", 403, {"message": "no"})]),
        ([([], "7")], [[{"type": "ERROR", "object": {"code": 403, "message": "no"}}]]),
    ],
    ids=["list", "watch", "event"],
)
def test_what_trying_again_cannot_mend_ends_the_watch(follow, lists, streams):
    cluster = Scripted(lists, streams)
    ((kind, change, error),) = follow(cluster, 1)
    assert (kind, change, error.status, error.detail) == (CERTIFICATE, "ERROR", 403, "no")
    assert len(cluster.versions) == (1 if lists == [([], "7")] else 0)


@pytest.mark.parametrize("timeout", [0.0, -1.0, 0.01])
def test_nothing_comes(follow, timeout):
    cluster = Scripted([([], "7")], [])
    follow(cluster, 0)
    events = feed.Events(cluster, [])
    assert events.next(timeout) is None


def test_several_watches_share_one_queue(api, cluster):
    stop = threading.Event()
    listing = {"items": [obj("1")], "metadata": {"resourceVersion": "1"}}
    api.choose = lambda request: Answer(chunks=[stop]) if "watch" in request.query else Answer(body=listing)
    events = cluster.follow(Watch(CERTIFICATE, "shop"), Watch(SECRET, "shop"))
    kinds = {events.next(SECONDS)[0].kind for _number in range(2)}
    events.close()
    stop.set()
    assert kinds == {"Certificate", "Secret"}


def test_close_ends_the_threads_at_once(api, cluster):
    stop, over = threading.Event(), threading.Event()
    before = set(threading.enumerate())

    def watch():
        yield b'{"type": "ADDED", "object": {"metadata": {"resourceVersion": "2"}}}\n'
        yield stop
        over.set()  # the server has ended the watch by itself

    api.answers = [Answer(body={"items": [], "metadata": {"resourceVersion": "1"}}), Answer(chunks=watch())]
    events = cluster.follow(Watch(CERTIFICATE, "shop"))
    assert events.next(SECONDS)[1] == "ADDED"
    (watching,) = [thread for thread in set(threading.enumerate()) - before if thread.name == "watch certificates"]
    events.close()
    watching.join(SECONDS)
    ended_by_server = over.is_set()
    stop.set()
    assert not watching.is_alive()
    assert not ended_by_server


@pytest.mark.parametrize("lost", [b"", None], ids=["cut", "ended"])
def test_close_while_the_server_is_away(api, cluster, lost):
    # The last watch has ended, the next has no answer yet: there is no connection to shut down.
    away, asked = threading.Event(), threading.Event()
    event = b'{"type": "ADDED", "object": {"metadata": {"resourceVersion": "2"}}}\n'
    watches = [Answer(chunks=[event] if lost is None else [event, lost])]

    def answer(request):
        if "watch" not in request.query:
            return Answer(body={"items": [], "metadata": {"resourceVersion": "1"}})
        if watches:
            return watches.pop()
        asked.set()
        away.wait(SECONDS)
        return Answer(chunks=[])

    api.choose = answer
    events = cluster.follow(Watch(CERTIFICATE, "shop"))
    assert events.next(SECONDS)[1] == "ADDED"
    assert asked.wait(SECONDS)
    try:
        events.close()
    finally:
        away.set()


def test_a_refusal_that_is_cut_off_is_tried_again(api, cluster, monkeypatch):
    monkeypatch.setattr(feed, "_PAUSE_SECONDS", 0.01)
    stop = threading.Event()
    event = b'{"type": "ADDED", "object": {"metadata": {"resourceVersion": "2"}}}\n'
    watches = [Answer(status=500, chunks=[b"{", b""]), Answer(chunks=[event, stop])]
    listing = Answer(body={"items": [], "metadata": {"resourceVersion": "1"}})
    api.choose = lambda request: watches.pop(0) if "watch" in request.query else listing
    events = cluster.follow(Watch(CERTIFICATE, "shop"))
    found = events.next(SECONDS)
    events.close()
    stop.set()
    assert found is not None
    assert found[1] == "ADDED"
