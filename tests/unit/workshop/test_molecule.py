# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every role has a Molecule scenario, and its steps are counted truly."""

from __future__ import annotations

import pytest
import yaml

from ansible_collections.certops.kubernetes.tests.run import molecule
from ansible_collections.certops.kubernetes.tests.run.counts import Counts

ROLES = sorted(path.name for path in (molecule.ROOT / "roles").iterdir() if path.is_dir())


def test_every_role_has_a_scenario() -> None:
    assert sorted(molecule.scenarios({})) == ROLES
    found = {path.parent.name for path in molecule.SCENARIOS.glob("*/molecule.yml")}
    assert found == {*ROLES, "default"}


@pytest.mark.parametrize("role", ROLES)
def test_a_scenario_verifies_and_removes_what_its_role_makes(role: str) -> None:
    folder = molecule.SCENARIOS / role
    wanted = yaml.safe_load((folder / "vars" / "main.yml").read_text())
    assert yaml.safe_load((folder / "tasks" / "verify.yml").read_text())
    assert wanted.get(f"{role}_state") == "{{ wanted_state }}" or not wanted["removable"]


def test_scenarios_that_need_more_than_a_given_cluster_has_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    chosen = list(molecule.scenarios({"KUBECONFIG_TARGET": "/a", "CERTOPS_TRAEFIK_CHART": "/b"}))
    assert "traefik" in chosen and "cert_manager" not in chosen
    assert "cert_manager is left out, since there is no CERTOPS_ACME_PROXY_CONTROL" in capsys.readouterr().out


REPORT = """\
INFO     [traefik > converge] Executed: Failed
DETAILS
default > create: Executed: Successful
traefik > prepare: Executed: Successful
traefik > converge: Executed: Failed (Ansible return code was 2)
SCENARIO RECAP
"""


@pytest.mark.parametrize(
    ("said", "status", "counts"),
    [
        (REPORT, 2, Counts(2, 1)),
        (REPORT.replace("Failed", "Successful"), 0, Counts(3)),
        (REPORT.replace("Failed", "Successful"), 1, Counts(3, 1)),
        ("CRITICAL no such scenario\n", 1, Counts(0, 1)),
        ("", 0, Counts(0, 1)),
    ],
)
def test_counts_of_molecule(said: str, status: int, counts: Counts) -> None:
    assert molecule.count(said.splitlines(keepends=True), status) == counts
