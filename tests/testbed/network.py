# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only way into the node's network: one link with two addresses, and no way on from there."""

from __future__ import annotations

import subprocess

from .layout import SERVICE_SUBNET, Testbed
from .processes import run


def connect(testbed: Testbed, pid: int) -> None:
    """Links the machine and the network namespace of process pid, the node's end being eth0."""
    disconnect(testbed)
    _ip("link", "add", testbed.name, "type", "veth", "peer", "name", "eth0", "netns", str(pid))
    _ip("address", "add", f"{testbed.host_address}/30", "dev", testbed.name)
    _ip("link", "set", testbed.name, "up")

    def node(*arguments: str) -> None:
        run(["nsenter", f"--target={pid}", "--net", "ip", *arguments])

    node("link", "set", "lo", "up")
    node("address", "add", f"{testbed.node_address}/30", "dev", "eth0")
    node("link", "set", "eth0", "up")
    # kube-proxy rewrites a Service's address only after a route to it was found, and there is no default route.
    node("route", "add", SERVICE_SUBNET, "dev", "eth0")


def disconnect(testbed: Testbed) -> bool:
    """Returns whether there was a link; normally it ends with the node."""
    command = ["ip", "link", "delete", testbed.name]
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def _ip(*arguments: str) -> None:
    run(["ip", *arguments])
