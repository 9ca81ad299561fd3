# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ACME client alone: certificates a second from Pebble, which shares the machine. BENCH_RUNS chooses how often (3)."""

from __future__ import annotations

import os
import pathlib
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ansible_collections.certops.kubernetes.plugins.module_utils.acme import waiting
from tests.acme.pebble import QUICK, Pebble, pebble
from tests.acme.workbench import client, issue, new_key

from . import report

HEADING = "ACME client"
TEXT = """Made by `python -m tests.bench.acme` on {machine}, Python {python}; medians of {runs} runs.

Certificates of one name each from Pebble in strict mode, which finds every challenge good at once and runs on the same
machine; account key and certificates' keys on P-256. A second is one of the wall clock, from the first order to the last
chain; CPU is the client's alone. With few threads most of it is pauses: {validation} s before the first look at a validation
and {issuance} s before that at an issuance, where the server asks for none. A certificate needs seven requests (newOrder,
authorization, challenge, order, finalize, order, certificate); what is above are nonces fetched and refused, and looks at
an order that wasn't done yet.

| threads | nonces refused | certificates | a second | client's CPU ms each | requests each |
|---|---|---|---|---|---|
{rows}
"""
# (threads, certificates, percent of good nonces that are refused)
CASES = ((1, 50, 0), (8, 200, 0), (16, 200, 0), (32, 400, 0), (16, 200, 50))


@dataclass(frozen=True)
class Figures:
    """One run, or the medians of several."""

    a_second: float
    cpu: float
    requests: float


def measured(server: Pebble, threads: int, count: int) -> Figures:
    acme = client(server)
    acme.register()
    keys = [new_key() for _number in range(count)]
    requests, cpu, began = served(server), time.process_time(), time.monotonic()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda number: issue(acme, f"n{number}.example.com", key=keys[number]), range(count)))
    wall, cpu = time.monotonic() - began, time.process_time() - cpu
    return Figures(count / wall, cpu * 1000 / count, (served(server) - requests) / count)


def served(server: Pebble) -> int:
    """How many requests Pebble has had, by its own log."""
    return server.log.read_text().count("-> calling handler()")


def row(threads: int, count: int, refused: int, runs: Sequence[Figures]) -> str:
    a_second, cpu, requests = (
        statistics.median(getattr(run, name) for run in runs) for name in Figures.__annotations__
    )
    return f"| {threads} | {refused} % | {count} | {a_second:.1f} | {cpu:.1f} | {requests:.1f} |"


def main() -> None:
    """Measure all cases, print the section, and keep it in the documentation."""
    runs, rows = int(os.environ.get("BENCH_RUNS", "3")), []
    for threads, count, refused in CASES:
        with tempfile.TemporaryDirectory() as folder:
            environment = {**QUICK, "PEBBLE_WFE_NONCEREJECT": str(refused)}
            with pebble(pathlib.Path(folder), environment) as server:
                # Imports, and the connections' handshakes.
                measured(server, threads, threads)
                rows.append(row(threads, count, refused, [measured(server, threads, count) for _run in range(runs)]))
        print(rows[-1], file=sys.stderr, flush=True)
    text = TEXT.format(
        machine=report.machine(),
        python=platform.python_version(),
        runs=runs,
        validation=waiting.VALIDATION,
        issuance=waiting.ISSUANCE,
        rows="\n".join(rows),
    )
    report.put(HEADING, text)
    print(text)


if __name__ == "__main__":
    main()
