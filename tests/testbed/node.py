# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The node: processes, mounts, host name and network in namespaces that end with their first process.

That process is supervisord. When it ends, by whatever means, the kernel ends all others and takes the mounts and the
network with them. What is left are cgroups and the state folder. Which node runs is asked of the kernel, never of a file.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from . import artifacts, network, store
from .errors import TestbedError
from .layout import HERE, Testbed

MARK = "certops-testbed="
CGROUPS = Path("/sys/fs/cgroup")


def find(testbed: Testbed) -> int | None:
    """The process id of the node's first process, if this checkout's node runs."""
    pid, state = _find(testbed.number)
    return pid if state == testbed.state else None


def claim(testbed: Testbed) -> None:
    """Ends a node of this number whose checkout was deleted. Raises TestbedError if that of another checkout has it."""
    pid, state = _find(testbed.number)
    if pid is None or state is None or state == testbed.state:
        return
    if state.exists():
        raise TestbedError(
            f"testbed {testbed.number} is the one of {state.parents[1]} (it runs there).\n"
            f"Choose another number, as in TESTBED={(testbed.number + 1) % 256}, or take that one down in its folder."
        )
    _end(pid)


def _find(number: int) -> tuple[int | None, Path | None]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
            states = [Path(word.removeprefix(MARK)) for word in words if word.startswith(MARK)]
            if states and states[0].name == str(number) and _is_first_of_its_namespace(folder):
                return int(folder.name), states[0]
        except (FileNotFoundError, ProcessLookupError):
            continue
    return None, None


def _is_first_of_its_namespace(folder: Path) -> bool:
    for line in (folder / "status").read_text().splitlines():
        if line.startswith("NSpid:"):
            identifiers = line.split()[1:]
            return len(identifiers) > 1 and identifiers[-1] == "1"
    return False


def start(testbed: Testbed, programs: Sequence[Path]) -> int:
    """Starts the node with its supervisor, in which no service runs yet. Returns the first process's id.

    programs: the folders that come first in the node's PATH.
    """
    make_cgroups(testbed)
    # As many open files as may be, for all that runs in the node.
    _soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    mark = f"{MARK}{testbed.state}"
    unshare = ["unshare", "--pid", "--mount", "--net", "--uts", "--ipc", "--fork", "--kill-child", "--mount-proc"]
    with (testbed.log / "node.log").open("w") as log:
        process = subprocess.Popen(
            [*unshare, "/bin/sh", HERE / "node.sh", mark, testbed.state, testbed.name, sys.executable],
            env={
                "PATH": ":".join([*map(str, programs), "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"])
            },
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            # Ctrl-C is for us; the node stays up.
            start_new_session=True,
            text=True,
        )
    assert process.stdin
    with process.stdin:
        pid = _await_first_process(testbed, process)
        network.connect(testbed, pid)
        # node.sh waits for this line, so that a node whose network never came ends with us.
        process.stdin.write("go\n")
    return pid


def _await_first_process(testbed: Testbed, process: subprocess.Popen[str]) -> int:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and process.poll() is None:
        if pid := find(testbed):
            return pid
        time.sleep(0.02)
    process.kill()
    raise TestbedError(f"the node's namespaces can't be made: {(testbed.log / 'node.log').read_text().strip()}")


def stop(testbed: Testbed) -> list[str]:
    """Ends the node and removes what does not end with it. Returns what was taken away, one line each."""
    gone = []
    if pid := find(testbed):
        gone.append(f"{len(_members(pid))} processes with their mounts and network")
        _end(pid)
    if network.disconnect(testbed):
        gone.append(f"link {testbed.name}")
    if count := remove_cgroups(testbed):
        gone.append(f"{count} cgroups")
    return gone


def _members(pid: int) -> list[int]:
    """The processes in the pid namespace of this one."""
    members = []
    namespace = os.readlink(f"/proc/{pid}/ns/pid")
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(folder / "ns" / "pid") == namespace:
                members.append(int(folder.name))
        except OSError:
            continue
    return members


def _end(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists():
        if time.monotonic() > deadline:
            raise TestbedError(f"process {pid}, the node's first, did not end within 30 s of being killed")
        time.sleep(0.02)


def inside(testbed: Testbed, command: Sequence[str | Path], namespaces: str = "--net") -> list[str | Path]:
    """The command, as it is run in namespaces of the node. Raises TestbedError if there is no node."""
    return ["nsenter", f"--target={require(testbed)}", namespaces, "--", *command]


def require(testbed: Testbed) -> int:
    if pid := find(testbed):
        return pid
    raise TestbedError(f"testbed {testbed.number} is not up")


def ctr(testbed: Testbed, *arguments: str) -> list[str | Path]:
    """The command line of containerd's own client, for the kubelet's images and containers."""
    socket = run_path(testbed) / "containerd" / "containerd.sock"
    return [store.programs_of(artifacts.CONTAINERD) / "ctr", "--address", socket, "--namespace=k8s.io", *arguments]


def run_path(testbed: Testbed) -> Path:
    """The node's /run, as seen from the machine."""
    return Path(f"/proc/{require(testbed)}/root/run")


def _hierarchies() -> list[Path]:
    """The roots in which a node has its cgroup: each controller's in version 1, the one there is in version 2."""
    if (CGROUPS / "cgroup.controllers").exists():
        return [CGROUPS]
    # A link stands for one of several controllers in one hierarchy.
    return [path for path in CGROUPS.iterdir() if path.is_dir() and not path.is_symlink()]


def make_cgroups(testbed: Testbed) -> None:
    """The kubelet's root; it has to be there before the kubelet is."""
    for hierarchy in _hierarchies():
        (hierarchy / testbed.name).mkdir(exist_ok=True)
        if hierarchy == CGROUPS:
            _hand_down_controllers(testbed)


def _hand_down_controllers(testbed: Testbed) -> None:
    for folder in (CGROUPS, CGROUPS / testbed.name):
        for controller in (folder / "cgroup.controllers").read_text().split():
            # One that is refused may not be needed; else the kubelet names it.
            with suppress(OSError):
                (folder / "cgroup.subtree_control").write_text(f"+{controller}")


def remove_cgroups(testbed: Testbed) -> int:
    """Returns how many were removed. Those of just ended processes may be busy for a moment."""
    removed = 0
    for hierarchy in _hierarchies():
        for folder, _folders, _files in os.walk(hierarchy / testbed.name, topdown=False):
            _remove_cgroup(Path(folder))
            removed += 1
    return removed


def _remove_cgroup(folder: Path) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            folder.rmdir()
            return
        except FileNotFoundError:
            return
        except OSError as error:
            if time.monotonic() > deadline:
                raise TestbedError(f"cgroup {folder} can't be removed: {error}") from error
            time.sleep(0.05)
