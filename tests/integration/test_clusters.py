# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks over many clusters at once, one of which is not there: it is named, and no other suffers."""

from __future__ import annotations

import contextlib
import json
import pathlib
import re
import subprocess
from collections.abc import Iterator

import pytest
import yaml

from .conftest import HERE, fresh_namespace, kubectl, printed

USERS = ("east", "west")
FOLDER = HERE / "clusters"
# The one that is not there.
GONE = "https://127.0.0.1:1"


def output(environment: dict[str, str], *command: str) -> str:
    """What a command printed. CalledProcessError if it fails."""
    return subprocess.run(command, env=environment, check=True, text=True, capture_output=True, timeout=60).stdout


def kubeconfig(environment: dict[str, str], folder: pathlib.Path) -> pathlib.Path:
    """A kubeconfig with a context for each user, and one for the cluster that is not there."""
    live = json.loads(
        output(environment, "kubectl", "config", "view", "--raw", "--minify", "--flatten", "--output=json")
    )
    server = live["clusters"][0]["cluster"]
    clusters = {name: server for name in USERS} | {"gone": {"server": GONE}}
    tokens = {
        name: output(environment, "kubectl", "create", "token", "user", f"--namespace=test-{name}") for name in USERS
    }
    tokens["gone"] = "nobody"
    path = folder / "kubeconfig"
    path.write_text(
        yaml.safe_dump(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": name, "cluster": cluster} for name, cluster in clusters.items()],
                "users": [{"name": name, "user": {"token": token.strip()}} for name, token in tokens.items()],
                "contexts": [{"name": name, "context": {"cluster": name, "user": name}} for name in clusters],
            }
        )
    )
    return path


@pytest.fixture(scope="module")
def clusters(cluster: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """An environment that says nothing of a cluster but where the kubeconfig with all of them is."""
    with contextlib.ExitStack() as stack:
        for name in USERS:
            namespace = f"test-{name}"
            stack.enter_context(fresh_namespace(cluster, namespace))
            kubectl(cluster, "create", "serviceaccount", "user", f"--namespace={namespace}")
            grant = ("--clusterrole=cluster-admin", f"--serviceaccount={namespace}:user", f"--namespace={namespace}")
            kubectl(cluster, "create", "rolebinding", "user", *grant)
        path = kubeconfig(cluster, tmp_path_factory.mktemp("clusters"))
        bare = {name: value for name, value in cluster.items() if name not in ("KUBECONFIG", "K8S_AUTH_KUBECONFIG")}
        yield bare | {"KUBECONFIG_OF_CLUSTERS": str(path)}


def play(environment: dict[str, str], playbook: str, *arguments: str) -> str:
    """What a playbook printed that is to fail on the cluster that is not there, and on no other."""
    command = ["ansible-playbook", "--inventory", str(FOLDER / "inventory.yml"), playbook, *arguments]
    done = printed(command, environment)
    failed = dict(re.findall(r"^(\w+) +: ok=\d+ .* failed=(\d+)", done.stdout, re.MULTILINE))
    if failed != {"east": "0", "west": "0", "gone": "1"}:
        pytest.fail(done.stdout, pytrace=False)
    return done.stdout


def test_the_group_of_module_defaults_says_which_cluster(clusters: dict[str, str]) -> None:
    said = play(clusters, str(FOLDER / "make.yml"))
    assert "does not answer" in said


def test_status_of_all(clusters: dict[str, str]) -> None:
    said = play(clusters, "certops.kubernetes.status", "-e", "tls_clusters=clusters")
    assert said.count("Nothing is wrong") == len(USERS)


def test_one_report_of_all(clusters: dict[str, str], tmp_path: pathlib.Path) -> None:
    page = tmp_path / "tls.html"
    play(clusters, "certops.kubernetes.report", "-e", "tls_clusters=clusters", "-e", f"report_file={page}")
    text = page.read_text()
    for name in USERS:
        assert f"Ingress {name}/test-{name}/www" in text
        assert f"{name}.example.test" in text
    assert GONE in text
