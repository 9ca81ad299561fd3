# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Another run does all of its work between two requests of a run, at each of them: both end with one certificate."""

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct import certificates
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.protocol import CertificateTarget

from .engine import Fate
from .test_killed import AGAIN, CLAIMED, DEATHS, RECORD, UNKNOWN_ORDER, WWW, nothing_is_left, serial

# Who sleeps for longer than a claim holds, and then opens the order that another run has opened meanwhile.
ASLEEP = {CLAIMED, ("acme new_order", False)}


class Overtaken(Fate):
    """What another run does at one of its requests."""

    def __init__(self, point, after, other_run):
        super().__init__()
        self._place, self._afterwards, self._other_run = point, after, other_run
        self.outcome = None

    def meet(self, name, request):
        here = name == self._place and not self.outcome
        if here and not self._afterwards:
            self.outcome = self._other_run()
        answer = super().meet(name, request)
        if here and self._afterwards:
            self.outcome = self._other_run()
        return answer


def serials(*outcomes):
    return {outcome.facts["certificates"][0]["serial_number"] for outcome in outcomes}


@pytest.mark.parametrize(("point", "after"), DEATHS)
def test_a_first_certificate(bench, point, after):
    fate = Overtaken(point, after, lambda: bench.issue(WWW))
    outcome = bench.issue(WWW, fate=fate)
    assert fate.outcome
    assert serials(outcome, fate.outcome) == {f"{serial(bench)}"}
    assert nothing_is_left(bench)
    assert len(bench.orders()) == (2 if (point, after) in UNKNOWN_ORDER | ASLEEP else 1)
    assert not bench.issue(WWW).changed


@pytest.mark.parametrize(("point", "after"), [death for death in DEATHS if death[0] != RECORD])
def test_a_renewal(bench, point, after):
    bench.issue(WWW)
    bench.give_up_authorizations()
    before = serial(bench)
    fate = Overtaken(point, after, lambda: bench.issue(AGAIN))
    outcome = bench.issue(AGAIN, fate=fate)
    assert fate.outcome
    assert before not in serials(outcome, fate.outcome)
    assert f"{serial(bench)}" in serials(outcome)
    assert nothing_is_left(bench)


def test_a_secret_that_was_restored_meanwhile_is_not_written_over(bench):
    bench.issue(WWW)
    kept = bench.secret("www-tls")
    del kept["metadata"]["managedFields"]
    certificates.remove(bench.run(), bench.parts(), [CertificateTarget("shop", "www", None)], delete_secret=True)
    fate = Overtaken("acme finalize", True, lambda: bench.cluster.put(kept, manager="velero"))
    outcome = bench.issue(WWW, fate=fate)
    assert fate.outcome
    assert bench.secret("www-tls")["data"] == kept["data"]
    assert serials(outcome) == {f"{serial(bench)}"}
    assert nothing_is_left(bench)
