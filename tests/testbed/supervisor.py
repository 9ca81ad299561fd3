# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""supervisord, which keeps the node's services running: its configuration, and the questions asked of it."""

from __future__ import annotations

import time
import xmlrpc.client
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from supervisor.xmlrpc import Faults, SupervisorTransport

from . import node
from .errors import TestbedError
from .layout import INSIDE, Testbed

if TYPE_CHECKING:
    from .components import Service

HEAD = f"""\
[supervisord]
user = root
logfile = {INSIDE}/log/supervisord.log
pidfile = /run/supervisord.pid

[unix_http_server]
file = /run/supervisor.sock
chmod = 0600

[supervisorctl]
serverurl = unix:///run/supervisor.sock

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""

# Services are started one by one, each when those that it needs are ready.
PROGRAM = f"""
[program:{{name}}]
command = {{command}}
environment = {{environment}}
autostart = false
autorestart = true
redirect_stderr = true
stdout_logfile = {INSIDE}/log/{{name}}.log
stdout_logfile_backups = 1
"""


def configuration(testbed: Testbed, services: Iterable[Service]) -> str:
    return HEAD + "".join(
        PROGRAM.format(
            name=service.name,
            # A percent sign would start an expansion.
            command=" ".join(testbed.fill(service.command).split()).replace("%", "%%"),
            environment=",".join(f'{name}="{value}"' for name, value in service.environment.items()),
        )
        for service in services
    )


def _rpc(testbed: Testbed) -> Any:
    """Raises TestbedError if there is no node."""
    socket = node.run_path(testbed) / "supervisor.sock"
    return xmlrpc.client.ServerProxy("http://localhost", SupervisorTransport(serverurl=f"unix://{socket}")).supervisor


def await_start(testbed: Testbed) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            _rpc(testbed).getState()
            return
        except (OSError, TestbedError) as error:
            if time.monotonic() > deadline or node.find(testbed) is None:
                log = testbed.log / "node.log"
                raise TestbedError(
                    f"the supervisor does not answer ({error}); see {log}:\n{log.read_text()}"
                ) from error
            time.sleep(0.05)


def states(testbed: Testbed) -> dict[str, dict[str, Any]]:
    """By service: what getProcessInfo of supervisord's API documents, as statename, pid, description."""
    return {info["name"]: info for info in _rpc(testbed).getAllProcessInfo()}


def start(testbed: Testbed, name: str) -> None:
    """Does nothing if the service runs already."""
    try:
        _rpc(testbed).startProcess(name, False)
    except xmlrpc.client.Fault as fault:
        if fault.faultCode != Faults.ALREADY_STARTED:
            raise TestbedError(f"{name} can't be started: {fault.faultString}") from fault


def kill(testbed: Testbed, name: str) -> None:
    """Ends the service by SIGKILL; the supervisor starts it again."""
    _rpc(testbed).signalProcess(name, "KILL")


def state(testbed: Testbed, name: str) -> str:
    """RUNNING, STARTING, BACKOFF, FATAL …"""
    return str(_rpc(testbed).getProcessInfo(name)["statename"])
