# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The responder of HTTP-01 on the cluster: its pod where Pod Security is restricted, asked through the ingress controller."""

from __future__ import annotations

import json
import secrets
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import parallel
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.ports import Clock
from ansible_collections.certops.kubernetes.plugins.module_utils.kube import connect
from ansible_collections.certops.kubernetes.plugins.module_utils.kube.cluster import Cluster
from ansible_collections.certops.kubernetes.plugins.module_utils.probe.fetch import Fetch
from ansible_collections.certops.kubernetes.plugins.module_utils.solver.http01 import Http01
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.challenge import Task
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.responder import TOKEN_PATH, Settings

NAMESPACE = "test-http01"
SECONDS = 60.0
CLOCK = Clock(lambda: datetime.now(timezone.utc), time.monotonic, time.sleep)
KEY_AUTHORIZATION = secrets.token_urlsafe(32)


def site(host: str) -> dict[str, Any]:
    """An Ingress of somebody's that redirects all of a host to HTTPS, and has no backend at all."""
    backend = {"service": {"name": "site", "port": {"number": 80}}}
    rule = {"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": "site",
            "namespace": NAMESPACE,
            "annotations": {"nginx.ingress.kubernetes.io/force-ssl-redirect": "true"},
        },
        "spec": {"ingressClassName": "nginx", "rules": [rule], "tls": [{"hosts": [host], "secretName": "none-yet"}]},
    }


@pytest.fixture(scope="module")
def namespace(cluster: dict[str, str]) -> Iterator[dict[str, str]]:
    """A namespace in which only restricted pods are let in; the cluster's environment."""

    def kubectl(*arguments: str, **options: Any) -> None:
        subprocess.run(["kubectl", *arguments], env=cluster, check=True, text=True, timeout=120, **options)

    kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found")
    kubectl("create", "namespace", NAMESPACE)
    kubectl("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted")
    kubectl("create", "-f", "-", input=json.dumps(site(f"site.{cluster['CERTOPS_DNS_ZONE']}")))
    yield cluster
    kubectl("delete", "namespace", NAMESPACE, "--wait=false")


@pytest.fixture
def solver(namespace: dict[str, str]) -> Http01:
    api = Cluster(connect.connect({"kubeconfig": namespace["KUBECONFIG"]}))
    settings = Settings(ingress_class_name="nginx")
    return Http01(api, CLOCK, Fetch(time.monotonic), parallel.each, NAMESPACE, settings)


def tasks(zone: str, *names: str) -> list[Task]:
    tokens = [(name, secrets.token_urlsafe(32)) for name in names]
    return [Task(f"{name}.{zone}", False, token, f"{token}.{KEY_AUTHORIZATION}") for name, token in tokens]


def test_every_host_answers_also_where_another_ingress_redirects_it(solver: Http01, namespace: dict[str, str]) -> None:
    batch = tasks(namespace["CERTOPS_DNS_ZONE"], "site", *(f"host-{number}" for number in range(20)))
    address = namespace["CERTOPS_INGRESS_ADDRESS"]
    fetch = Fetch(time.monotonic)
    unanswered = fetch(batch[0].identifier, address, TOKEN_PATH + batch[0].token, SECONDS)
    assert unanswered.status != 200
    solver.present(batch)
    solver.await_visible(batch, time.monotonic() + SECONDS)
    page = fetch(batch[0].identifier, address, TOKEN_PATH + batch[0].token, SECONDS)
    assert page.url.startswith("http://"), "the token's path went through the redirect to HTTPS"
    assert page.body.decode().strip() == batch[0].key_authorization
    other = fetch(batch[1].identifier, address, "/.well-known/other", SECONDS)
    assert other.status == 404

    solver.clean_up(batch)
    everything = ["kubectl", "get", "ingress,deployment,service,configmap", "--namespace", NAMESPACE, "--output=name"]
    left = subprocess.run(everything, env=namespace, check=True, text=True, capture_output=True).stdout.split()
    assert left == ["ingress.networking.k8s.io/site", "configmap/kube-root-ca.crt"]
