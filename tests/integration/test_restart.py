# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API server is ended by SIGKILL while modules wait for certificates, of either engine: each ends right."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.kube import connect
from ansible_collections.certops.kubernetes.plugins.module_utils.kube.cluster import Cluster
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.direct import record
from tests.testbed import supervisor
from tests.testbed.layout import Testbed

from .conftest import fresh_namespace

NAMESPACE = "test-restart"
MODULES = "ansible_collections.certops.kubernetes.plugins.modules"
SECONDS = 150
ENGINES = ("cert_manager", "direct")


@pytest.fixture(scope="module")
def namespace(cluster: dict[str, str]) -> Iterator[dict[str, str]]:
    """An empty one; the cluster's environment."""
    with fresh_namespace(cluster, NAMESPACE):
        yield cluster


def run(environment: dict[str, str], module: str, **arguments: Any) -> dict[str, Any]:
    """What the module says."""
    given = {"namespace": NAMESPACE, **arguments}
    done = subprocess.run(
        [sys.executable, "-m", f"{MODULES}.{module}"],
        env=environment,
        input=json.dumps({"ANSIBLE_MODULE_ARGS": given}),
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS + 30,
    )
    assert done.stdout.strip(), f"{module} ended with {done.returncode}:\n{done.stderr}"
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def begun(api: Cluster, engine: str) -> bool:
    """Whether the certificate is under way, and not there yet."""
    if engine == "cert_manager":
        return bool(api.list(kinds.ORDER, NAMESPACE)[0])
    kept = api.get(kinds.CONFIG_MAP, NAMESPACE, "certops-certificate-direct")
    return "order" in record.read(kept, "work")


def test_each_ends_right(namespace: dict[str, str]) -> None:
    api = Cluster(connect.connect({"kubeconfig": namespace["KUBECONFIG"]}))
    server = {
        "server": namespace["CERTOPS_ACME_SERVER"],
        "ca_bundle": Path(namespace["CERTOPS_ACME_CA_BUNDLE"]).read_text(),
        "solvers": [{"http01": {"ingress_class": "nginx"}}],
    }
    for engine in ENGINES:
        made = run(namespace, "issuer", name=f"acme-{engine.replace('_', '-')}", engine=engine, acme=server)
        assert not made.get("failed"), made

    def issue(engine: str) -> dict[str, Any]:
        name = engine.replace("_", "-")
        return run(
            namespace,
            "certificate",
            name=name,
            secret_name=f"{name}-tls",
            dns_names=[f"{name}.restart.{namespace['CERTOPS_DNS_ZONE']}"],
            issuer_ref={"name": f"acme-{name}"},
            private_key={"algorithm": "ECDSA"},
            wait_timeout=SECONDS,
        )

    with ThreadPoolExecutor(2) as pool:
        # cert-manager takes longer, so that both are under way when the direct engine has begun.
        futures = {}
        for engine in ENGINES:
            futures[engine] = pool.submit(issue, engine)
            while not begun(api, engine):
                assert not futures[engine].done(), futures[engine].result()
                time.sleep(0.1)
        assert not any(future.done() for future in futures.values()), "nobody waits any more"
        supervisor.kill(Testbed.from_environment(), "kube-apiserver")
        for future in futures.values():
            assert future.result().get("certificate", {}).get("ready"), json.dumps(future.result(), indent=1)
    assert api.get(kinds.SECRET, NAMESPACE, "certops-next-key-direct") is None
