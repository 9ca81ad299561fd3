# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Responders that start before anything is ordered, and what becomes of them."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils import errors
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct import early
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds

HTTP = {"http01": {"ingress": {"ingressClassName": "nginx"}}}
DNS = {"dns01": {"rfc2136": {"nameserver": "192.0.2.1"}}}
DNS_FOR_WILDCARDS = {"selector": {"dnsZones": ["w.example.test"]}, **DNS}


class World:
    """Solvers that write down what is asked of them, as (namespace, verb, thumbprint)."""

    def __init__(self, refuses=()):
        self.asked, self.refuses = [], refuses

    def parts(self):
        return SimpleNamespace(solver=lambda run, body, namespace, secrets: Solver(self, body, namespace))


class Solver:
    def __init__(self, world, body, namespace):
        assert "http01" in body
        self.world, self.namespace = world, namespace

    def _ask(self, verb, tasks):
        self.world.asked.append((self.namespace, verb, *[task.thumbprint for task in tasks]))
        if verb in self.world.refuses:
            raise errors.Forbidden(verb, 403, {})

    def prepare(self, tasks):
        self._ask("prepare", tasks)

    def clean_up(self, tasks):
        self._ask("clean up", tasks)


def job(name="www.example.test", namespace="shop", issuer="le", solvers=(HTTP,), thumbprint="print", **body):
    work = {"account": {"thumbprint": thumbprint}} if thumbprint else {}
    return SimpleNamespace(
        issuer=SimpleNamespace(
            place=(kinds.ISSUER, namespace, issuer),
            body={"acme": {"solvers": list(solvers)}},
            config_map={"data": {"work": json.dumps(work)}},
        ),
        seen=SimpleNamespace(
            wanted=SimpleNamespace(namespace=namespace, title="Certificate", body={"dnsNames": [name], **body})
        ),
    )


def begun(*jobs, **changes):
    world = World(**changes)
    with early.started(None, world.parts(), jobs):
        before = list(world.asked)
    assert world.asked[len(before) :] == [(namespace, "clean up", *rest) for namespace, _verb, *rest in before]
    return [(namespace, *rest) for namespace, _verb, *rest in before]


def test_one_starts_for_each_issuer_and_namespace():
    assert begun(job(), job("other.example.test")) == [("shop", "print")]
    assert begun(job(), job(issuer="other", thumbprint="another")) == [("shop", "print"), ("shop", "another")]
    assert begun(job(), job(namespace="blog")) == [("shop", "print"), ("blog", "print")]


@pytest.mark.parametrize(
    "one",
    [
        job(solvers=(DNS,)),
        job(solvers=()),
        job("a.w.example.test", solvers=(HTTP, DNS_FOR_WILDCARDS)),
        job("*.example.test"),
        job(thumbprint=None),
        job(dnsNames=[], commonName=None),
    ],
    ids=["DNS-01", "no solver", "DNS-01 for this name", "a wildcard", "no account yet", "no name"],
)
def test_none_starts_that_may_not_be_needed(one):
    assert begun(one) == []


def test_what_is_refused_is_told_by_the_challenges():
    assert begun(job(), job(namespace="blog"), refuses=("prepare", "clean up")) == [
        ("shop", "print"),
        ("blog", "print"),
    ]


def test_none_is_left_where_all_fails():
    world = World()
    with pytest.raises(errors.CertopsError, match="no"), early.started(None, world.parts(), [job()]):
        raise errors.CertopsError("no")
    assert world.asked == [("shop", "prepare", "print"), ("shop", "clean up", "print")]
