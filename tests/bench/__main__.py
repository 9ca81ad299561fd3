# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates side by side: our list, a loop of kubernetes.core.k8s, and the floor of plain requests.

For each N: create N certificates of a self-signed issuer and wait for them, then the same again with nothing to do. The
contestants take turns, and Ansible by itself among them, so that a machine whose speed drifts does so for all of them.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import sys
import tempfile

from . import cluster, report
from .measure import Figures, medians, run
from .peers import compare
from .table import AGAIN, CREATE, FLOOR, MORE, ONCE_FROM, Ansible, Result, written

HERE = pathlib.Path(__file__).parent
PEERS = "--peers"
NOTHING = "nothing"
OURS, THEIRS = "certops.kubernetes", "kubernetes.core"
PLAYS = {NOTHING: "nothing.yml", OURS: "ours.yml", THEIRS: "kubernetes_core.yml"}
CONTESTANTS = (FLOOR, OURS, THEIRS)
# cert-manager fails now and then by itself, and tries again after an hour: who met that starts again.
_TRIES = 3


def command(contestant: str, count: int, interpreter: str, times: int = 1) -> list[str]:
    """The command line of a contestant; a playbook's modules are run by the interpreter, our task so many times."""
    if contestant == FLOOR:
        return [sys.executable, str(HERE / "floor.py"), cluster.NAMESPACE, str(count)]
    variables = json.dumps({"count": count, "times": times, "ansible_python_interpreter": interpreter})
    return ["ansible-playbook", str(HERE / PLAYS[contestant]), "-e", variables]


def interpreter(folder: pathlib.Path) -> dict[str, str]:
    """Make the program that stands for Python where modules are run."""
    program = folder / "python"
    program.write_text(f'#!/bin/sh\nexec "$BENCH_PYTHON" -IS "{HERE / "interpreter.py"}" "$@"\n')
    program.chmod(0o700)
    return {"BENCH_PYTHON": sys.executable, "BENCH_INTERPRETER": str(program)}


def measured(
    count: int, runs: int, contestants: list[str], environment: dict[str, str]
) -> tuple[Ansible, list[Result]]:
    """What Ansible itself takes meanwhile; the medians of creating, of doing it again, and of one task more that does it again."""
    nothing: tuple[list[Figures], list[Figures]] = [], []
    found: dict[tuple[str, str], list[Figures]] = {(what, who): [] for what in (CREATE, AGAIN) for who in contestants}
    found[MORE, OURS] = []
    interpreter = environment["BENCH_INTERPRETER"]
    for number in range(runs):
        once, twice = (run(command(NOTHING, 0, interpreter, times), environment) for times in (1, 2))
        nothing[0].append(once)
        nothing[1].append(twice.minus(once))
        for who in contestants:
            if who == THEIRS and count >= ONCE_FROM and number:
                continue
            created, again = from_rest(who, command(who, count, interpreter), environment)
            for what, figures in ((CREATE, created), (AGAIN, again)):
                found[what, who].append(figures)
                say(f"N = {count}, {what}, {who}: {figures.wall:.2f} s, {figures.cpu:.2f} s of CPU")
            if who == OURS:
                found[MORE, OURS].append(run(command(who, count, interpreter, times=2), environment).minus(again))
    results = [Result(count, what, who, medians(figures)) for (what, who), figures in found.items()]
    return Ansible(medians(nothing[0]), medians(nothing[1])), results


def from_rest(
    who: str, contestant: list[str], environment: dict[str, str], tries: int = _TRIES
) -> tuple[Figures, Figures]:
    """Creating all, and doing it again.

    :raises SystemExit: it failed each time
    """
    cluster.clean()
    try:
        return run(contestant, environment), run(contestant, environment)
    except SystemExit:
        if tries == 1:
            raise
    say(f"{who} failed, and starts again")
    return from_rest(who, contestant, environment, tries - 1)


def say(text: str) -> None:
    """Progress, apart from the table."""
    print(text, file=sys.stderr, flush=True)


def arguments() -> argparse.Namespace:
    """What to measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--numbers", default="1,20,100", help="how many certificates; %(default)s")
    parser.add_argument("--runs", type=int, default=5, help="how often each is measured; %(default)s")
    parser.add_argument(PEERS, action="store_true", help="instead, ACME clients side by side; see --peers --help")
    parser.add_argument("--without", choices=[THEIRS], help="leave it out; the documentation is then left as it is")
    return parser.parse_args()


def main() -> None:
    """Measure all, print the table, and keep it in the documentation."""
    if PEERS in sys.argv[1:]:
        compare.main([word for word in sys.argv[1:] if word != PEERS])
        return
    wanted = arguments()
    numbers = [int(text) for text in wanted.numbers.split(",")]
    contestants = [who for who in CONTESTANTS if who != wanted.without]
    busy = os.getloadavg()[0]
    if busy > 0.5:
        say(f"warning: the machine is not at rest, its load is {busy:.1f}; only requests and memory will be right")
    cluster.install()
    with tempfile.TemporaryDirectory() as folder:
        environment = cluster.user(pathlib.Path(folder)) | interpreter(pathlib.Path(folder))
        try:
            measured(1, 1, contestants, environment)  # what is read from the disk is in memory from here on
            rounds = {number: measured(number, wanted.runs, contestants, environment) for number in numbers}
        finally:
            cluster.remove()
    text = written(rounds, dict.fromkeys(numbers, wanted.runs))
    if not wanted.without:
        report.put("", text)
    print(text)


if __name__ == "__main__":
    main()
