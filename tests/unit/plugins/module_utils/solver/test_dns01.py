# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.dns_answers import Answer, Server, Zone
from ansible_collections.certops.kubernetes.plugins.module_utils.engine import parallel
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import NotReady
from ansible_collections.certops.kubernetes.plugins.module_utils.solver.dns01 import Dns01
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.challenge import Task
from ansible_collections.certops.kubernetes.tests.unit.fakes import Time

ONE, TWO = "192.0.2.1", "192.0.2.2"


class World:
    """A provider with two servers, of which the second has everything some seconds later, and its DNS."""

    def __init__(self, aliases=None, lag=0.0, settling=0.0):
        self.time = Time()
        self.aliases, self.lag, self.settling = aliases or {}, lag, settling
        self.written, self.servers = [], {ONE: {}, TWO: {}}
        self.statuses, self.zones = {}, True

    # The resolver.

    def canonical(self, name):
        for pattern, target in self.aliases.items():
            if name == pattern or (pattern.startswith("*.") and name.endswith(pattern[1:])):
                return target
        return name

    def zone(self, name):
        return Zone("example.test", (Server("ns1", ONE), Server("ns2", TWO))) if self.zones else None

    def authoritative(self, name, rdtype):
        return tuple(
            Answer(name, rdtype, self.statuses.get(server, "NOERROR"), tuple(records.get(name, ())), server=server)
            for server, records in self.servers.items()
            if self.zones
        )

    def answer(self, name, rdtype):
        raise LookupError(name)

    # The provider.

    def add(self, records):
        self.written.append(("add", {name: sorted(values) for name, values in records.items()}))
        self.servers[ONE] |= records
        self.time.at(self.time.seconds + self.lag, lambda: self.servers[TWO].update(records))

    def remove(self, records):
        self.written.append(("remove", {name: sorted(values) for name, values in records.items()}))

    def settle(self, clock, deadline):
        clock.sleep(self.settling)

    def solver(self, **how):
        return Dns01(self, self.time.clock(), parallel.each, self, **how)


def task(name, token="t", wildcard=False):
    return Task(name, wildcard, token, f"{token}.thumbprint")


def value(token="t"):
    return task("x", token).record_value


def test_a_name_and_its_wildcard_share_a_record():
    world = World()
    tasks = [task("example.test", "a"), task("example.test", "b", wildcard=True)]
    solver = world.solver()
    solver.present(tasks)
    solver.clean_up(tasks)
    both = {"_acme-challenge.example.test": sorted([value("a"), value("b")])}
    assert world.written == [("add", both), ("remove", both)]


def test_all_names_are_written_at_once():
    world = World()
    world.solver().present([task("a.example.test"), task("b.example.test")])
    assert world.written == [
        ("add", {"_acme-challenge.a.example.test": [value()], "_acme-challenge.b.example.test": [value()]})
    ]


def test_aliases_are_followed():
    world = World({"_acme-challenge.www.example.test": "www.validation.test"})
    world.solver().present([task("www.example.test")])
    assert world.written == [("add", {"www.validation.test": [value()]})]


def test_two_names_may_lead_to_one_record():
    world = World(
        {
            "_acme-challenge.a.example.test": "all.validation.test",
            "_acme-challenge.b.example.test": "all.validation.test",
        }
    )
    world.solver().present([task("a.example.test", "1"), task("b.example.test", "2")])
    assert world.written == [("add", {"all.validation.test": sorted([value("1"), value("2")])})]


def test_the_alias_of_a_wildcard_record_is_not_followed():
    world = World({"*.example.test": "load-balancer.test"})
    world.solver().present([task("www.example.test")])
    assert world.written == [("add", {"_acme-challenge.www.example.test": [value()]})]


def test_an_alias_beside_a_wildcard_record_is_followed():
    world = World({"_acme-challenge.www.example.test": "www.validation.test", "*.example.test": "load-balancer.test"})
    world.solver().present([task("www.example.test")])
    assert world.written == [("add", {"www.validation.test": [value()]})]


def test_following_can_be_switched_off():
    world = World({"_acme-challenge.www.example.test": "www.validation.test"})
    world.solver(follow=False).present([task("www.example.test")])
    assert world.written == [("add", {"_acme-challenge.www.example.test": [value()]})]


def test_waits_until_the_last_server_has_it():
    world = World(lag=7.0, settling=1.0)
    solver, tasks = world.solver(), [task("www.example.test")]
    solver.present(tasks)
    solver.await_visible(tasks, 60.0)
    assert 7.0 <= world.time.seconds < 12.0


def test_a_server_that_never_has_it_is_named():
    world = World(lag=1000.0)
    solver, tasks = world.solver(), [task("www.example.test"), task("shop.example.test")]
    solver.present(tasks)
    with pytest.raises(NotReady, match=r"^2 TXT records .*: _acme-challenge\.shop\.example\.test, ") as caught:
        solver.await_visible(tasks, 30.0)
    assert [finding.code for finding in caught.value.findings] == ["dns01.not_propagated"] * 2
    assert caught.value.findings[0].message == f"{TWO} of zone example.test does not have the record yet."
    assert world.time.seconds == 30.0


def test_a_server_that_can_not_be_asked_is_named():
    world = World()
    world.statuses[TWO] = "TIMEOUT"
    world.servers[TWO] = {}
    solver, tasks = world.solver(), [task("www.example.test")]
    solver.present(tasks)
    world.time.sleep(1)
    world.servers[TWO] = {}
    with pytest.raises(NotReady) as caught:
        solver.await_visible(tasks, 5.0)
    (finding,) = caught.value.findings
    assert finding.code == "dns01.server_unreachable"
    assert finding.message == f"{TWO} of zone example.test can't be asked: TIMEOUT."


def test_a_zone_that_nobody_finds():
    world = World()
    world.zones = False
    with pytest.raises(NotReady) as caught:
        world.solver().await_visible([task("www.example.test")], 5.0)
    assert caught.value.findings[0].code == "dns01.zone_not_found"


def test_servers_that_can_not_be_asked_from_here_need_not_be():
    world = World(lag=1000.0)
    solver, tasks = world.solver(blind=20.0), [task("www.example.test")]
    solver.present(tasks)
    solver.await_visible(tasks, 60.0)
    assert world.time.seconds == 20.0
