# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cluster that is measured on: cert-manager, a user of the benchmark's own, and a clean start for each run."""

from __future__ import annotations

import base64
import os
import pathlib
import subprocess
import time

HERE = pathlib.Path(__file__).parent
NAMESPACE = "certops-bench"
_REST_SECONDS = 2.0


def kubectl(*arguments: str) -> str:
    """Run kubectl as the administrator."""
    return subprocess.run(["kubectl", *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def install() -> None:
    """Install cert-manager where the cluster has none."""
    if not kubectl("get", "crd", "certificates.cert-manager.io", "--ignore-not-found"):
        subprocess.run(["ansible-playbook", str(HERE / "prepare.yml")], check=True)


def user(folder: pathlib.Path) -> dict[str, str]:
    """Create the benchmark's user: the environment in which commands run as it."""
    kubectl("apply", "-f", str(HERE / "user.yml"))
    token = kubectl("create", "token", "bench", "-n", NAMESPACE, "--duration", "4h").strip()
    raw = "jsonpath={.clusters[0].cluster.%s}"
    view = ("config", "view", "--raw", "--minify", "-o")
    server, authority = (kubectl(*view, raw % field) for field in ("server", "certificate-authority-data"))
    (folder / "ca.pem").write_bytes(base64.b64decode(authority))
    kubeconfig = folder / "kubeconfig"
    kubeconfig.touch(mode=0o600)
    at = ("--kubeconfig", str(kubeconfig))
    kubectl("config", *at, "set-cluster", "c", "--server", server, "--certificate-authority", str(folder / "ca.pem"))
    kubectl("config", *at, "set-credentials", "bench", "--token", token)
    kubectl("config", *at, "set-context", "bench", "--cluster", "c", "--user", "bench")
    kubectl("config", *at, "use-context", "bench")
    admin = os.environ["KUBECONFIG"]
    return {**os.environ, "KUBECONFIG": str(kubeconfig), "K8S_AUTH_KUBECONFIG": str(kubeconfig),
            "BENCH_ADMIN_KUBECONFIG": admin}  # fmt: skip


def clean() -> None:
    """Remove the certificates with all that came of them, and let the cluster come to rest."""
    kubectl("delete", "certificates,certificaterequests,secrets", "--all", "-n", NAMESPACE, "--wait=true")
    time.sleep(_REST_SECONDS)


def remove() -> None:
    """Remove the user, and the namespace with it."""
    kubectl("delete", "-f", str(HERE / "user.yml"), "--wait=true")
