# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An API server goes away in the middle; a real one does in tests/acme/test_api_restart.py."""

from __future__ import annotations

import pytest
import urllib3

from ansible_collections.certops.kubernetes.plugins.module_utils import errors
from ansible_collections.certops.kubernetes.plugins.module_utils.kube import outage
from ansible_collections.certops.kubernetes.plugins.module_utils.kube.cluster import Cluster
from ansible_collections.certops.kubernetes.plugins.module_utils.kube.connect import Connection
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import CERTIFICATE, Watch
from ansible_collections.certops.kubernetes.tests.unit.plugins.module_utils.kube.conftest import Answer

MANIFEST = {"metadata": {"name": "www", "namespace": "shop"}}
GONE = urllib3.exceptions.NewConnectionError(None, "refused")
CUT = urllib3.exceptions.ProtocolError("Connection aborted.")


class Pool:
    """Requests meet what is listed here first, and then the server."""

    def __init__(self):
        self.errors, self._pool = [], urllib3.PoolManager()

    def request(self, method, url, **more):
        if self.errors:
            raise urllib3.exceptions.MaxRetryError(self._pool, url, self.errors.pop(0))
        return self._pool.request(method, url, **more)


@pytest.fixture
def pool():
    return Pool()


@pytest.fixture
def cluster(api, pool):
    return Cluster(Connection(pool, api.url, dict))


@pytest.fixture(autouse=True)
def time(monkeypatch):
    """Pauses that take no time."""

    class Time:
        now = 100.0

        def monotonic(self):
            return self.now

        def sleep(self, seconds):
            self.now += seconds

    made = Time()
    monkeypatch.setattr(outage, "time", made)
    return made


@pytest.mark.parametrize("error", [GONE, CUT])
@pytest.mark.parametrize("ask", ["get", "apply", "merge", "delete"])
def test_who_has_answered_before_is_waited_for(api, cluster, pool, error, ask):
    cluster.get(CERTIFICATE, "shop", "www")
    pool.errors = [error] * 20
    asks = {
        "get": lambda: cluster.get(CERTIFICATE, "shop", "www"),
        "apply": lambda: cluster.apply(CERTIFICATE, MANIFEST, "certops"),
        "merge": lambda: cluster.merge(CERTIFICATE, "shop", "www", {}),
        "delete": lambda: cluster.delete(CERTIFICATE, "shop", "www"),
    }
    asks[ask]()
    assert (len(api.requests), pool.errors) == (2, [])


def test_but_not_for_ever(cluster, pool, time):
    cluster.get(CERTIFICATE, "shop", "www")
    pool.errors = [GONE] * 1000
    began = time.now
    with pytest.raises(errors.ClusterError, match="Cannot read Certificate shop/www: .* does not answer: .*refused"):
        cluster.get(CERTIFICATE, "shop", "www")
    assert 45 <= time.now - began < 46
    # All others are told at once.
    with pytest.raises(errors.ClusterError):
        cluster.get(CERTIFICATE, "shop", "api")
    assert time.now - began < 46


def test_who_has_never_answered_is_not_waited_for(cluster, pool, time):
    pool.errors = [GONE] * 2
    with pytest.raises(errors.ClusterError):
        cluster.get(CERTIFICATE, "shop", "www")
    assert (len(pool.errors), time.now) == (1, 100.0)


def test_what_may_have_been_created_is_not_created_again(cluster, pool):
    cluster.get(CERTIFICATE, "shop", "www")
    pool.errors = [GONE, CUT, CUT]
    with pytest.raises(errors.ClusterError, match="Cannot create Certificate shop/www: .*Connection aborted"):
        cluster.create(CERTIFICATE, MANIFEST)
    assert len(pool.errors) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_who_comes_back_is_given_time_to_know_its_roles(api, cluster, pool, status):
    cluster.get(CERTIFICATE, "shop", "www")
    pool.errors = [GONE]
    api.answers = [Answer(status, {"message": "no"}), Answer(status, {"message": "no"}), Answer(body=MANIFEST)]
    assert cluster.get(CERTIFICATE, "shop", "www") == MANIFEST


NO = Answer(403, {"message": "no"})


def test_an_outage_so_short_that_the_second_attempt_gets_through_is_one(api, cluster, monkeypatch):
    cluster.get(CERTIFICATE, "shop", "www")
    connection, refusals = urllib3.connection.HTTPConnection, [GONE]
    connect = connection._new_conn

    def refuse(this):
        if refusals:
            raise refusals.pop()
        return connect(this)

    monkeypatch.setattr(connection, "_new_conn", refuse)
    api.answers = [NO._replace(headers=(("Connection", "close"),)), NO, Answer(body=MANIFEST)]
    with pytest.raises(errors.Forbidden):
        cluster.get(CERTIFICATE, "shop", "www")
    api.answers.insert(0, NO)
    assert cluster.get(CERTIFICATE, "shop", "www") == MANIFEST
    assert not refusals


@pytest.mark.parametrize("list_answers", [1, 2])
def test_a_watch_that_is_cut_is_an_outage_until_the_next_answer(api, cluster, list_answers):
    """The server may be back before anything else is asked, and not know its roles yet."""
    listing = Answer(body={"items": [], "metadata": {"resourceVersion": "7"}})
    api.answers = [listing, Answer(chunks=[b""]), *[NO] * list_answers, listing]
    events = cluster.follow(Watch(CERTIFICATE, "shop", None))
    try:
        assert events.next(2.0) is None
    finally:
        events.close()
    assert len(api.requests) > 2 + list_answers


def test_a_refusal_at_any_other_time_is_one(api, cluster, pool, time):
    api.answers = [Answer(403, {"message": "no"})]
    for _time in range(2):
        with pytest.raises(errors.Forbidden):
            cluster.get(CERTIFICATE, "shop", "www")
    assert (len(api.requests), time.now) == (2, 100.0)
    pool.errors = [GONE]
    with pytest.raises(errors.Forbidden):
        cluster.get(CERTIFICATE, "shop", "www")
    assert 105 < time.now < 106
