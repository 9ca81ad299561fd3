# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rulebook by ansible-rulebook: what expires is renewed, what fails is told."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest

from tests.package import building

from .conftest import ROOT, fresh_namespace, playbook
from .controller import INVENTORY

NAMESPACE = "test-events"
SECONDS = 180.0
# The certificate comes to expire, and by nothing but time, a few seconds after it was issued for an hour.
WITHIN = "59m50s"


@pytest.fixture(scope="module")
def namespace(cluster: dict[str, str]) -> Iterator[dict[str, str]]:
    with fresh_namespace(cluster, NAMESPACE):
        yield cluster


@contextlib.contextmanager
def rulebook(
    environment: dict[str, str], installed: pathlib.Path, folder: pathlib.Path, **variables: str
) -> Iterator[Callable[[], str]]:
    """ansible-rulebook at work; what it has printed so far."""
    wanted = ("ansible-rulebook", "ansible-core", f"--requirements={ROOT / 'requirements.txt'}")
    programs = building.python_environment(folder / "decision-environment", *wanted)
    (folder / "inventory").write_text(INVENTORY)
    (folder / "variables.yml").write_text(json.dumps(variables))
    java = pathlib.Path(shutil.which("java") or "").resolve()
    changes = {
        "PATH": f"{programs}{os.pathsep}{environment['PATH']}",
        "JAVA_HOME": str(java.parents[1]),
        "ANSIBLE_COLLECTIONS_PATH": str(installed),
        "HOME": str(folder),
    }
    command = ["--rulebook=certops.kubernetes.renew_locally", "--inventory=inventory", "--vars=variables.yml"]
    log = folder / "log"
    with log.open("w") as out, subprocess.Popen(
        [str(programs / "ansible-rulebook"), *command, "--print-events"],
        cwd=folder,
        env=environment | changes,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        try:
            yield log.read_text
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def revision(environment: dict[str, str], name: str) -> int:
    """How often a Certificate was issued."""
    command = [
        "kubectl",
        "get",
        "certificate",
        name,
        f"--namespace={NAMESPACE}",
        "--output=jsonpath={.status.revision}",
    ]
    return int(subprocess.run(command, env=environment, check=True, text=True, capture_output=True).stdout or 0)


def test_what_expires_is_renewed_and_what_fails_is_told(
    namespace: dict[str, str], installed: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    with rulebook(namespace, installed, tmp_path, tls_kubeconfig=namespace["KUBECONFIG"], tls_within=WITHIN) as printed:
        made = playbook(namespace, "events/certificates.yml", "-e", f"test_namespace={NAMESPACE}")
        assert made.returncode == 0, made.stdout
        deadline = time.monotonic() + SECONDS
        while revision(namespace, "soon") < 2 or "issuer.missing" not in printed():
            if time.monotonic() > deadline:
                pytest.fail(printed(), pytrace=False)
            time.sleep(1)
        assert "Renew those that are meant" in printed()
