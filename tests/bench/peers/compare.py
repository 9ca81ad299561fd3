# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ACME clients side by side on one testbed: ours, cert-manager, certbot, and community.crypto's acme_certificate."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence

from tests.bench import report

from . import table
from .clients import ROOT, Certbot, CertManager, Client, CommunityCrypto, Ours, Timed, kubectl, playbook, run
from .measure import Figures, Handshakes, busy, measured

NAMESPACES = ("bench-cert-manager", "bench-direct", "bench-web")
_LARGE = 100
_REST_SECONDS = 3.0
_SERVED_SECONDS = 60.0


class Names:
    """Names that no run before had."""

    def __init__(self) -> None:
        self._runs = 0

    def fresh(self, client: Client, count: int) -> list[str]:
        self._runs += 1
        zone = f"{client.zone}.{os.environ['CERTOPS_DNS_ZONE']}"
        return [f"r{self._runs}-{number}.{zone}" for number in range(count)]


def series(client: Client, names: Names, count: int, runs: int) -> list[Figures]:
    """Several runs of one client, each from rest."""
    found = []
    for _run in range(runs):
        time.sleep(_REST_SECONDS)
        figures = measured(client, names.fresh(client, count))
        say(f"{client.title}, {count}: {figures.wall:.1f} s; {figures.busy:.0%} busy before")
        found.append(figures)
    return found


def task_times(ours: Timed, names: Names, many: int, runs: int) -> str:
    """The task alone: with many, and with one until its host is served."""
    took: dict[int, list[float]] = {many: [], _LARGE: []}
    handshake, loads = [], []
    for _run in range(runs):
        for count, seconds in took.items():
            time.sleep(_REST_SECONDS)
            loads.append(measured(ours, names.fresh(ours, count)).busy)
            seconds.append(ours.ended - ours.began)
        time.sleep(_REST_SECONDS)
        handshake.append(to_handshake(ours, *names.fresh(ours, 1)))
        several = ", ".join(f"{count} in {seconds[-1]:.1f} s" for count, seconds in took.items())
        say(f"the task alone: {several}; one, to its handshake, in {handshake[-1]:.1f} s")
    several = ", ".join(f"{count} certificates {statistics.median(seconds):.1f} s" for count, seconds in took.items())
    return (
        f"{several}, and one {statistics.median(handshake):.1f} s from the start of the task until a handshake with the"
        f" host brings it; medians of {runs}, {max(loads):.0%} busy before at most."
    )


def to_handshake(ours: Timed, name: str) -> float:
    """Seconds from the start of the task until the host is served what it made."""
    backend = {"service": {"name": "none", "port": {"number": 80}}}
    rule = {"host": name, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    site = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "site", "namespace": "bench-direct"},
        "spec": {"ingressClassName": "nginx", "rules": [rule], "tls": [{"hosts": [name], "secretName": name}]},
    }
    kubectl("apply", "--filename=-", given=json.dumps(site))
    busy()  # the controller has seen it
    with Handshakes(name, os.environ["CERTOPS_INGRESS_ADDRESS"]) as handshakes:
        ours.issue([name])
        seconds = handshakes.wait(_SERVED_SECONDS) - ours.began
    kubectl("delete", "ingress", "site", "--namespace=bench-direct")
    ours.forget([name])
    return seconds


def clear() -> None:
    """All that was made in the cluster goes."""
    kubectl("delete", "namespace", "--ignore-not-found", *NAMESPACES)


def versions() -> dict[str, str]:
    """Of the others."""
    chart = pathlib.Path(os.environ["CERTOPS_CERT_MANAGER_CHART"], "Chart.yaml").read_text().splitlines()
    collection = pathlib.Path(str(importlib.metadata.distribution("ansible").locate_file("ansible_collections")))
    manifest = json.loads((collection / "community" / "crypto" / "MANIFEST.json").read_text())
    program = run([str(ROOT / ".cache" / "bench" / "certbot" / "bin" / "certbot"), "--version"])
    return {
        "cert_manager": next(line.split()[1].strip("\"'v") for line in chart if line.startswith("appVersion:")),
        "certbot": program.split()[-1],
        "community_crypto": manifest["collection_info"]["version"],
    }


def say(text: str) -> None:
    """Progress, apart from the section."""
    print(text, file=sys.stderr, flush=True)


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """What to measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench --peers", description=__doc__)
    parser.add_argument("--many", type=int, default=50, help="how many certificates at once; %(default)s")
    parser.add_argument("--runs", type=int, default=3, help="how often one is measured, and ours of many; %(default)s")
    parser.add_argument("--many-runs", type=int, default=1, help="how often many of the others are; %(default)s")
    parser.add_argument("--only", action="store_true", help="ours alone; the documentation is left as it is")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> None:
    """Measure all, print the section, and keep it in the documentation."""
    wanted, names, ours = arguments(given), Names(), Ours()
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        folder.chmod(0o755)  # the web server's user reads in it
        webroot = folder / "webroot"
        clear()  # a run that was cut off may have left them
        try:
            playbook("prepare.yml", {"folder": made, "webroot": str(webroot)})
            measured(ours, names.fresh(ours, 1))  # what is read from the disk is in memory from here on
            details = task_times(Timed(), names, wanted.many, wanted.runs)
            if wanted.only:
                print(details)
                return
            clients: list[Client] = [ours, CertManager(), Certbot(folder, webroot), CommunityCrypto(folder, webroot)]
            results = [
                table.Result(
                    client.title,
                    series(client, names, 1, wanted.runs),
                    series(client, names, wanted.many, wanted.runs if client is ours else wanted.many_runs),
                )
                for client in clients
            ]
        finally:
            clear()
    text = table.written(results, wanted.many, details, versions())
    report.put(table.HEADING, text)
    print(text)
