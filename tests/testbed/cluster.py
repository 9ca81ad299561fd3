# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state folder of a fresh cluster: configuration files, keys and certificates, kubeconfigs."""

from __future__ import annotations

import shutil
from pathlib import Path

from . import acme, artifacts, dynamic_dns, store, supervisor
from .components import ALL
from .layout import HERE, Testbed
from .processes import run

TEMPLATES = HERE / "templates"
# kubeadm makes those of the control plane and the kubelet.
MORE_KUBECONFIGS = {"kube-proxy": "system:kube-proxy", "coredns": "system:coredns"}


def prepare(testbed: Testbed) -> None:
    """Replaces whatever an earlier node left in the state folder. No node may run."""
    clear(testbed)
    shutil.rmtree(testbed.log, ignore_errors=True)
    for name in ("config", "kubernetes", "lib", "log"):
        (testbed.state / name).mkdir(parents=True)
    # Keys lie in it.
    testbed.state.chmod(0o700)
    _write_configuration(testbed)
    _make_keys(testbed)
    acme.make_certificate(testbed)
    dynamic_dns.prepare(testbed)


def templates() -> list[Path]:
    return sorted(path for path in TEMPLATES.rglob("*") if path.is_file())


def clear(testbed: Testbed) -> None:
    """Removes the state but the logs, which stay until the next start."""
    if testbed.state.is_dir():
        for path in testbed.state.iterdir():
            if path == testbed.log:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def _write_configuration(testbed: Testbed) -> None:
    config = testbed.state / "config"
    more = {
        "cni_plugins": str(store.programs_of(artifacts.CNI_PLUGINS)),
        "kubernetes_version": artifacts.KUBERNETES_VERSION,
        "certificates": str(testbed.state / "kubernetes" / "pki"),
    }
    for template in templates():
        target = config / template.relative_to(TEMPLATES)
        target.parent.mkdir(exist_ok=True)
        target.write_text(testbed.fill(template.read_text(), **more))
    (config / "supervisord.conf").write_text(supervisor.configuration(testbed, ALL.services))


def _make_keys(testbed: Testbed) -> None:
    kubeadm = store.programs_of(artifacts.KUBERNETES) / "kubeadm"
    config = testbed.state / "config" / "kubeadm.conf"
    folder = testbed.state / "kubernetes"
    run([kubeadm, "init", "phase", "certs", "all", f"--config={config}"])
    run([kubeadm, "init", "phase", "kubeconfig", "all", f"--config={config}", f"--kubeconfig-dir={folder}"])
    for name, user in MORE_KUBECONFIGS.items():
        path = folder / f"{name}.conf"
        path.touch(mode=0o600)
        path.write_text(run([kubeadm, "kubeconfig", "user", f"--config={config}", f"--client-name={user}"]))
    shutil.copy(folder / "admin.conf", testbed.kubeconfig)


def apply_roles(testbed: Testbed) -> None:
    # Not as admin, whose own rights are among them.
    admin = testbed.state / "kubernetes" / "super-admin.conf"
    kubectl = store.programs_of(artifacts.KUBECTL) / "kubectl"
    run([kubectl, f"--kubeconfig={admin}", "apply", f"--filename={testbed.state / 'config' / 'roles.yaml'}"])
