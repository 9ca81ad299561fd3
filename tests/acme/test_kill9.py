# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real processes of the module `certificate`, a real API server, ACME server and DNS server: a process is ended by SIGKILL
at each of its requests, and the next one ends right.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import readiness
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.match import key_matches

from .engine import Fate
from .street import wanted
from .test_killed import POINTS, RECORD, UNKNOWN_ORDER

# These two ask nobody: the solver needs no preparation, and the answers are not looked for.
ASKED = [point for point in POINTS if point not in ("solver prepare", "solver await_visible")]
SERVED = POINTS.index("apply Secret www-tls")


@dataclass(frozen=True)
class Death:
    """Where a process dies: before its request gets there or after that, at a first certificate or at a renewal."""

    point: str
    after: bool
    renewal: bool

    def __str__(self):
        return f"{'renewal' if self.renewal else 'first'}, {'after' if self.after else 'before'} {self.point}"


# The record of what is wanted is written for first certificates only.
DEATHS = [Death(point, after, after and point != RECORD) for point in ASKED for after in (False, True)]
NAMES = {death: f"n{number}" for number, death in enumerate(DEATHS)}


@dataclass(frozen=True)
class Played:
    """What there was before, after the death (with the key that was kept), and after the run that followed it."""

    before: object
    died: object
    unharmed: object
    kept_key: bytes | None
    ended: object
    after: object
    left: list[str]
    orders: int


def play(house, death):
    name, how = NAMES[death], {"renew": "always"} if death.renewal else {}
    before = house.leaf(name) if death.renewal else None
    died = house.issue(name, Fate(death.point.replace("www", name), death.after), **how)
    unharmed = house.leaf(name) if before else None
    kept = house.secret(f"certops-next-key-{name}")
    key = readiness.value(kept, "tls.key") if kept else None
    ended = house.issue(name, **how)
    return Played(before, died, unharmed, key, ended, house.leaf(name), house.left(name), house.orders(name))


def settle(house, deaths):
    """There is a certificate for each that dies at its renewal; and no proof of its name that the server could reuse."""
    if names := [NAMES[death] for death in deaths if death.renewal]:
        house.certificate(certificates=[wanted(name) for name in names])
        house.give_up_authorizations()


@pytest.fixture(scope="module")
def played(street, request):
    """The cases of the selected tests: one after the other in each house."""
    deaths = [item.callspec.params["death"] for item in request.session.items if item.path == request.path]
    found = {}
    with ExitStack() as stack:
        for number, house in enumerate(street.houses):
            pool = stack.enter_context(ThreadPoolExecutor(1))
            own = deaths[number :: len(street.houses)]
            pool.submit(settle, house, own)
            found |= {death: pool.submit(play, house, death) for death in own}
        yield found
        for future in found.values():
            future.cancel()


@pytest.mark.parametrize("death", DEATHS, ids=str)
def test_the_next_run_ends_right(death, played):
    case = played[death].result()
    assert case.died.killed, case.died
    if case.before:
        untouched = POINTS.index(death.point) < SERVED
        assert (case.unharmed.serial_number == case.before.serial_number) == untouched
        assert case.after.serial_number != case.before.serial_number
    assert case.ended.said.get("certificate", {}).get("ready"), case.ended
    assert case.kept_key is None or key_matches(case.after.pem, case.kept_key)
    assert case.left == []
    assert case.orders == (2 if (death.point, death.after) in UNKNOWN_ORDER else 1)
