# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where everything lies: the checkout, the cache, the state and the addresses of one testbed."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from string import Template

from .errors import TestbedError

CHECKOUT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
ZONE = "example.test"
# Each name directly below leads to the fault proxy, which can treat each in its own way.
PROXY_ZONE = f"acme.{ZONE}"
PROXY_PORT = 14100
PROXY_CONTROL_PORT = 14101
# Zones that are written by RFC 2136: one whose hosts all lead to the node, one that only _acme-challenge records lead to,
# and one without hosts, until somebody announces them.
DYNAMIC_ZONE = f"dynamic.{ZONE}"
VALIDATION_ZONE = f"validation.{ZONE}"
ANNOUNCED_ZONE = f"announced.{ZONE}"
BIND_PORT = 5353
SERVICE_SUBNET = "10.96.0.0/16"
KUBERNETES_SERVICE = "10.96.0.1"
# Addresses of Services that aren't there until a test makes them.
ELSEWHERE = "10.96.80.80"
CLOSED = "10.96.80.81"
POD_SUBNET = "10.244.0.0/16"
# Where the state folder is seen inside the node, whatever the checkout is called outside.
INSIDE = Path("/run/testbed")


def cache_folder() -> Path:
    """The folder of downloads and builds, shared by all checkouts of one user."""
    if given := os.environ.get("CERTOPS_CACHE"):
        return Path(given).absolute()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base).absolute() / "certops-testbed"


@dataclass(frozen=True)
class Testbed:
    """One testbed. Its network 198.18.N.0/30 is taken from the block for benchmarks (RFC 2544), so it is nobody's."""

    __test__ = False

    number: int
    checkout: Path = CHECKOUT

    @classmethod
    def from_environment(cls) -> Testbed:
        """Raises TestbedError if TESTBED is not a number from 0 to 255."""
        given = os.environ.get("TESTBED") or "0"
        if not (given.isascii() and given.isdigit() and int(given) <= 255):
            raise TestbedError(f"TESTBED is {given!r}, it has to be a number from 0 to 255")
        return cls(int(given))

    @property
    def name(self) -> str:
        """Of the node, the link on the machine's side, and the cgroup."""
        return f"certops{self.number}"

    @property
    def host_address(self) -> str:
        return f"198.18.{self.number}.1"

    @property
    def node_address(self) -> str:
        return f"198.18.{self.number}.2"

    @property
    def state(self) -> Path:
        return self.checkout / ".testbed" / str(self.number)

    @property
    def lock(self) -> Path:
        return self.checkout / ".testbed" / f"{self.number}.lock"

    @property
    def log(self) -> Path:
        return self.state / "log"

    @property
    def kubeconfig(self) -> Path:
        return self.state / "kubeconfig"

    @property
    def acme_ca(self) -> Path:
        """The root of the ACME server's own HTTPS certificate."""
        return self.state / "acme" / "ca.pem"

    @property
    def acme_root(self) -> Path:
        """The root of the certificates that the ACME server issues."""
        return self.state / "acme" / "root.pem"

    @property
    def acme_directory(self) -> str:
        return f"https://{self.node_address}:14000/dir"

    @property
    def acme_management(self) -> str:
        """Where the ACME server tells its roots, and is told what to say about renewals."""
        return f"https://{self.node_address}:15000"

    @property
    def dns(self) -> Path:
        """The zones that are written, and the key for it."""
        return self.state / "dns"

    @property
    def proxy_control(self) -> str:
        """Where the fault proxy's book is written and read."""
        return f"http://{self.node_address}:{PROXY_CONTROL_PORT}"

    def fill(self, text: str, **more: str) -> str:
        """Replaces $node_address and the like in a command or a configuration file. Raises KeyError for unknown names."""
        return Template(text).substitute(
            name=self.name,
            host_address=self.host_address,
            node_address=self.node_address,
            zone=ZONE,
            service_subnet=SERVICE_SUBNET,
            pod_subnet=POD_SUBNET,
            bind_port=str(BIND_PORT),
            elsewhere=ELSEWHERE,
            closed=CLOSED,
            proxy_port=str(PROXY_PORT),
            proxy_control_port=str(PROXY_CONTROL_PORT),
            python=sys.executable,
            checkout=str(CHECKOUT),
            state=INSIDE,
            config=INSIDE / "config",
            pki=INSIDE / "kubernetes" / "pki",
            kubeconfigs=INSIDE / "kubernetes",
            **more,
        )
