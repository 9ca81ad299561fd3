# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a service is known to be ready: a real answer to a real question."""

from __future__ import annotations

import json
import secrets
import socket
import ssl
import struct
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

from . import artifacts, node, store
from .errors import TestbedError
from .layout import KUBERNETES_SERVICE, Testbed
from .processes import run

# Raises TestbedError or OSError as long as the service is not ready.
Check = Callable[[Testbed], object]
SECONDS = 5.0


def https(port: int, path: str, ca: Callable[[Testbed], Path] | None = None) -> Check:
    """Answers with 200 on the node's address; the certificate is verified if there is a CA to do so."""

    def check(testbed: Testbed) -> None:
        get(f"https://{testbed.node_address}:{port}{path}", ca(testbed) if ca else None)

    return check


def http(port: int, path: str) -> Check:
    return lambda testbed: get(f"http://{testbed.node_address}:{port}{path}")


def http_inside(url: str) -> Check:
    """For what listens on the node's loopback interface."""
    question = f"import urllib.request; urllib.request.urlopen({url!r}, timeout={SECONDS})"
    return lambda testbed: run(node.inside(testbed, [sys.executable, "-I", "-c", question]))


def get(url: str, ca: Path | None = None) -> str:
    """Raises OSError for everything but a 2xx answer."""
    context = ssl.create_default_context(cafile=ca) if ca else ssl._create_unverified_context()
    handlers = [urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)]
    with urllib.request.build_opener(*handlers).open(url, timeout=SECONDS) as answer:
        return str(answer.read().decode())


def kubernetes_service_resolves(testbed: Testbed) -> None:
    """A Service's address comes back, so the DNS server has heard from the API server."""
    resolves(testbed, "kubernetes.default.svc.cluster.local", KUBERNETES_SERVICE)


def resolves(testbed: Testbed, name: str, address: str) -> None:
    """The node's DNS server says that the name has this address, and no other."""
    identifier = secrets.randbelow(65536)
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    question = struct.pack("!6H", identifier, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", 1, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        channel.settimeout(SECONDS)
        channel.connect((testbed.node_address, 53))
        channel.send(question)
        answer = channel.recv(4096)
    # An answer ends with the address, since nothing is put behind it.
    if struct.unpack("!H", answer[:2])[0] != identifier or not answer.endswith(socket.inet_aton(address)):
        raise TestbedError(f"{name} does not resolve to {address} yet")


def container_runtime_answers(testbed: Testbed) -> None:
    run(node.ctr(testbed, "version"), timeout=SECONDS)


def node_is_ready(testbed: Testbed) -> None:
    status = json.loads(kubectl(testbed, "get", "node", testbed.name, "--output=json"))
    conditions = {condition["type"]: condition for condition in status["status"].get("conditions", [])}
    ready = conditions.get("Ready", {})
    if ready.get("status") != "True":
        raise TestbedError(f"the node is not Ready: {ready.get('message', 'no condition yet')}")
    if taints := [taint["key"] for taint in status["spec"].get("taints", [])]:
        raise TestbedError(f"the node still has the taint {', '.join(taints)}")


def default_service_account_exists(testbed: Testbed) -> None:
    kubectl(testbed, "get", "serviceaccount", "default", "--namespace=default")


def kubectl(testbed: Testbed, *arguments: str) -> str:
    program = store.programs_of(artifacts.KUBECTL) / "kubectl"
    return run([program, f"--kubeconfig={testbed.kubeconfig}", "--request-timeout=5s", *arguments])
