# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import objects
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.objects import Wish
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import CertopsError, Conflict, Forbidden
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import CERTIFICATE, SECRET
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time

READ, DRY, APPLY = "get Certificate shop/www", "dry-run apply Certificate shop/www", "apply Certificate shop/www"
MERGE = "merge Certificate shop/www"


def certificate(**spec):
    return {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Certificate",
        "metadata": {"name": "www", "namespace": "shop"},
        "spec": {"secretName": "www-tls", **spec},
    }


def wish(yielding=(), **spec):
    return Wish(CERTIFICATE, certificate(**spec), yielding=frozenset(yielding))


def plan(run, wanted):
    return objects.plan(wanted, objects.observe(run, wanted, objects.read(run, wanted)))


def cluster_with(manager, **spec):
    cluster = FakeCluster(Time())
    if manager == "certops":
        cluster.apply(CERTIFICATE, certificate(**spec), manager)
    else:
        cluster.put(certificate(**spec), manager)
    cluster.requests.clear()
    return cluster


def done(cluster, wanted, **how):
    """Plan and carry out: the plan, the object, and the requests it took."""
    run = cluster.run(**how)
    todo = plan(run, wanted)
    live = objects.carry_out(run, todo)
    return todo, live, cluster.requests


def test_nothing_but_a_read_when_it_is_settled():
    cluster = cluster_with("certops", duration="90m")
    todo, live, requests = done(cluster, wish(duration="90m"))
    assert (todo.action, todo.changed) == (objects.NOTHING, False)
    assert live == cluster.live(CERTIFICATE, "shop", "www")
    assert requests == [READ]


def test_create():
    todo, live, requests = done(FakeCluster(Time()), wish())
    assert (todo.action, todo.changed) == (objects.CREATE, True)
    assert todo.diff() == {
        "before_header": "Certificate shop/www",
        "after_header": "Certificate shop/www",
        "before": {},
        "after": {"spec": {"secretName": "www-tls"}},
    }
    assert live["spec"] == {"secretName": "www-tls"}
    assert requests == [READ, DRY, APPLY]


def test_what_is_new_and_alone_takes_no_dry_run_but_in_check_mode():
    cluster = FakeCluster(Time())
    for check_mode in (True, False):
        run = cluster.run(check_mode=check_mode)
        todo = objects.plan(wish(), objects.observe(run, wish(), None, alone=True))
        assert todo.diff()["after"] == {"spec": {"secretName": "www-tls"}}
    objects.carry_out(run, todo)
    assert cluster.requests == [DRY, APPLY]
    there = cluster.live(CERTIFICATE, "shop", "www")
    assert objects.plan(wish(isCA=True), objects.observe(run, wish(isCA=True), there, alone=True)).changed
    assert cluster.requests == [DRY, APPLY, DRY]


def test_update_shows_just_what_changes():
    todo, live, requests = done(cluster_with("certops", duration="90m", isCA=True), wish(duration="2h"))
    assert (todo.action, todo.changed) == (objects.UPDATE, True)
    assert todo.diff()["before"] == {"spec": {"duration": "90m", "isCA": True}}
    assert todo.diff()["after"] == {"spec": {"duration": "2h"}}
    assert live["spec"] == {"secretName": "www-tls", "duration": "2h"}
    assert requests == [READ, DRY, APPLY]


def test_adopting_what_others_made_is_no_change_and_happens_once():
    cluster = cluster_with("kubectl")
    todo, _live, requests = done(cluster, wish())
    assert (todo.action, todo.changed, todo.diff()["after"]) == (objects.ADOPT, False, {})
    assert requests == [READ, DRY, APPLY]
    requests.clear()
    assert done(cluster, wish())[2] == [READ]


def test_fields_of_others_stay():
    _todo, live, _requests = done(cluster_with("kubectl", duration="90m"), wish(isCA=True))
    assert live["spec"] == {"secretName": "www-tls", "duration": "90m", "isCA": True}


def test_a_plan_writes_nothing():
    cluster = cluster_with("certops")
    before = cluster.live(CERTIFICATE, "shop", "www")
    assert plan(cluster.run(check_mode=True), wish(duration="2h")).changed
    assert cluster.live(CERTIFICATE, "shop", "www") == before
    assert cluster.requests == [READ, DRY]


def test_a_conflict_names_field_and_manager_and_changes_nothing():
    cluster = cluster_with("kubectl", duration="90m")
    with pytest.raises(CertopsError) as caught:
        plan(cluster.run(), wish(duration="2h"))
    (finding,) = caught.value.findings
    assert finding.code == "field.conflict"
    assert finding.message == "other field managers hold other values: spec.duration (kubectl)."
    assert "force_conflicts: true" in str(caught.value)
    assert cluster.requests == [READ, DRY]


def test_force_takes_fields_over_for_good():
    cluster = cluster_with("kubectl", duration="90m")
    todo, live, _requests = done(cluster, wish(duration="2h"), force=True)
    assert todo.changed
    assert live["spec"]["duration"] == "2h"
    assert not plan(cluster.run(), wish(duration="2h")).changed


def test_yielding_fields_are_taken_over():
    _todo, live, requests = done(cluster_with("kubectl", duration="90m"), wish({".spec.duration"}, duration="2h"))
    assert live["spec"]["duration"] == "2h"
    assert requests == [READ, DRY, f"{DRY} by force", APPLY, f"{APPLY} by force"]


def test_nothing_is_forced_while_another_field_is_in_conflict():
    cluster = cluster_with("kubectl", duration="90m", isCA=True)
    with pytest.raises(CertopsError, match=r"spec\.duration \(kubectl\), spec\.isCA \(kubectl\)"):
        plan(cluster.run(), wish({".spec.duration"}, duration="2h", isCA=False))
    assert cluster.requests == [READ, DRY]


@pytest.mark.parametrize(
    ("missing", "code", "said"),
    [
        ("missing_kinds", "crd.missing", "the cluster has no kind Certificate of cert-manager.io/v1."),
        ("missing_namespaces", "namespace.missing", "the namespace 'shop' does not exist."),
    ],
)
def test_what_is_missing_is_a_failure_but_for_check_mode(missing, code, said):
    cluster = FakeCluster(Time())
    getattr(cluster, missing).add("Certificate" if missing == "missing_kinds" else "shop")
    with pytest.raises(CertopsError, match=said) as caught:
        plan(cluster.run(), wish())
    assert [finding.code for finding in caught.value.findings] == [code]
    todo = plan(cluster.run(check_mode=True), wish())
    assert (todo.action, todo.diff()["after"]) == (objects.CREATE, {"spec": {"secretName": "www-tls"}})


def test_what_the_server_refuses_at_the_dry_run_is_explained():
    cluster = FakeCluster(Time())
    cluster.refuse(DRY, Forbidden("apply Certificate shop/www", 403, {"message": "no"}))
    with pytest.raises(CertopsError, match="not allowed to apply Certificate shop/www: no"):
        plan(cluster.run(check_mode=True), wish())


def test_what_the_server_refuses_at_the_apply_is_explained():
    cluster = FakeCluster(Time())
    run = cluster.run()
    todo = plan(run, wish())
    cluster.missing_namespaces.add("shop")
    with pytest.raises(CertopsError, match="the namespace 'shop' does not exist"):
        objects.carry_out(run, todo)


def test_a_map_is_emptied_without_removing_it():
    cluster = cluster_with("certops", secretTemplate={"labels": {"tier": "web"}})
    wanted = wish(secretTemplate={"labels": {}})
    todo, live, requests = done(cluster, wanted)
    assert todo.diff()["before"] == {"spec": {"secretTemplate": {"labels": {"tier": "web"}}}}
    assert todo.diff()["after"] == {}
    assert live["spec"]["secretTemplate"] == {"labels": {}}
    assert requests == [READ, DRY, APPLY, MERGE]


def test_a_map_is_not_emptied_of_what_another_has_put_there_meanwhile():
    cluster = cluster_with("certops", secretTemplate={"labels": {"tier": "web"}})

    def meddle():
        cluster.merge(CERTIFICATE, "shop", "www", {"spec": {"secretTemplate": {"labels": {"tier": "theirs"}}}})

    cluster.before(MERGE, meddle)
    with pytest.raises(Conflict):
        done(cluster, wish(secretTemplate={"labels": {}}))
    assert cluster.live(CERTIFICATE, "shop", "www")["spec"]["secretTemplate"] == {"labels": {"tier": "theirs"}}


def test_emptying_a_map_gives_up_when_the_object_never_rests():
    cluster = cluster_with("certops", secretTemplate={"labels": {"tier": "web"}})
    cluster.refuse(MERGE, Conflict(MERGE, 409, {"message": "modified"}))
    with pytest.raises(Conflict):
        done(cluster, wish(secretTemplate={"labels": {}}))
    assert cluster.requests.count(MERGE) == 5


def secret(**data):
    metadata = {"name": "eab", "namespace": "shop"}
    return Wish(SECRET, {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque", "data": data})


@pytest.mark.parametrize(
    ("wanted", "before", "after"),
    [
        (secret(key="bmV3"), {"data": {"key": "(hidden)"}}, {"data": {"key": "(hidden, changed)"}}),
        (
            secret(key="b2xk", other="bmV3"),
            {},
            {"data": {"other": "(hidden, changed)"}},
        ),
        (secret(other="b2xk"), {"data": {"key": "(hidden)"}}, {"data": {"other": "(hidden, changed)"}}),
    ],
)
def test_diff_hides_the_values_of_secrets(wanted, before, after):
    cluster = FakeCluster(Time())
    cluster.apply(SECRET, secret(key="b2xk").manifest, "certops")
    diff = plan(cluster.run(), wanted).diff()
    assert (diff["before"], diff["after"]) == (before, after)


def test_diff_hides_a_secret_that_is_created():
    assert plan(FakeCluster(Time()).run(), secret(key="bmV3")).diff()["after"] == {
        "data": {"key": "(hidden, changed)"},
        "type": "Opaque",
    }


def test_diff_hides_the_passwords_of_keystores():
    stores = {"jks": {"create": True, "password": "changeit"}}
    diff = plan(FakeCluster(Time()).run(), wish(keystores=stores)).diff()
    assert diff["after"]["spec"]["keystores"] == {"jks": {"create": True, "password": "(hidden, changed)"}}


def test_a_cluster_wide_wish_has_no_namespace():
    manifest = {**certificate(), "metadata": {"name": "www"}}
    wanted = replace(wish(), manifest=manifest)
    assert (wanted.namespace, wanted.title) == (None, "Certificate www")
