# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.dns_answers import Answer
from ansible_collections.certops.kubernetes.plugins.module_utils.engine import parallel, snapshot
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import Forbidden, NotFound
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time

REFUSED = Forbidden("list certificates", 403, {"message": "no"})


def certificate(name, namespace):
    found = live.certificate(name=name)
    return found | {"metadata": found["metadata"] | {"namespace": namespace}}


@pytest.fixture
def fake():
    return FakeCluster(Time(), certificate("a", "shop"), certificate("b", "shop"), certificate("c", "blog"))


def names(answer):
    return [item["metadata"]["name"] for item in answer[0]]


def test_asks_once_for_what_many_want(fake):
    reading = snapshot.of(fake.run(), wide=False).cluster
    answers = parallel.each(lambda _number: names(reading.list(kinds.CERTIFICATE, "shop")), range(20))
    assert answers == [["a", "b"]] * 20
    assert reading.get(kinds.CERTIFICATE, "shop", "a") == reading.get(kinds.CERTIFICATE, "shop", "a")
    assert fake.requests == ["list certificates in shop", "get Certificate shop/a"]


def test_reads_all_namespaces_at_once(fake):
    reading = snapshot.of(fake.run(), wide=True).cluster
    lists = [names(reading.list(kinds.CERTIFICATE, namespace)) for namespace in ("shop", "blog", "empty")]
    assert lists == [["a", "b"], ["c"], []]
    assert fake.requests == ["list certificates"]


def test_reads_one_namespace_where_all_are_forbidden(fake):
    fake.refuse("list certificates", REFUSED)
    reading = snapshot.of(fake.run(), wide=True).cluster
    assert [names(reading.list(kinds.CERTIFICATE, namespace)) for namespace in ("shop", "blog")] == [["a", "b"], ["c"]]
    assert fake.requests == ["list certificates", "list certificates in shop", "list certificates in blog"]


@pytest.mark.parametrize("error", [REFUSED, NotFound("list certificates", 404, {"message": "none"})])
def test_a_refusal_is_an_answer_too(fake, error):
    fake.refuse("list certificates in shop", error)
    reading = snapshot.of(fake.run(), wide=False).cluster
    for _again in range(2):
        with pytest.raises(type(error)):
            reading.list(kinds.CERTIFICATE, "shop")
    assert fake.requests == ["list certificates in shop"]


def test_has_no_verb_that_writes(fake):
    reading = snapshot.of(fake.run(), wide=False).cluster
    assert not {"apply", "merge", "create", "delete", "follow"} & set(dir(reading))


class Dns:
    """Writes down what it is asked."""

    def __init__(self):
        self.questions = []

    def answer(self, name, rdtype):
        self.questions.append((name, rdtype))
        return Answer(name, rdtype, "NOERROR", ("192.0.2.1",))


def test_asks_dns_once_for_what_many_names_share(fake):
    dns = Dns()
    resolver = snapshot.of(fake.run(resolver=dns), wide=False).resolver
    owners = ["example.com", "com"] * 20
    answers = parallel.each(lambda owner: resolver.answer(owner, "CAA"), owners)
    assert [answer.name for answer in answers] == owners
    assert sorted(dns.questions) == [("com", "CAA"), ("example.com", "CAA")]


def test_has_no_resolver_where_the_run_has_none(fake):
    assert snapshot.of(fake.run(), wide=False).resolver is None
