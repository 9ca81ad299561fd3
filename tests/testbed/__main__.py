# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The testbed's command line. TESTBED chooses the testbed by its number (default 0)."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time

from . import environment, lifecycle, node
from .components import SCENARIOS
from .errors import TestbedError
from .layout import Testbed
from .progress import Progress
from .target import Target


def main() -> int:
    arguments = _parse()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        target = Target.from_environment()
        if target:
            return _use_target(target, arguments)
        return int(COMMANDS[arguments.command](Testbed.from_environment(), arguments) or 0)
    except TestbedError as error:
        print(f"testbed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("testbed: interrupted; the next up goes on, down takes away what there is", file=sys.stderr)
        sys.stderr.flush()
        # Without waiting for threads; child processes end with us.
        os._exit(130)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.testbed", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, what in (("up", "bring it up, building what is not built yet"), ("build", "only build")):
        command = commands.add_parser(name, help=what)
        command.add_argument(
            "--for", dest="scenario", choices=SCENARIOS, default="demo", help="what is needed (default demo)"
        )
    commands.add_parser("down", help="take it down without a trace")
    commands.add_parser("status", help="show which services run and which are ready")
    env = commands.add_parser("env", help="print the environment for a shell to evaluate")
    env.add_argument("--json", action="store_true", help="print it as JSON")
    logs = commands.add_parser("logs", help="show a service's log")
    logs.add_argument("name", metavar="NAME")
    logs.add_argument("-f", "--follow", action="store_true", help="go on showing what is added")
    return parser.parse_args()


def _up(testbed: Testbed, arguments: argparse.Namespace) -> None:
    _require_root()
    started = time.monotonic()
    lifecycle.up(testbed, SCENARIOS[arguments.scenario], Progress())
    print(
        f"testbed {testbed.number} is up after {time.monotonic() - started:.1f} s, its kubeconfig is {testbed.kubeconfig}"
    )


def _build(testbed: Testbed, arguments: argparse.Namespace) -> None:
    lifecycle.build(SCENARIOS[arguments.scenario], Progress())


def _down(testbed: Testbed, arguments: argparse.Namespace) -> None:
    _require_root()
    lifecycle.down(testbed, print)


def _status(testbed: Testbed, arguments: argparse.Namespace) -> int:
    if not (pid := node.find(testbed)):
        print(f"testbed {testbed.number} is not up")
        return 1
    print(
        f"testbed {testbed.number}: node {testbed.name} ({testbed.node_address}), namespaces of process {pid}, logs in {testbed.log}"
    )
    status = lifecycle.status(testbed)
    for name, _well, words in status:
        print(f"  {name:24} {words}")
    return 0 if all(well for _name, well, _words in status) else 1


def _env(testbed: Testbed, arguments: argparse.Namespace) -> None:
    if not node.find(testbed):
        print(f"testbed: testbed {testbed.number} is not up; TESTBED=number chooses another", file=sys.stderr)
    _print_environment(environment.of_testbed(testbed), arguments)


def _print_environment(variables: dict[str, str], arguments: argparse.Namespace) -> None:
    print(json.dumps(variables, indent=2) if arguments.json else environment.export_lines(variables))


def _logs(testbed: Testbed, arguments: argparse.Namespace) -> int:
    names = sorted(path.stem for path in testbed.log.glob("*.log"))
    if arguments.name not in names:
        raise TestbedError(f"there is no log {arguments.name!r}; there are: {', '.join(names) or 'none yet'}")
    follow = ["--follow"] if arguments.follow else []
    return subprocess.run(
        ["tail", "--lines=200", *follow, testbed.log / f"{arguments.name}.log"], check=False
    ).returncode


COMMANDS = {"up": _up, "build": _build, "down": _down, "status": _status, "env": _env, "logs": _logs}


def _use_target(target: Target, arguments: argparse.Namespace) -> int:
    command = arguments.command
    if command == "env":
        _print_environment(environment.of_target(target.kubeconfig, target.context), arguments)
    elif command in ("up", "status"):
        print(target.describe())
    else:
        print(f"KUBECONFIG_TARGET is set: there is no testbed, so nothing to do for {command}")
    return 0


def _require_root() -> None:
    if os.geteuid() != 0:
        raise TestbedError("only root can make the namespaces of a node; run it as root")


if __name__ == "__main__":
    sys.exit(main())
