# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Kubernetes API on free ports of the loopback interface: etcd and kube-apiserver, and nothing else of a cluster."""

from __future__ import annotations

import ssl
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.certops.kubernetes.plugins.module_utils.kube.cluster import Cluster
from ansible_collections.certops.kubernetes.plugins.module_utils.kube.connect import connect
from tests.testbed import artifacts, store
from tests.testbed.errors import TestbedError
from tests.testbed.processes import TIED_TO_US, run
from tests.testbed.progress import Progress

from .pebble import free_ports

START_SECONDS = 60.0
TOKEN = "of-the-administrator"
# Of a user who has no rights but those that a test gives.
LIMITED, LIMITED_TOKEN = "limited", "of-the-limited"


@dataclass
class ApiServer:
    """url: as its clients reach it. files: the folder with ca.pem, server.pem and server.key (tests/testbed/acme.py)."""

    url: str
    files: Path
    log: Path
    command: Sequence[str | Path]
    _process: subprocess.Popen[bytes] | None = None
    _starter: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def start(self) -> None:
        """Returns when it is ready. Raises TestbedError with the end of what it printed if it never is."""
        with self.log.open("ab") as output:
            # The kernel ends it with the thread that has started it, which may be one that a test is soon done with.
            tied = [*TIED_TO_US, *map(str, self.command)]
            self._process = self._starter.submit(subprocess.Popen, tied, stdout=output, stderr=output).result()
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                end = "\n".join(self.log.read_text().splitlines()[-20:])
                raise TestbedError(f"the API server is not ready:\n{end}")
            time.sleep(0.05)

    def stop(self) -> None:
        """As kill -9 does."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def cluster(self, url: str = "", token: str = TOKEN) -> Cluster:
        """A connection; url is another way to it, by a proxy."""
        return Cluster(connect({"host": url or self.url, "api_key": token, "ca_cert": str(self.files / "ca.pem")}))

    def _is_ready(self) -> bool:
        request = urllib.request.Request(f"{self.url}/readyz", headers={"Authorization": f"Bearer {TOKEN}"})
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=self.files / "ca.pem")),
        )
        try:
            with opener.open(request, timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@contextmanager
def api_server(folder: Path, files: Path) -> Iterator[ApiServer]:
    """As long as the with statement lasts. files: with a certificate for 127.0.0.1, and its root."""
    for source in (artifacts.ETCD, artifacts.KUBERNETES):
        store.make(source, Progress())
    folder.mkdir()
    clients, peers, port = free_ports(3)
    with (folder / "etcd.log").open("wb") as output:
        etcd = subprocess.Popen([*TIED_TO_US, *_etcd(folder, clients, peers)], stdout=output, stderr=output)
    server = ApiServer(
        f"https://127.0.0.1:{port}", files, folder / "kube-apiserver.log", _server(folder, files, port, clients)
    )
    try:
        server.start()
        yield server
    finally:
        server.stop()
        etcd.kill()
        etcd.wait()


def _etcd(folder: Path, clients: int, peers: int) -> list[str | Path]:
    own, others = f"http://127.0.0.1:{clients}", f"http://127.0.0.1:{peers}"
    return [
        store.programs_of(artifacts.ETCD) / "etcd",
        f"--data-dir={folder / 'etcd'}",
        "--unsafe-no-fsync",  # all is lost at the end anyway
        f"--listen-client-urls={own}",
        f"--advertise-client-urls={own}",
        f"--listen-peer-urls={others}",
        f"--initial-advertise-peer-urls={others}",
        f"--initial-cluster=default={others}",
    ]


def _server(folder: Path, files: Path, port: int, etcd: int) -> list[str | Path]:
    accounts, tokens = folder / "accounts.key", folder / "tokens.csv"
    run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", accounts])
    tokens.touch(mode=0o600)
    tokens.write_text(f"{TOKEN},administrator,1,system:masters\n{LIMITED_TOKEN},{LIMITED},2,people\n")
    return [
        store.programs_of(artifacts.KUBERNETES) / "kube-apiserver",
        f"--etcd-servers=http://127.0.0.1:{etcd}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        "--endpoint-reconciler-type=none",
        f"--secure-port={port}",
        f"--tls-cert-file={files / 'server.pem'}",
        f"--tls-private-key-file={files / 'server.key'}",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={accounts}",
        f"--service-account-signing-key-file={accounts}",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--disable-admission-plugins=ServiceAccount",
        "--authorization-mode=RBAC",
        f"--token-auth-file={tokens}",
    ]
