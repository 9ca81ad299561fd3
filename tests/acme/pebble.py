# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pebble as a process on free ports of the loopback interface."""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509

from tests.testbed import acme, artifacts, checks, store
from tests.testbed.errors import TestbedError
from tests.testbed.progress import Progress

START_SECONDS = 20.0
# Challenges are looked at, and at once; each authorization is a new one, and no request is refused for its nonce.
VALIDATING = {
    "PEBBLE_VA_NOSLEEP": "1",
    "PEBBLE_AUTHZREUSE": "0",
    "PEBBLE_WFE_NONCEREJECT": "0",
    "PEBBLE_WFE_ORDERS_PER_PAGE": "10000",
}
# Every challenge is good without being looked at.
QUICK = {**VALIDATING, "PEBBLE_VA_ALWAYS_VALID": "1"}
# Nobody answers there: names are looked up only by those tests that want it to fail.
NO_DNS = "127.0.0.1:9"
PROFILES = {
    "default": {"description": "90 days", "validityPeriod": 7776000},
    "shortlived": {"description": "6 days", "validityPeriod": 518400},
}


@dataclass(frozen=True)
class Pebble:
    """A running server. files: the folder with ca.pem, the root of its HTTPS, and server.pem and server.key.

    log: what it prints. restart: it forgets all it knows.
    """

    url: str
    management: str
    files: Path
    http_port: int
    log: Path
    restart: Callable[[], None] = field(repr=False)

    @property
    def directory(self) -> str:
        return f"{self.url}/dir"

    @property
    def trust(self) -> str:
        return (self.files / "ca.pem").read_text()

    def managed(self, path: str) -> str:
        """What the management interface says, such as /roots/0. Raises OSError for everything but a 2xx answer."""
        return checks.get(self.management + path, self.files / "ca.pem")


@contextmanager
def pebble(
    folder: Path, environment: Mapping[str, str] | None = None, dns_server: str = NO_DNS, **settings: Any
) -> Iterator[Pebble]:
    """In strict mode, as long as the with statement lasts; settings are those of its configuration.

    dns_server: where it looks names up, address:port.

    Raises TestbedError with what it printed if it doesn't answer.
    """
    if not store.is_made(artifacts.PEBBLE):
        for source in (*artifacts.PEBBLE.needs, artifacts.PEBBLE):
            store.make(source, Progress())
    files, ports = folder / "files", free_ports(4)
    if not files.exists():
        acme.make_files(files, [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    log = folder / f"{ports[0]}.log"
    configuration = {
        "listenAddress": f"127.0.0.1:{ports[0]}",
        "managementListenAddress": f"127.0.0.1:{ports[1]}",
        "certificate": str(files / "server.pem"),
        "privateKey": str(files / "server.key"),
        "httpPort": ports[2],
        "tlsPort": ports[3],
        "profiles": PROFILES,
        "retryAfter": {"authz": 0, "order": 0},
        **settings,
    }
    path = folder / f"{ports[0]}.json"
    path.write_text(json.dumps({"pebble": configuration}))
    program = str(store.programs_of(artifacts.PEBBLE) / "pebble")
    command = [program, "-strict", "-config", str(path), "-dnsserver", dns_server]
    variables = {**os.environ, **(QUICK if environment is None else environment)}
    processes: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        with log.open("ab") as output:
            processes.append(subprocess.Popen(command, env=variables, stdout=output, stderr=subprocess.STDOUT))
        _answers(running, processes[-1])

    def restart() -> None:
        _end(processes.pop())
        start()

    url, management = (f"https://127.0.0.1:{port}" for port in ports[:2])
    running = Pebble(url, management, files, ports[2], log, restart)
    try:
        start()
        yield running
    finally:
        for process in processes:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def _answers(running: Pebble, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            running.managed("/roots/0")
            checks.get(running.directory, running.files / "ca.pem")
            return
        except OSError:
            time.sleep(0.02)
    raise TestbedError(f"Pebble does not answer:\n{running.log.read_text()}")


def free_ports(count: int) -> list[int]:
    """Free at this moment, and different."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _number in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
