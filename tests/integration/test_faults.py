# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults made for real, side by side in one cluster, and each named: the table is in tests/faults/table.

What the evidence of a fault that was not named looked like is kept in .cache/faults, for a unit test of its own.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator

import pytest

from tests.faults import table
from tests.faults.bench import Bench
from tests.faults.case import Case
from tests.faults.played import Played

from .conftest import ROOT, kubectl

# From when the fault is to be seen in the cluster.
NAMED_WITHIN_SECONDS = 10.0
# What is found besides, since the certificate is not there.
CONSEQUENCES = ("certificate.", "secret.missing")
# A wait that somebody has to end by mending is not waited out.
AT_ONCE_SECONDS = 30.0

KEPT = ROOT / ".cache" / "faults"


@pytest.fixture(scope="module")
def played(cluster: dict[str, str], request: pytest.FixtureRequest) -> Iterator[dict[str, Played]]:
    """The cases of the selected tests."""
    tests = (item for item in request.session.items if hasattr(item, "callspec"))
    wanted = [item.callspec.params["case"] for item in tests if "case" in item.callspec.params]
    kubectl(cluster, "apply", f"--filename={ROOT / 'tests' / 'faults' / 'surroundings.yml'}")
    kubectl(cluster, "--namespace=elsewhere", "rollout", "status", "deployment/elsewhere", "--timeout=90s")
    bench = Bench(cluster)
    results = {}
    for group in table.GROUPS:
        results |= {each.case.name: each for each in bench.play([case for case in group if case in wanted])}
    # Side by side, one case may starve another. What went wrong is told, and must go right when it is alone.
    for crowded in [each for each in results.values() if list(verdicts(each))]:
        warnings.warn(f"{crowded.case.name} is played again, alone: {'; '.join(verdicts(crowded))}", stacklevel=1)
        results |= {each.case.name: each for each in bench.play([crowded.case])}
    KEPT.mkdir(parents=True, exist_ok=True)
    for each in results.values():
        (KEPT / f"{each.case.name}.json").write_text(json.dumps(each.evidence, indent=1))
    yield results
    kubectl(cluster, "delete", f"--filename={ROOT / 'tests' / 'faults' / 'surroundings.yml'}", "--wait=false")


def told(of: Played) -> str:
    """The findings, for whoever reads that a test failed."""
    lines = [f"{each['severity']} {each['code']}: {each['message']}" for each in of.findings]
    return "\n".join([of.case.fault, *filter(None, [of.broken]), *lines])


@pytest.mark.parametrize("case", table.CASES, ids=lambda case: case.name)
def test_fault(case: Case, played: dict[str, Played]) -> None:
    """One test a case, so that all that is wrong with it is told at once."""
    of = played[case.name]
    wrong = list(verdicts(of))
    assert not wrong, "\n".join([*wrong, told(of)])


def verdicts(of: Played) -> Iterator[str]:
    """What was not as it should be, a line each."""
    if of.broken:
        yield f"could not be played: {of.broken}"
    elif of.visible is None:
        yield "the fault was never to be seen"
    elif of.named is None:
        yield f"was not named {of.case.code or 'as healthy'}"
    elif of.named - of.visible > NAMED_WITHIN_SECONDS and of.looks > 1:  # where machines are slow, a look takes long
        yield f"was named only after {of.named - of.visible:.0f} s"
    allowed = (of.case.code, *of.case.also)
    strange = [code for code in of.codes if code not in allowed and not code.startswith(CONSEQUENCES)]
    if strange:
        yield f"something else was found: {', '.join(strange)}"
    yield from (f"certificate_status is not what kubectl describe says: {line}" for line in of.differs)
    yield from said_by_the_module(of)
    if of.unmended:
        yield f"was not mended: {of.unmended}"
    if of.after:
        yield f"after mending there is still {[each['code'] for each in of.after]}"


def said_by_the_module(of: Played) -> Iterator[str]:
    """No fault may be answered by a bare timeout."""
    if of.case.served or of.refused:
        return
    # What is there besides may be a cause as well, and comes up with time.
    named = [code for code in of.said_codes if code not in of.case.also]
    if of.case.code not in named[:1]:
        yield f"the module said {of.said_codes}: {of.said}"
    if of.asked > AT_ONCE_SECONDS:
        yield f"the module took {of.asked:.0f} s to say so"
