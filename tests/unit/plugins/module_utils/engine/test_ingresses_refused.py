# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.errors import Forbidden, NotReady, SpecError
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time
from ansible_collections.certops.kubernetes.tests.unit.serving import HOST, HSTS, ensure, working


@pytest.mark.parametrize(
    ("objects", "options", "said"),
    [
        ([], {}, "name: Ingress shop/www does not exist; give rules to have it created"),
        (
            [live.ingress(tls=[{"hosts": [HOST], "secretName": "theirs"}])],
            {},
            f"hosts: '{HOST}' is already served from Secret 'theirs' by a tls entry that is not ours",
        ),
        (
            [live.ingress(ingressClassName="unknown"), live.ingress_class("unknown", "example.org/unknown")],
            {"redirect": True},
            (
                "controller: 'auto' can't tell the dialect of redirect and hsts: the class 'unknown' is served by "
                "example.org/unknown; name one of alb, ingress_nginx, traefik"
            ),
        ),
        (
            [live.ingress(ingressClassName="gone")],
            {"hsts": HSTS},
            "controller: 'auto' can't tell the dialect of redirect and hsts: the class 'gone' is served by an unknown ",
        ),
        (
            [live.ingress(ingressClassName="alb"), live.ingress_class("alb", "ingress.k8s.aws/alb")],
            {},
            "secret_name: 'www-tls' can't be served: alb takes certificates from ACM only",
        ),
        ([live.ingress()], {"controller": "alb"}, "secret_name: 'www-tls' can't be served: alb takes certificates "),
    ],
    ids=["missing", "clash", "unknown controller", "unknown class", "alb", "alb by name"],
)
def test_refuses_before_anything_is_changed(objects, options, said):
    fake = working(*objects)
    with pytest.raises(SpecError) as caught:
        ensure(fake, **options)
    (problem,) = caught.value.problems
    assert problem.startswith(said)
    assert [line for line in fake.requests if "apply" in line] == []


@pytest.mark.parametrize(
    ("objects", "options", "controller"),
    [
        ([live.ingress(ingressClassName=None), live.ingress_class(default=True)], {}, "ingress_nginx"),
        ([live.ingress(ingressClassName=None)], {}, None),
        ([live.ingress(ingressClassName="unknown")], {}, None),
        ([live.ingress()], {"controller": "traefik"}, "traefik"),
    ],
    ids=["default class", "no class", "unknown class", "by name"],
)
def test_controller(objects, options, controller):
    assert ensure(working(*objects), **options).facts["ingress"]["controller"] == controller


def test_who_may_not_read_classes_must_name_the_controller():
    fake = working(live.ingress())
    fake.refuse("get IngressClass nginx", Forbidden("read", 403, {"message": "no"}))
    assert ensure(fake).facts["ingress"]["controller"] is None
    with pytest.raises(SpecError, match="served by an unknown controller"):
        ensure(fake, redirect=True)


def bad_config(name):
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": name, "namespace": "shop"},
        "involvedObject": {"kind": "Ingress", "name": "www"},
        "reason": "BadConfig",
        "message": "spec.tls[0].secretName: Required value",
    }


def test_says_why_the_host_is_not_served():
    fake = FakeCluster(Time(), live.ingress_class(), live.ingress(), bad_config("www.1"), bad_config("www.2"))
    with pytest.raises(NotReady) as caught:
        ensure(fake, {"timeout": 10})
    assert str(caught.value) == (
        "Ingress shop/www is not served over TLS after 10 s.\n"
        "1. [ingress.bad_config] Ingress shop/www: cert-manager refuses it: spec.tls[0].secretName: Required value\n"
        "   → correct the annotation or tls entry of the Ingress that this names; cert-manager then looks again\n"
        "2. [certificate.missing] Certificate shop/www-tls: does not exist.\n"
        "   → run the task again, and see who removes it"
    )
    assert caught.value.facts["changed"]
    assert caught.value.facts["ingress"]["addresses"] == ["192.0.2.7"]


def test_says_what_it_knows_where_events_may_not_be_read():
    fake = FakeCluster(Time(), live.ingress_class(), live.ingress(), bad_config("www.1"))
    fake.refuse("list events in shop", Forbidden("list", 403, {"message": "no"}))
    with pytest.raises(NotReady) as caught:
        ensure(fake, {"timeout": 10})
    assert [finding.code for finding in caught.value.findings] == ["certificate.missing"]
