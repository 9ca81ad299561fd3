# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bringing a testbed up and taking it down. Up makes what is missing, so it also mends what a killed run left."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import cluster, dynamic_dns, node, store, supervisor
from .components import ALL, Scenario, Service
from .errors import TestbedError
from .golang import Compiled
from .graph import Task, run_all
from .images import Image
from .layout import HERE, Testbed
from .processes import run
from .progress import Progress

POLL_SECONDS = 0.2
# An import keeps a core busy and an image's programs in memory.
IMPORTS = threading.Semaphore(os.cpu_count() or 1)


def build(scenario: Scenario, progress: Progress) -> None:
    """Makes what the cache lacks: downloads side by side, Go builds one after the other."""
    missing: dict[str, store.Source] = {}
    for source in scenario.sources:
        if not store.is_made(source):
            missing |= {store.title(need): need for need in source.needs if not store.is_made(need)}
            missing[store.title(source)] = source
    if missing:
        progress.say(f"to make, once a version: {', '.join(missing)}")
    tasks: dict[str, Task] = {}
    compiled: list[str] = []
    for title, source in missing.items():
        needs = [store.title(need) for need in source.needs if store.title(need) in missing]
        if isinstance(source, Compiled):
            # One build uses all cores already.
            needs += compiled[-1:]
            compiled.append(title)
        tasks[title] = _make(source, needs, progress)
    run_all(tasks)


def _make(source: store.Source, needs: Sequence[str], progress: Progress) -> Task:
    return Task(lambda _: store.make(source, progress), needs)


def up(testbed: Testbed, scenario: Scenario, progress: Progress) -> None:
    """Raises TestbedError, naming the log, if something does not become ready."""
    node.claim(testbed)
    build(scenario, progress)
    with store.locked(testbed.lock, progress.say):
        if node.find(testbed) and not _is_current(testbed):
            progress.say(
                "the node that runs is of another configuration, or its start was not finished: it is replaced"
            )
            node.stop(testbed)
        if not node.find(testbed):
            _start_node(testbed, progress)
        tasks = {service.name: _start_service(testbed, service, progress) for service in scenario.services}
        tasks["roles"] = Task(lambda _: cluster.apply_roles(testbed), ["kube-apiserver"])
        tasks |= {image.reference: _import_image(testbed, image, progress) for image in scenario.images}
        run_all(tasks)


def _start_node(testbed: Testbed, progress: Progress) -> None:
    with progress.step("node"):
        node.stop(testbed)
        cluster.prepare(testbed)
        programs = {store.programs_of(source): None for service in ALL.services for source in service.sources}
        node.start(testbed, list(programs))
        supervisor.await_start(testbed)
        (testbed.state / "fingerprint").write_text(_fingerprint(testbed))


def _fingerprint(testbed: Testbed) -> str:
    """Of all that a running node follows from."""
    parts = [
        f"{source.name} {source.version} {source.inputs}" for service in ALL.services for source in service.sources
    ]
    parts += [path.read_text() for path in (*cluster.templates(), *dynamic_dns.ORIGINS)]
    parts += [(HERE / "node.sh").read_text(), supervisor.configuration(testbed, ALL.services)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _is_current(testbed: Testbed) -> bool:
    path = testbed.state / "fingerprint"
    return path.exists() and path.read_text() == _fingerprint(testbed)


def _start_service(testbed: Testbed, service: Service, progress: Progress) -> Task:
    def work(abandoned: threading.Event) -> None:
        if supervisor.state(testbed, service.name) == "RUNNING":
            _await_ready(testbed, service, abandoned)
            return
        with progress.step(service.name):
            supervisor.start(testbed, service.name)
            _await_ready(testbed, service, abandoned)

    return Task(work, service.needs)


def _await_ready(testbed: Testbed, service: Service, abandoned: threading.Event) -> None:
    deadline = time.monotonic() + service.within
    while not abandoned.is_set():
        try:
            service.ready(testbed)
            return
        except (TestbedError, OSError) as error:
            state = supervisor.state(testbed, service.name)
            if state == "FATAL" or time.monotonic() > deadline:
                raise TestbedError(_failure(testbed, service, state, error)) from error
        time.sleep(POLL_SECONDS)


def _failure(testbed: Testbed, service: Service, state: str, error: Exception) -> str:
    log = testbed.log / f"{service.name}.log"
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-10:]) if log.exists() else ""
    return f"{service.name} is not ready ({state}): {error}\nThe end of {log}:\n{tail}"


def _import_image(testbed: Testbed, image: Image, progress: Progress) -> Task:
    def work(_abandoned: threading.Event) -> None:
        # Written after the import, into a folder that lives as long as the node's images.
        stamp = testbed.state / "images" / image.reference.replace("/", "_")
        if stamp.exists() and stamp.read_text() == image.inputs:
            return
        stamp.parent.mkdir(exist_ok=True)
        with IMPORTS, progress.step(f"image {image.reference}"):
            archive = stamp.with_suffix(".tar")
            with archive.open("wb") as file:
                image.write_archive(file)
            run(node.ctr(testbed, "images", "import", str(archive)))
            archive.unlink()
        stamp.write_text(image.inputs)

    return Task(work, ("containerd",))


def down(testbed: Testbed, say: Callable[[str], None]) -> None:
    """Leaves nothing on the machine but the logs in the state folder."""
    node.claim(testbed)
    with store.locked(testbed.lock, say):
        gone = node.stop(testbed)
        if testbed.state.is_dir():
            cluster.clear(testbed)
    say(f"testbed {testbed.number}: {', '.join(gone)} taken away" if gone else f"testbed {testbed.number} was not up")
    if testbed.log.is_dir():
        say(f"its logs stay in {testbed.log} until the next start")


def status(testbed: Testbed) -> list[tuple[str, bool, str]]:
    """Of each service, in the order of the list: its name, whether all is well with it, and its state in words."""
    states = supervisor.states(testbed)
    return [(service.name, *_describe(testbed, service, states.get(service.name))) for service in ALL.services]


def _describe(testbed: Testbed, service: Service, info: Mapping[str, Any] | None) -> tuple[bool, str]:
    if info is None:
        return False, "not known to this testbed, which is older than the checkout: bring it up again"
    if info["statename"] == "STOPPED":
        return True, "not started"
    try:
        service.ready(testbed)
    except (TestbedError, OSError) as error:
        return False, f"not ready, {info['statename'].lower()} ({info['description']}): {error}"
    return True, f"ready ({info['description']})"
