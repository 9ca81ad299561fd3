# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each folder of targets/ is a role in ansible-test's layout, and one test: a play of it must succeed.

It may use the namespace `test_namespace`, which is there, empty, and removed afterwards; other objects it removes itself.
TARGETS names those to run (default: all). Two run at once: most of their time is spent waiting for the cluster.
"""

from __future__ import annotations

import concurrent.futures
import json
import pathlib
import subprocess
import time
from collections.abc import Iterator

import pytest

from tests.aws import server

from .conftest import HERE, TARGETS, kubectl, playbook

ALL = sorted(path.name for path in (HERE / "targets").iterdir() if path.is_dir())
CHOSEN = TARGETS or ALL
if unknown := set(CHOSEN) - set(ALL):
    raise pytest.UsageError(f"TARGETS names {', '.join(sorted(unknown))}; there are {', '.join(ALL) or 'none'}")

Played = tuple[subprocess.CompletedProcess[str], float]
Runs = dict[str, "concurrent.futures.Future[Played]"]


def run(environment: dict[str, str], testbed: pathlib.Path, target: str) -> Played:
    """Plays the target in a namespace of its own; one that an ended run has left is removed first. Says how long it took."""
    namespace = f"test-{target.replace('_', '-')}"
    kubectl(environment, "delete", "namespace", namespace, "--ignore-not-found")
    kubectl(environment, "create", "namespace", namespace)
    started = time.monotonic()
    try:
        named = ("-e", f"target={target}", "-e", f"test_namespace={namespace}")
        played = playbook(environment, "target.yml", "-e", f"@{testbed}", *named)
        return played, time.monotonic() - started
    finally:
        kubectl(environment, "delete", "namespace", namespace, "--wait=false")


@pytest.fixture(scope="module")
def runs(
    cluster: dict[str, str], request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Runs]:
    """The runs of the selected targets, in the order of their tests."""
    wanted = [item.callspec.params["target"] for item in request.session.items if item.path == request.path]
    testbed = tmp_path_factory.mktemp("testbed") / "testbed.json"
    with server.serving() as aws, concurrent.futures.ThreadPoolExecutor(2) as pool:
        environment = cluster | {"CERTOPS_AWS_ENDPOINT": aws.url}
        testbed.write_text(json.dumps({"testbed": {k: v for k, v in environment.items() if k.startswith("CERTOPS_")}}))
        yield {target: pool.submit(run, environment, testbed, target) for target in wanted}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("target", CHOSEN)
def test_target(target: str, runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    played, seconds = runs[target].result()
    with capsys.disabled():
        print(f"\n{target}: {seconds:.0f} s ", end="", flush=True)
    if played.returncode:
        pytest.fail(played.stdout, pytrace=False)
