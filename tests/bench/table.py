# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures as a table."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .measure import Figures, medians
from .report import machine

FLOOR = "floor"
CREATE, AGAIN, MORE = "create", "again", "once more"
# From so many on, the slowest contestant has had enough after one run.
ONCE_FROM = 100


class Result(NamedTuple):
    """The medians of one contestant."""

    number: int
    what: str  # create, again or once more
    contestant: str
    figures: Figures


class Ansible(NamedTuple):
    """What Ansible itself takes: a playbook with a task that does nothing, and what a second such task adds."""

    playbook: Figures
    task: Figures


_SECTION = """# Benchmarks

Made by `make bench` on {machine}, Python {python}; medians of {runs} runs for N = {numbers},
but one of `kubernetes.core.k8s` from N = {once_from} on.

- *create*: N certificates of a self-signed issuer are made and waited for. *again*: the same command with nothing to do.
- *floor* is one Python process with plain requests, one watch and no checks (`tests/bench/floor.py`): less can't be done.
- The other two are `ansible-playbook` runs, our task with a list and `kubernetes.core.k8s` in a loop. Each pays for Ansible
  itself: a playbook with one task of `ansible.builtin.ping` takes {playbook.wall:.2f} s, {playbook.cpu:.2f} s of CPU time (of that in the
  module's process: {playbook.module_cpu:.2f} s) and {playbook.memory:.0f} MiB, a second such task {task.wall:.2f} s and {task.cpu:.2f} s of CPU time more.
  *beyond Ansible* is what comes on top of what that took in the same minutes, and *× floor* holds it against all of the floor.
- *once more* is what a second task adds, in the same playbook and with nothing to do: Ansible collects a module's files at its
  first task, which is part of *create* and *again*.
- *module* is the CPU time of the modules' processes, Python's start included; memory is the largest process's; requests are
  counted by the API server. All packages are compiled to bytecode, as pip does.

| N | what | | wall s | CPU s | beyond Ansible: wall s | × floor | CPU s | × floor | module CPU s | peak MiB | requests |
|---|---|---|---|---|---|---|---|---|---|---|---|
"""


def written(rounds: Mapping[int, tuple[Ansible, Sequence[Result]]], runs: Mapping[int, int]) -> str:
    """The section of the documentation.

    :param rounds: of each N: what Ansible itself took meanwhile, and the contestants
    :param runs: how often each N was measured
    """
    head = _SECTION.format(
        machine=machine(),
        python=platform.python_version(),
        runs=", ".join(map(str, runs.values())),
        numbers=", ".join(map(str, runs)),
        once_from=ONCE_FROM,
        playbook=medians([ansible.playbook for ansible, _results in rounds.values()]),
        task=medians([ansible.task for ansible, _results in rounds.values()]),
    )
    rows = []
    for ansible, results in rounds.values():
        floors = {one.what: one.figures for one in results if one.contestant == FLOOR}
        floors[MORE] = floors[AGAIN]
        rows += [f"{_row(one, ansible, floors[one.what])}\n" for one in results]
    return head + "".join(rows)


def _row(one: Result, ansible: Ansible, floor: Figures) -> str:
    figures, beyond = one.figures, ["", "", "", ""]
    if one.contestant != FLOOR:
        more = figures.minus(ansible.task if one.what == MORE else ansible.playbook)
        beyond = [f"{more.wall:.2f}", f"{more.wall / floor.wall:.2f}", f"{more.cpu:.2f}", f"{more.cpu / floor.cpu:.2f}"]
    module = f"{figures.module_cpu:.2f}" if figures.module_cpu else ""
    cells = [
        str(one.number),
        one.what,
        one.contestant,
        f"{figures.wall:.2f}",
        f"{figures.cpu:.2f}",
        *beyond,
        module,
        f"{figures.memory:.0f}",
        f"{figures.requests:.0f}",
    ]
    return f"| {' | '.join(cells)} |"
