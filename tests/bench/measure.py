# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure a command as a whole: time, processor time, memory, the requests it makes, and its modules' own share."""

from __future__ import annotations

import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

# API priority and fairness counts requests by flow schema, and ours matches the benchmark's own user.
_DISPATCHED = re.compile(
    r'^apiserver_flowcontrol_dispatched_requests_total\{[^}]*flow_schema="certops-bench"[^}]*\} (\S+)', re.MULTILINE
)


@dataclass(frozen=True)
class Figures:
    """One run, or the medians of several. Seconds, MiB; memory is the largest process's."""

    wall: float
    cpu: float
    memory: float
    requests: float
    module_cpu: float = 0.0

    def minus(self, other: Figures) -> Figures:
        """What this took longer; the memory stays."""
        return replace(
            self,
            wall=self.wall - other.wall,
            cpu=self.cpu - other.cpu,
            requests=self.requests - other.requests,
            module_cpu=self.module_cpu - other.module_cpu,
        )


def run(command: Sequence[str], environment: Mapping[str, str]) -> Figures:
    """Run it once.

    :raises SystemExit: the command fails; what it printed is shown
    """
    with tempfile.TemporaryDirectory() as folder:
        modules = pathlib.Path(folder) / "modules"
        watched = {**environment, "BENCH_MODULES": str(modules)}
        before, began = requests_so_far(environment), time.monotonic()
        with subprocess.Popen(
            command, env=watched, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process:
            printed = process.stdout.read() if process.stdout else b""
            _pid, status, usage = os.wait4(process.pid, 0)
            wall = time.monotonic() - began
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.stdout.write(printed.decode(errors="replace"))
            raise SystemExit(f"{' '.join(command)} failed with {process.returncode}")
        lines = modules.read_text().splitlines() if modules.exists() else []
    own = [float(line) for line in lines]
    return Figures(
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        memory=usage.ru_maxrss / 1024,
        requests=requests_so_far(environment) - before,
        module_cpu=sum(own),
    )


def medians(runs: Sequence[Figures]) -> Figures:
    """The median of each figure."""
    return Figures(*(statistics.median(getattr(one, name) for one in runs) for name in Figures.__annotations__))


def requests_so_far(environment: Mapping[str, str]) -> float:
    """How many requests the API server has dispatched for the benchmark's user."""
    admin = {**environment, "KUBECONFIG": environment["BENCH_ADMIN_KUBECONFIG"]}
    text = subprocess.run(
        ["kubectl", "get", "--raw", "/metrics"], env=admin, check=True, capture_output=True, text=True
    ).stdout
    return sum(float(number) for number in _DISPATCHED.findall(text))
