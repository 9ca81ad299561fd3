# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.served import Failure, Page
from ansible_collections.certops.kubernetes.plugins.module_utils.engine import parallel
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import Forbidden, NotReady, SpecError
from ansible_collections.certops.kubernetes.plugins.module_utils.solver.http01 import Http01
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.challenge import Task
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.responder import Responder, Settings
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time

ADDRESS = "192.0.2.7"
ACCOUNT = "thumbprint-of-the-account"
SETTINGS = Settings(ingress_class_name="nginx")
RESPONDER = Responder("shop", ACCOUNT, SETTINGS)
WORKLOAD = (kinds.DEPLOYMENT, kinds.SERVICE)


def task(host, token="", account=ACCOUNT, wildcard=False):
    token = token or f"token-of-{host}"
    return Task(host, wildcard, token, f"{token}.{account}")


class World:
    """A cluster whose controller serves Ingresses some seconds after they came, and publishes an address."""

    def __init__(self, *objects, takes=0.0, publishes=True, starts=0.0):
        self.time = Time()
        self.cluster = FakeCluster(self.time, live.ingress_class(), *objects)
        self.served, self.asked, self.answers = {}, [], {}
        self.takes, self.publishes, self.starts = takes, publishes, starts
        self.cluster.reactions.append(self.react)

    def react(self, obj):
        if obj["kind"] == "Deployment" and not obj.get("status") and not self.starts:
            self.start(obj)
        elif obj["kind"] == "Deployment" and not obj.get("status"):
            self.time.at(self.time.seconds + self.starts, lambda: self.start(obj))
        if obj["kind"] == "Ingress" and not obj.get("status"):
            if self.takes:
                self.time.at(self.time.seconds + self.takes, lambda: self.take_up(obj))
            else:
                self.take_up(obj)

    def start(self, obj):
        if self.cluster.live(kinds.DEPLOYMENT, "shop", obj["metadata"]["name"]):
            self.cluster.set_status(kinds.DEPLOYMENT, "shop", obj["metadata"]["name"], {"readyReplicas": 1})

    def take_up(self, obj):
        metadata = obj["metadata"]
        if self.cluster.live(kinds.INGRESS, metadata["namespace"], metadata["name"]) is None:
            return
        self.served[metadata["name"]] = [rule.get("host", "") for rule in obj["spec"]["rules"]]
        entry = [{"ip": ADDRESS}] if self.publishes else []
        status = {"loadBalancer": {"ingress": entry}}
        self.cluster.set_status(kinds.INGRESS, metadata["namespace"], metadata["name"], status)

    def fetch(self, host, address, path, seconds):
        self.asked.append((host, address))
        if host in self.answers:
            return self.answers[host]
        there = [name for name in self.served if self.cluster.live(kinds.INGRESS, "shop", name)]
        if not any(host in self.served[name] or "" in self.served[name] for name in there):
            return Page(f"http://{host}{path}", 404, b"404 page not found")
        if self.cluster.live(kinds.DEPLOYMENT, "shop", RESPONDER.name) is None:
            return Page(f"http://{host}{path}", 503, b"")
        return Page(f"http://{host}{path}", 200, f"{path.rpartition('/')[2]}.{ACCOUNT}\n".encode())

    def solver(self, keep=False, settings=SETTINGS):
        return Http01(self.cluster, self.time.clock(), self.fetch, parallel.each, "shop", settings, keep)

    def ingresses(self):
        return self.cluster.list(kinds.INGRESS, "shop", labels=RESPONDER.selector)[0]

    def is_there(self):
        return [self.cluster.live(kind, "shop", RESPONDER.name) is not None for kind in WORKLOAD]

    def take_away(self):
        """What another run does whose challenges are over."""
        for ingress in self.ingresses():
            self.cluster.drop(kinds.INGRESS, "shop", ingress["metadata"]["name"])
        for kind in WORKLOAD:
            if self.cluster.live(kind, "shop", RESPONDER.name):
                self.cluster.drop(kind, "shop", RESPONDER.name)

    def answer(self, tasks, seconds=60.0, **how):
        solver = self.solver(**how)
        solver.present(tasks)
        solver.await_visible(tasks, self.time.seconds + seconds)
        return solver


def test_a_batch_is_answered_by_one_ingress_and_nothing_is_left():
    world, tasks = World(), [task("a.example.test"), task("b.example.test")]
    solver = world.answer(tasks)
    assert [obj["metadata"]["name"] for obj in world.ingresses()] == [
        RESPONDER.ingress_name(["a.example.test", "b.example.test"])
    ]
    assert world.asked == [("a.example.test", ADDRESS), ("b.example.test", ADDRESS)]
    solver.clean_up(tasks)
    assert world.ingresses() == []
    assert world.is_there() == [False, False]


def test_presenting_and_cleaning_twice_is_the_same_as_once():
    world, tasks = World(), [task("a.example.test")]
    solver = world.answer(tasks)
    before = world.ingresses()
    solver.present(tasks)
    assert [obj["spec"] for obj in world.ingresses()] == [obj["spec"] for obj in before]
    solver.clean_up(tasks)
    solver.clean_up(tasks)
    assert world.is_there() == [False, False]


def test_a_killed_run_is_cleaned_up_by_the_one_that_resumes_its_order():
    world, tasks = World(), [task("a.example.test")]
    world.answer(tasks)
    world.answer(tasks).clean_up(tasks)
    assert world.ingresses() == []


def test_a_run_that_comes_back_with_some_of_the_challenges_leaves_the_others():
    world, tasks = World(), [task("a.example.test"), task("b.example.test")]
    world.answer(tasks)
    world.solver().clean_up(tasks[:1])
    assert len(world.ingresses()) == 1
    world.solver().clean_up(tasks[1:])
    assert world.ingresses() == []
    assert world.is_there() == [False, False]


def test_a_kept_responder_answers_the_next_batch_without_a_new_ingress():
    world = World()
    solver = world.answer([task("a.example.test"), task("b.example.test")], keep=True)
    solver.clean_up([task("a.example.test"), task("b.example.test")])
    world.answer([task("a.example.test", "another-token")], keep=True)
    assert len(world.ingresses()) == 1
    assert "annotations" not in world.ingresses()[0]["metadata"] or not [
        name for name in world.ingresses()[0]["metadata"]["annotations"] if name.startswith("challenge.")
    ]
    world.answer([task("a.example.test"), task("c.example.test")], keep=True)
    assert [[rule["host"] for rule in obj["spec"]["rules"]] for obj in world.ingresses()] == [
        ["a.example.test", "b.example.test"],
        ["c.example.test"],
    ]


def test_what_another_batch_uses_stays_until_that_one_is_done():
    world = World()
    ours, theirs = [task("a.example.test")], [task("a.example.test", "their-token"), task("b.example.test")]
    us, them = world.answer(ours), world.answer(theirs)
    us.clean_up(ours)
    assert [[rule["host"] for rule in obj["spec"]["rules"]] for obj in world.ingresses()] == [
        ["a.example.test"],
        ["b.example.test"],
    ]
    assert world.is_there() == [True, True]
    them.clean_up(theirs)
    assert world.ingresses() == []
    assert world.is_there() == [False, False]


def test_a_challenge_that_nobody_came_back_for_is_forgotten_after_an_hour():
    world = World()
    world.answer([task("a.example.test", "of-a-killed-run")])
    world.time.sleep(3601)
    ours = [task("a.example.test")]
    world.answer(ours).clean_up(ours)
    assert world.ingresses() == []


def test_what_was_prepared_is_not_made_twice():
    world, tasks = World(starts=2.0), [task("a.example.test")]
    solver = world.solver()
    solver.prepare(tasks)
    assert (world.is_there(), world.ingresses(), world.time.seconds) == ([True, True], [], 0.0)
    solver.present(tasks)
    made = [request for request in world.cluster.requests if request.startswith("apply Deployment")]
    assert len(made) == 1
    solver.clean_up(tasks)
    assert world.is_there() == [False, False]


def test_what_was_prepared_and_taken_away_comes_again():
    world, tasks = World(), [task("a.example.test")]
    solver = world.solver()
    solver.prepare(tasks)
    world.take_away()
    solver.present(tasks)
    assert world.is_there() == [True, True]


def test_what_another_batch_took_away_in_between_comes_again():
    world, tasks = World(takes=1.0), [task("a.example.test")]
    solver = world.solver()
    solver.present(tasks)
    world.time.at(0.5, world.take_away)
    solver.await_visible(tasks, 60.0)
    assert world.is_there() == [True, True]


def test_the_objects_of_others_stay():
    others = live.ingress()
    world, tasks = World(others), [task(live.HOST)]
    world.answer(tasks).clean_up(tasks)
    assert world.cluster.live(kinds.INGRESS, "shop", "www")["spec"] == others["spec"]


def test_waits_for_the_controller_and_its_address():
    world, tasks = World(takes=2.0), [task("a.example.test")]
    world.answer(tasks)
    assert world.asked == [("a.example.test", ADDRESS)]
    assert 2.0 <= world.time.seconds < 3.0


def test_the_ingress_comes_when_there_is_a_pod_behind_it():
    world = World(starts=2.0)
    world.solver().present([task("a.example.test")])
    assert 2.0 <= world.time.seconds < 2.5


def test_a_pod_that_does_not_start_is_not_waited_for_long():
    world = World(starts=1000.0)
    world.solver().present([task("a.example.test")])
    assert 4.0 <= world.time.seconds < 4.5
    assert len(world.ingresses()) == 1


def test_without_a_published_address_the_hosts_own_is_asked():
    world = World(publishes=False)
    world.answer([task("a.example.test")])
    assert world.asked == [("a.example.test", "")]


def test_an_address_that_is_published_late_is_asked_all_the_same():
    """As after a restart of the API server, where the host's own name leads to nobody."""
    world = World(takes=20.0)
    fetch = world.fetch
    world.fetch = lambda host, address, *how: fetch(host, address, *how) if address else Failure("dns", "no such host")
    world.answer([task("a.example.test")])
    assert world.time.seconds < 22.0


def test_one_host_that_does_not_answer_is_told_apart_from_the_others():
    world = World()
    world.answers["b.example.test"] = Page("http://b.example.test/", 200, b"<html>shop</html>")
    tasks = [task("a.example.test"), task("b.example.test"), task("c.example.test")]
    solver = world.solver()
    solver.present(tasks)
    with pytest.raises(NotReady, match=r"^1 of 3 hosts .*: b\.example\.test$") as caught:
        solver.await_visible(tasks, 10.0)
    assert [finding.code for finding in caught.value.findings] == ["self_check.wrong_content"]
    assert world.time.seconds == 10.0


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Page("", 404, b""), "self_check.not_found"),
        (Page("", 403, b""), "self_check.forbidden"),
        (Page("", 503, b""), "self_check.unavailable"),
        (Page("", 418, b""), "self_check.status"),
        (Failure("connection_refused", "connection refused"), "self_check.connection_refused"),
        (Failure("too_many_redirects", "10 redirects"), "self_check.too_many_redirects"),
    ],
)
def test_says_what_was_answered_instead(answer, code):
    world = World()
    world.answers["a.example.test"] = answer
    with pytest.raises(NotReady) as caught:
        world.answer([task("a.example.test")], seconds=2.0)
    (finding,) = caught.value.findings
    assert finding.code == code
    assert finding.object == f"Ingress shop/{RESPONDER.ingress_name(['a.example.test'])}"
    assert ADDRESS in finding.message


def test_a_pod_that_finds_no_image_is_the_first_finding():
    waiting = {"reason": "ImagePullBackOff", "message": "no such image"}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p", "namespace": "shop", "labels": RESPONDER.labels},
        "status": {"containerStatuses": [{"image": "caddy:2", "state": {"waiting": waiting}}]},
    }
    world = World(pod)
    world.answers["a.example.test"] = Page("", 503, b"")
    with pytest.raises(NotReady) as caught:
        world.answer([task("a.example.test")], seconds=2.0)
    assert [finding.code for finding in caught.value.findings] == [
        "solver.image_not_pulled",
        "self_check.unavailable",
    ]


def test_an_address_is_answered_by_a_rule_for_every_host():
    world, tasks = World(), [task("192.0.2.99")]
    solver = world.answer(tasks)
    assert [list(rule) for rule in world.ingresses()[0]["spec"]["rules"]] == [["http"]]
    solver.clean_up(tasks)
    assert world.ingresses() == []


def test_a_wildcard_is_refused_before_anything_is_made():
    world = World()
    with pytest.raises(SpecError, match=r"\*\.example\.test: http-01 can't"):
        world.solver().present([task("example.test", wildcard=True)])
    assert world.cluster.requests == []


def test_each_account_has_its_own_responder():
    world = World()
    solver = world.solver()
    solver.present([task("a.example.test"), task("b.example.test", account="another")])
    deployments = world.cluster.list(kinds.DEPLOYMENT, "shop")[0]
    another = Responder("shop", "another", SETTINGS)
    assert {obj["metadata"]["name"] for obj in deployments} == {RESPONDER.name, another.name}


@pytest.mark.parametrize(
    ("settings", "path_type"),
    [
        (SETTINGS, "ImplementationSpecific"),
        (Settings(ingress_class_annotation="nginx"), "ImplementationSpecific"),
        (Settings(ingress_class_name="haproxy"), "Prefix"),
        (Settings(), "Prefix"),
    ],
)
def test_the_path_is_opened_in_the_way_of_the_class(settings, path_type):
    world = World(live.ingress_class("haproxy", "haproxy.org/ingress-controller"))
    world.answer([task("a.example.test")], settings=settings)
    (ingress,) = world.ingresses()
    assert ingress["spec"]["rules"][0]["http"]["paths"][0]["pathType"] == path_type
    assert ("nginx.ingress.kubernetes.io/ssl-redirect" in ingress["metadata"]["annotations"]) == (path_type != "Prefix")


def test_the_default_class_counts_where_none_is_given():
    world = World(live.ingress_class("main", default=True))
    world.answer([task("a.example.test")], settings=Settings())
    (ingress,) = world.ingresses()
    assert ingress["spec"]["rules"][0]["http"]["paths"][0]["pathType"] == "ImplementationSpecific"


def test_classes_need_not_be_readable():
    world = World()
    world.cluster.refuse("list ingressclasses", Forbidden("list ingressclasses", 403, {}))
    world.answer([task("a.example.test")])
    assert len(world.ingresses()) == 1
