# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates side by side: our list, a loop of kubernetes.core.k8s, and the floor of plain requests.

For each N: create N certificates of a self-signed issuer and wait for them, then the same again with nothing to do.
BENCH_N and BENCH_RUNS choose N (1,20,100) and how often each is measured (5,3,1).
"""

from __future__ import annotations

import base64
import os
import pathlib
import platform
import subprocess
import sys
import tempfile

from . import report
from .measure import Figures, medians, run

HERE = pathlib.Path(__file__).parent
NAMESPACE = "certops-bench"
CONTESTANTS = ("floor", "certops.kubernetes", "kubernetes.core")

HEAD = """# Benchmarks

Made by `make bench` on {machine}, Python {python}; medians of {runs} runs for N = {numbers}.

*create*: N certificates of a self-signed issuer are made and waited for. *again*: the same command with nothing to do.
*floor* is one Python process with plain requests, one watch and no checks (`tests/bench/floor.py`); the other two are
whole `ansible-playbook` runs, with about {start:.1f} s of start-up that both share (the row *nothing*: a play with one `debug` task).
Memory is the largest process; requests are counted by the API server.

| N | what | | wall s | CPU s | peak MiB | requests |
|---|---|---|---|---|---|---|
"""


def command(contestant: str, count: int) -> list[str]:
    """The command line of a contestant."""
    if contestant == "floor":
        return [sys.executable, str(HERE / "floor.py"), NAMESPACE, str(count)]
    play = {"certops.kubernetes": "ours.yml", "kubernetes.core": "kubernetes_core.yml", "nothing": "nothing.yml"}
    return ["ansible-playbook", str(HERE / play[contestant]), "-e", f"count={count}"]


def kubectl(*arguments: str, text: str | None = None) -> str:
    """Run kubectl as the administrator."""
    return subprocess.run(["kubectl", *arguments], check=True, input=text, capture_output=True, text=True).stdout


def user(folder: pathlib.Path) -> dict[str, str]:
    """Create the benchmark's user: the environment in which commands run as it."""
    kubectl("apply", "-f", str(HERE / "user.yml"))
    token = kubectl("create", "token", "bench", "-n", NAMESPACE, "--duration", "4h").strip()
    raw = "jsonpath={.clusters[0].cluster.%s}"
    view = ("config", "view", "--raw", "--minify", "-o")
    server, authority = (kubectl(*view, raw % field) for field in ("server", "certificate-authority-data"))
    (folder / "ca.pem").write_bytes(base64.b64decode(authority))
    kubeconfig = folder / "kubeconfig"
    kubeconfig.touch(mode=0o600)
    at = ("--kubeconfig", str(kubeconfig))
    kubectl("config", *at, "set-cluster", "c", "--server", server, "--certificate-authority", str(folder / "ca.pem"))
    kubectl("config", *at, "set-credentials", "bench", "--token", token)
    kubectl("config", *at, "set-context", "bench", "--cluster", "c", "--user", "bench")
    kubectl("config", *at, "use-context", "bench")
    admin = os.environ["KUBECONFIG"]
    return {**os.environ, "KUBECONFIG": str(kubeconfig), "K8S_AUTH_KUBECONFIG": str(kubeconfig),
            "BENCH_ADMIN_KUBECONFIG": admin}  # fmt: skip


def clean() -> None:
    """Remove the certificates and their Secrets, and wait until they are gone."""
    kubectl("delete", "certificates,secrets", "--all", "-n", NAMESPACE, "--wait=true")


def measured(contestant: str, count: int, runs: int, environment: dict[str, str]) -> dict[str, Figures]:
    """The medians of creating and of doing it again."""
    found: dict[str, list[Figures]] = {"create": [], "again": []}
    for _number in range(runs):
        clean()
        for what, figures in found.items():
            figures.append(run(command(contestant, count), environment))
            say(f"{contestant}, N = {count}, {what}: {figures[-1].wall:.2f} s")
    return {what: medians(figures) for what, figures in found.items()}


def say(text: str) -> None:
    """Progress, apart from the table."""
    print(text, file=sys.stderr, flush=True)


def row(count: int, what: str, contestant: str, figures: Figures) -> str:
    """One line of the table."""
    return (
        f"| {count} | {what} | {contestant} | {figures.wall:.2f} | {figures.cpu:.2f} "
        f"| {figures.memory:.0f} | {figures.requests:.0f} |"
    )


def main() -> None:
    """Measure all, print the table, and keep it in the documentation."""
    numbers = [int(text) for text in os.environ.get("BENCH_N", "1,20,100").split(",")]
    repeats = [int(text) for text in os.environ.get("BENCH_RUNS", "5,3,1").split(",")]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        environment = user(pathlib.Path(folder))
        nothing = medians([run(command("nothing", 0), environment) for _number in range(3)])
        rows.append(row(0, "", "nothing", nothing))
        for count, runs in zip(numbers, repeats, strict=True):
            results = {who: measured(who, count, runs, environment) for who in CONTESTANTS}
            rows += [row(count, what, who, results[who][what]) for what in ("create", "again") for who in CONTESTANTS]
        kubectl("delete", "-f", str(HERE / "user.yml"), "--wait=false")
    head = HEAD.format(
        machine=report.machine(),
        python=platform.python_version(),
        runs=", ".join(map(str, repeats)),
        numbers=", ".join(map(str, numbers)),
        start=nothing.wall,
    )
    text = head + "\n".join(rows) + "\n"
    report.put("", text)
    print(text)


if __name__ == "__main__":
    main()
