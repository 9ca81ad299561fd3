# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster for the targets: a testbed with cert-manager and Traefik, or that of KUBECONFIG_TARGET as it is."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pathlib
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence

import pytest

from tests.package import building

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]

# The targets are roles; the inventory is only this machine, as meant.
ANSIBLE = {
    "ANSIBLE_ROLES_PATH": str(HERE / "targets"),
    "ANSIBLE_LOCALHOST_WARNING": "false",
    "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
}

SUITES = {path.stem.removeprefix("test_"): path.name for path in HERE.glob("test_*.py")}
# What takes longer and changes less: `make test-long`.
LONG = {"awx", "documentation", "events", "restart"}
# TARGETS names those to run, and nothing else; a suite beside that of the targets is named like one.
_asked = os.environ.get("TARGETS", "").split()
TARGETS = [name for name in _asked if name not in SUITES]
_default = LONG if "LONG" in os.environ else set(SUITES) - LONG
_chosen = {name for name in _asked if name in SUITES} | ({"targets"} if TARGETS else set()) or _default
collect_ignore = [file for name, file in SUITES.items() if name not in _chosen]
# A cluster of the user's has no such servers, unless the user says where they are; nor is it made to suffer.
if os.environ.get("KUBECONFIG_TARGET"):
    _NEEDS = {
        "documentation": "CERTOPS_TRAEFIK_CHART",
        "external_dns": "CERTOPS_EXTERNAL_DNS_CHART",
        "faults": "CERTOPS_ACME_PROXY_CONTROL",
        "http01": "CERTOPS_INGRESS_ADDRESS",
        "route53": "CERTOPS_TSIG_SECRET",
        "uninstall": "CERTOPS_ACME_PROXY_CONTROL",
    }
    collect_ignore.append(SUITES["restart"])
    collect_ignore += [SUITES[name] for name, variable in _NEEDS.items() if variable not in os.environ]

# The targets' own; testbed 0 may be in use by hand.
os.environ.setdefault("TESTBED", "1")


def testbed(*command: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Runs a command of the testbed. CalledProcessError if it fails."""
    return subprocess.run(
        [sys.executable, "-m", "tests.testbed", *command],
        cwd=ROOT,
        check=True,
        text=True,
        stdin=subprocess.DEVNULL,
        **options,
    )


def exported(lines: str) -> dict[str, str]:
    """The variables in a list of `export NAME=value` lines."""
    words = (shlex.split(line) for line in lines.splitlines())
    return dict(word[1].split("=", 1) for word in words if word[:1] == ["export"])


def playbook(environment: dict[str, str], name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a playbook of this folder, with all that it prints in `stdout`."""
    return printed(["ansible-playbook", "--diff", str(HERE / name), *arguments], environment)


def printed(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end, with all that it prints in `stdout`."""
    return subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def kubectl(environment: dict[str, str], *arguments: str) -> None:
    """CalledProcessError if it fails; what it printed is among the test's captured output."""
    subprocess.run(["kubectl", *arguments], env=environment, stdin=subprocess.DEVNULL, check=True)


@contextlib.contextmanager
def fresh_namespace(environment: dict[str, str], name: str) -> Iterator[None]:
    """An empty namespace, which is left to go at the end."""
    kubectl(environment, "delete", "namespace", name, "--ignore-not-found")
    kubectl(environment, "create", "namespace", name)
    yield
    kubectl(environment, "delete", "namespace", name, "--wait=false")


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A folder with the collection as its users install it, and kubernetes.core."""
    folder = tmp_path_factory.mktemp("installed")
    building.install(building.build(tmp_path_factory.mktemp("built")), folder)
    return folder


@pytest.fixture(scope="session")
def sole_run() -> Iterator[None]:
    """Another run would take the testbed away from under this one, so there may be none."""
    with (ROOT / ".cache" / f"integration-{os.environ['TESTBED']}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pytest.fail(
                f"testbed {os.environ['TESTBED']} is in use by another run; TESTBED=N chooses one", pytrace=False
            )
        yield


@pytest.fixture(scope="session")
def cluster(sole_run: None, request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The environment of a cluster that is ready. The testbed is taken down at the end, unless KEEP is set."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print(flush=True)
        testbed("up", "--for", "tests")
    environment = {**os.environ, **ANSIBLE, **exported(testbed("env", stdout=subprocess.PIPE).stdout)}
    try:
        # A cluster of the user's has what they want in it.
        if not os.environ.get("KUBECONFIG_TARGET"):
            prepared = playbook(environment, "prepare.yml")
            if prepared.returncode:
                pytest.fail(prepared.stdout, pytrace=False)
        yield environment
    finally:
        if not os.environ.get("KEEP"):
            with capture.global_and_fixture_disabled():
                testbed("down")
