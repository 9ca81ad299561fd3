# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import causes
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.checks import ingress_class
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.finding import ERROR, WARNING
from ansible_collections.certops.kubernetes.tests.unit import issuance as made
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.issuance import only, said
from ansible_collections.certops.kubernetes.tests.unit.live import condition

# Young enough for the challenge itself to have nothing to say.
CHALLENGE = made.challenge(age=40)
TITLE = "Challenge shop/www-1-2-3"


def test_the_class_does_not_exist():
    found = only(made.challenging(CHALLENGE, ingress_classes=(live.ingress_class("b"), live.ingress_class("a"))))
    assert (found.code, found.severity, found.object) == ("ingress_class.missing", ERROR, TITLE)
    assert found.message == "IngressClass nginx, which the solver names, does not exist; there is a, b."
    none = only(made.challenging(CHALLENGE, ingress_classes=()))
    assert none.message.endswith("there is none.")


def test_the_class_is_still_the_cause_when_the_challenge_has_failed():
    failed = made.challenge(
        "Error accepting authorization: 403 urn:ietf:params:acme:error:unauthorized: 404", "invalid"
    )
    codes = [code for code, _s, _o in said(made.challenging(failed, ingress_classes=()))]
    assert codes == ["ingress_class.missing", "acme.unauthorized"]
    assert [code for code, _s, _o in said(made.challenging(failed))] == ["acme.unauthorized"]
    undecided = failed | {"spec": solving()["spec"]}
    assert [code for code, _s, _o in said(made.challenging(undecided))] == ["acme.unauthorized"]


def solving(**ingress):
    return made.challenge(age=40, solver={"http01": {"ingress": ingress}})


@pytest.mark.parametrize(
    ("challenge", "parts", "found"),
    [
        (solving(), {}, [("ingress_class.not_given", WARNING, TITLE)]),
        (solving(), {"ingress_classes": (live.ingress_class(default=True),)}, []),
        (solving(**{"class": "nginx"}), {"ingress_classes": ()}, []),
        (solving(name="web"), {"ingress_classes": ()}, []),
        (made.challenge(age=40, solver={"http01": {"gatewayHTTPRoute": {}}}), {"ingress_classes": ()}, []),
        (
            CHALLENGE,
            {"ingress_classes": (), "errors": {"ingressclasses": "no"}},
            [("evidence.unreadable", WARNING, "ingressclasses")],
        ),
        (made.challenge(age=40, state="valid"), {"ingress_classes": ()}, []),
        (made.challenge(age=40, processing=False), {"ingress_classes": ()}, [("ingress_class.missing", ERROR, TITLE)]),
        (solving() | {"status": {"state": "pending", "processing": False}}, {}, []),
    ],
)
def test_class(challenge, parts, found):
    assert said(made.challenging(challenge, **parts)) == found


def unserved(age=60, **parts):
    ingress = made.solver_ingress(CHALLENGE, age=age, address=None)
    return made.challenging(CHALLENGE, **{"solver_ingresses": (ingress,), **parts})


def test_nobody_serves_the_class():
    found = only(unserved())
    assert (found.code, found.severity) == ("ingress_class.not_served", WARNING)
    assert found.object == "Ingress shop/cm-acme-http-solver-x"
    assert "for 60 s: it has no address, and no other Ingress of class nginx has one." in found.message
    assert "class nginx (k8s.io/ingress-nginx) runs" in found.remedy


def other(name, annotations=None):
    ingress = live.ingress(annotations=annotations)
    ingress["spec"]["ingressClassName"] = name
    return ingress


def test_an_address_on_another_ingress_of_the_class_proves_its_controller():
    assert said(unserved(ingresses=(other("nginx"),))) == []
    assert said(unserved(ingresses=(other(None, {"kubernetes.io/ingress.class": "nginx"}),))) == []
    assert [code for code, _s, _o in said(unserved(ingresses=(other("traefik"),)))] == ["ingress_class.not_served"]


NOT_FOUND = made.SELF_CHECK + "wrong status code '404', expected '200'"


@pytest.mark.parametrize(
    ("reason", "name", "differs"),
    [(NOT_FOUND, "traefik", True), (NOT_FOUND, "nginx", False), (NOT_FOUND, None, False), ("", "traefik", False)],
)
def test_the_host_is_served_by_another_class(reason, name, differs):
    found = causes.run_all(made.challenging(made.challenge(reason, age=40), ingresses=(other(name),)))
    assert [(one.code, one.severity, one.object) for one in found if one.code != "self_check.not_found"] == (
        [("ingress_class.differs", WARNING, "Ingress shop/www")] if differs else []
    )
    elsewhere = other(name)
    elsewhere["spec"]["rules"] = [{"host": "b.example.test"}, {}]
    codes = [
        one.code for one in causes.run_all(made.challenging(made.challenge(reason, age=40), ingresses=(elsewhere,)))
    ]
    assert "ingress_class.differs" not in codes


@pytest.mark.parametrize("age", [2, None])
def test_a_controller_is_given_time(age):
    assert said(unserved(age=age)) == []


def test_a_class_that_only_the_annotation_names():
    item = solving(**{"class": "old"})
    ingress = made.solver_ingress(item, address=None, name=None)
    ingress["metadata"]["annotations"] = {"kubernetes.io/ingress.class": "old"}
    found = only(made.challenging(item, solver_ingresses=(ingress,)))
    assert (found.code, found.evidence) == (
        "ingress_class.not_served",
        {"ingress_class": "old", "controller": None},
    )


def test_addresses():
    ingress = live.ingress()
    ingress["status"] = {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}, {"hostname": "lb.example.org"}]}}
    assert ingress_class.addresses(ingress) == ["192.0.2.1", "lb.example.org"]
    assert ingress_class.addresses({}) == []


POD = "Pod shop/cm-acme-http-solver-y"
UNSCHEDULABLE = [condition("PodScheduled", False, "Unschedulable", "0/3 nodes are available: 3 Insufficient cpu.")]
PENDING = [
    condition("PodScheduled", True),
    condition("Ready", False, "ContainersNotReady", "containers with unready status"),
]


def pod(age=60, **status):
    return made.challenging(CHALLENGE, solver_pods=(made.solver_pod(CHALLENGE, age=age, **status),))


def container(reason, message="words"):
    return [{"image": "acmesolver:v1", "state": {"waiting": {"reason": reason, "message": message}}}]


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        ({"conditions": UNSCHEDULABLE}, "not_scheduled", "finds no node: 0/3 nodes are available"),
        (
            {"conditions": PENDING, "containerStatuses": container("ErrImagePull")},
            "image_not_pulled",
            "acmesolver:v1 can't be pulled, ErrImagePull: words",
        ),
        (
            {"conditions": PENDING, "containerStatuses": container("ErrImageNeverPull")},
            "image_not_pulled",
            "ErrImageNeverPull",
        ),
        (
            {"conditions": PENDING, "containerStatuses": container("CrashLoopBackOff")},
            "not_starting",
            "CrashLoopBackOff",
        ),
        (
            {"conditions": PENDING, "containerStatuses": container("ContainerCreating")},
            "not_ready",
            "not ready after 60 s: containers with unready status",
        ),
        ({"conditions": [], "phase": "Pending"}, "not_ready", "no reason given"),
        (
            {"conditions": PENDING, "phase": "Failed", "reason": "Evicted", "message": "disk"},
            "pod_failed",
            "has failed: Evicted disk",
        ),
    ],
)
def test_pod(status, code, words):
    found = only(pod(**status))
    assert (found.code, found.severity, found.object) == (f"solver.{code}", ERROR, POD)
    assert words in found.message
    assert found.remedy


def test_the_pods_event_says_more_than_its_condition():
    item = made.solver_pod(CHALLENGE, age=60, conditions=PENDING)
    told = made.event(item, "FailedCreatePodSandBox", "plugin failed (add): no IP addresses left")
    found = only(made.challenging(CHALLENGE, solver_pods=(item,), events=(told,)))
    assert found.message.endswith("no IP addresses left")


@pytest.mark.parametrize(
    ("age", "status", "found"),
    [
        (5, {"conditions": UNSCHEDULABLE}, [("solver.not_scheduled", WARNING, POD)]),
        (5, {"conditions": PENDING}, []),
        (None, {"conditions": PENDING}, []),
        (
            5,
            {"conditions": PENDING, "containerStatuses": container("ErrImagePull")},
            [("solver.image_not_pulled", ERROR, POD)],
        ),
    ],
)
def test_a_pod_is_given_time(age, status, found):
    assert said(pod(age, **status)) == found


def test_a_pod_that_is_being_deleted_is_not_spoken_of():
    item = made.solver_pod(CHALLENGE, conditions=UNSCHEDULABLE)
    item["metadata"]["deletionTimestamp"] = made.ago(1)
    assert said(made.challenging(CHALLENGE, solver_pods=(item,))) == []


def test_objects_may_say_little():
    item = made.challenge(NOT_FOUND, age=40)
    for spec in ({}, {"http01": None}, {"http01": {"ingress": None}}):
        little = item | {"spec": item["spec"] | {"solver": spec}}
        codes = [one.code for one in causes.run_all(made.challenging(little)) if "self_check" not in one.code]
        assert codes == (["ingress_class.not_given"] if "ingress" in (spec.get("http01") or {}) else [])
    ingress = made.solver_ingress(item, name=None)
    del ingress["spec"]
    bare = ingress | {"spec": {}}
    evidence = made.challenging(item, solver_ingresses=(bare,), ingresses=(other("traefik"), bare))
    assert [one.code for one in causes.run_all(evidence)] == ["self_check.not_found"]
    classes = ({"metadata": {"name": "nginx"}, "spec": {}},)
    assert "class nginx (unknown) runs" in only(unserved(ingress_classes=classes)).remedy
    assert said(made.challenging(solving(), ingress_classes=classes)) == [("ingress_class.not_given", WARNING, TITLE)]


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ({"conditions": [condition("PodScheduled", False, "Unschedulable")]}, "finds no node: Unschedulable"),
        (
            {"conditions": None, "containerStatuses": [{}, {"state": None}, {"state": {"running": {}}}]},
            "no reason given",
        ),
        (
            {"conditions": None, "containerStatuses": [{"state": {"waiting": {"reason": "ErrImagePull"}}}]},
            "ErrImagePull: ",
        ),
        ({"conditions": None, "phase": "Failed"}, "the solver's pod has failed:"),
    ],
)
def test_a_pod_may_say_little(status, message):
    assert only(pod(**status)).message.endswith(message)


def test_no_pod():
    assert said(made.challenging(CHALLENGE, solver_pods=())) == [("solver.pod_missing", ERROR, TITLE)]
    assert said(made.challenging(made.challenge(age=40, presented=False), solver_pods=())) == []
    unseen = made.challenging(CHALLENGE, solver_pods=(), errors={"pods": "no"})
    assert [code for code, _s, _o in said(unseen)] == ["evidence.unreadable"]
