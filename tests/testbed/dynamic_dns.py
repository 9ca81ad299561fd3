# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The zones that are written by RFC 2136. BIND has them; for all the world the node's DNS server answers in its place."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

from tests.dns import bind

from . import checks
from .layout import ANNOUNCED_ZONE, BIND_PORT, DYNAMIC_ZONE, INSIDE, VALIDATION_ZONE, Testbed

# What its configuration follows from.
ORIGINS = (Path(__file__), Path(bind.__file__))
# Every name in the dynamic zone leads to the node; `delegated` has its validation elsewhere.
_HOSTS = """\
* A {address}
delegated A {address}
_acme-challenge.delegated CNAME delegated.{validation}.
"""


def prepare(testbed: Testbed) -> None:
    """Writes the server's configuration, and a key for whoever writes the zones."""
    key = bind.new_key("certops")
    hosts = _HOSTS.format(address=testbed.node_address, validation=VALIDATION_ZONE)
    records = {DYNAMIC_ZONE: hosts, VALIDATION_ZONE: "", ANNOUNCED_ZONE: ""}
    zones = [bind.Zone(apex, lines, [key.name]) for apex, lines in records.items()]
    bind.configure(testbed.dns, testbed.node_address, BIND_PORT, zones, [key], INSIDE / testbed.dns.name)
    with os.fdopen(os.open(testbed.dns / "key.json", os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        json.dump(asdict(key), file)


def key_variables(testbed: Testbed) -> dict[str, str]:
    """The key as tests find it in their environment; nothing before a testbed was prepared."""
    path = testbed.dns / "key.json"
    return bind.as_variables(bind.Key(**json.loads(path.read_text()))) if path.exists() else {}


def answers(testbed: Testbed) -> None:
    """Each zone is told by the node's DNS server. Raises TestbedError or OSError if not."""
    for zone in (DYNAMIC_ZONE, VALIDATION_ZONE, ANNOUNCED_ZONE):
        checks.resolves(testbed, f"ns.{zone}", testbed.node_address)
