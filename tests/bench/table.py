# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures as a table."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .measure import Figures
from .report import machine

FLOOR = "floor"


class Result(NamedTuple):
    """The medians of one contestant."""

    number: int
    what: str  # create or again
    contestant: str
    figures: Figures


_SECTION = """# Benchmarks

Made by `make bench` on {machine}, Python {python}; medians of {runs} runs for N = {numbers}.

*create*: N certificates of a self-signed issuer are made and waited for. *again*: the same command with nothing to do.

*floor* is one Python process with plain requests, one watch and no checks (`tests/bench/floor.py`): less can't be done. The
other two are `ansible-playbook` runs, our task with a list and `kubernetes.core.k8s` in a loop. Each of them pays for Ansible
itself: a playbook with one task of `ansible.builtin.ping` takes {wall:.2f} s, {cpu:.2f} s of CPU time and {memory:.0f} MiB, {module_cpu:.2f} s of that CPU
time in the module's process. *beyond Ansible* is what comes on top, and *× floor* compares that with all of the floor.
*module* is the CPU time of the processes of the modules, Python's start included. Memory is the largest process's; requests are
counted by the API server.

| N | what | | wall s | CPU s | beyond Ansible: wall s | × floor | CPU s | × floor | module CPU s | peak MiB | requests |
|---|---|---|---|---|---|---|---|---|---|---|---|
"""


def written(ansible: Figures, results: Sequence[Result], runs: Mapping[int, int]) -> str:
    """The section of the documentation.

    :param ansible: of a play that does nothing
    :param runs: how often each N was measured
    """
    head = _SECTION.format(
        machine=machine(),
        python=platform.python_version(),
        runs=", ".join(map(str, runs.values())),
        numbers=", ".join(map(str, runs)),
        wall=ansible.wall,
        cpu=ansible.cpu,
        memory=ansible.memory,
        module_cpu=ansible.module_cpu,
    )
    floors = {(one.number, one.what): one.figures for one in results if one.contestant == FLOOR}
    return head + "".join(f"{_row(one, ansible, floors[one.number, one.what])}\n" for one in results)


def _row(one: Result, ansible: Figures, floor: Figures) -> str:
    figures, beyond = one.figures, ["", "", "", ""]
    if one.contestant != FLOOR:
        wall, cpu = figures.wall - ansible.wall, figures.cpu - ansible.cpu
        beyond = [f"{wall:.2f}", f"{wall / floor.wall:.1f}", f"{cpu:.2f}", f"{cpu / floor.cpu:.1f}"]
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
