# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Molecule: a scenario for every role, one after the other in one cluster."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping

import yaml

from .counts import Counts
from .process import ROOT, SCRATCH, TOOLS, environment, followed

SCENARIOS = ROOT / "extensions" / "molecule"
# What the scenarios of one run share; nothing of a run before.
STATE = SCRATCH / "molecule"
_PLAIN = {"NO_COLOR": "1", "MOLECULE_COMMAND_BORDERS": "false"}
_STEP = re.compile(r"(\w+) (?:>|➜) (\w+): Executed: (\w+)")


def run() -> Counts:
    """One check a step of a scenario; a failed step ends the run. On testbed 1 if no other is asked for."""
    from tests.aws import server

    shutil.rmtree(STATE, ignore_errors=True)
    STATE.mkdir(parents=True)
    command = [str(TOOLS / "molecule"), "test", *(["--destroy=never"] if os.environ.get("KEEP") else [])]
    with server.serving() as aws:
        testbed = {"TESTBED": os.environ.get("TESTBED", "1"), "CERTOPS_AWS_ENDPOINT": aws.url}
        variables = environment(**testbed, MOLECULE_EPHEMERAL_DIRECTORY=str(STATE), **_PLAIN)
        chosen = [f"--scenario-name={name}" for name in scenarios(variables)]
        said: list[str] = []
        with followed([*command, *chosen], ROOT, variables) as process:
            for line in process.stdout or ():
                said.append(line)
                print(line, end="", flush=True)
    return count(said, process.returncode)


def scenarios(variables: Mapping[str, str]) -> Iterator[str]:
    """The names in ROLES, or all; in a cluster of the user's own, those for which it has all that they need."""
    if asked := variables.get("ROLES"):
        yield from asked.split()
        return
    for path in sorted(SCENARIOS.glob("*/vars/main.yml")):
        name = path.parents[1].name
        missing = set(yaml.safe_load(path.read_text()).get("needs", ())) - set(variables)
        if "KUBECONFIG_TARGET" in variables and missing:
            print(f"molecule: {name} is left out, since there is no {', '.join(sorted(missing))}", flush=True)
        else:
            yield name


def count(said: Iterable[str], status: int) -> Counts:
    """The steps in the report at the end of what Molecule said. One that fails without a failed step counts as one."""
    report = "".join(said).rpartition("DETAILS")[2]
    states = [step[2] for step in _STEP.findall(report)]
    good = states.count("Successful")
    return Counts(good, len(states) - good or int(status != 0 or not states))
