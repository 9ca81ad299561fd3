# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environment for plays and tests, as lines that a shell evaluates."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from . import artifacts, dynamic_dns, store
from .layout import (
    ANNOUNCED_ZONE,
    BIND_PORT,
    DYNAMIC_ZONE,
    HERE,
    PROXY_PORT,
    PROXY_ZONE,
    VALIDATION_ZONE,
    ZONE,
    Testbed,
)


def of_testbed(testbed: Testbed) -> dict[str, str]:
    older = artifacts.OLDER_CERT_MANAGER_CHART
    return {
        "PATH": _search_path(),
        "KUBECONFIG": str(testbed.kubeconfig),
        "K8S_AUTH_KUBECONFIG": str(testbed.kubeconfig),
        "CERTOPS_ACME_SERVER": testbed.acme_directory,
        "CERTOPS_ACME_CA_BUNDLE": str(testbed.acme_ca),
        "CERTOPS_ACME_ROOT": str(testbed.acme_root),
        "CERTOPS_ACME_MANAGEMENT": testbed.acme_management,
        # https://<any label>.<zone>:<port>/dir is the same server behind the fault proxy.
        "CERTOPS_ACME_PROXY": f"{PROXY_ZONE}:{PROXY_PORT}",
        "CERTOPS_ACME_PROXY_CONTROL": testbed.proxy_control,
        "CERTOPS_INGRESS_ADDRESS": testbed.node_address,
        "CERTOPS_DNS_ZONE": ZONE,
        "CERTOPS_DNS_SERVER": testbed.node_address,
        # The modules' own name: they ask there instead of this machine's resolvers.
        "CERTOPS_DNS_SERVERS": testbed.node_address,
        # Written by RFC 2136 with the key of these variables; all are told by the DNS server above.
        "CERTOPS_DYNAMIC_DNS_ZONE": DYNAMIC_ZONE,
        "CERTOPS_VALIDATION_DNS_ZONE": VALIDATION_ZONE,
        "CERTOPS_ANNOUNCED_DNS_ZONE": ANNOUNCED_ZONE,
        "CERTOPS_DYNAMIC_DNS_SERVER": f"{testbed.node_address}:{BIND_PORT}",
        **dynamic_dns.key_variables(testbed),
        "CERTOPS_CERT_MANAGER_CHART": str(store.folder_of(artifacts.CERT_MANAGER_CHART)),
        # Only there after up --for upgrade.
        **({"CERTOPS_OLDER_CERT_MANAGER_CHART": str(store.folder_of(older))} if store.is_made(older) else {}),
        "CERTOPS_EXTERNAL_DNS_CHART": str(store.folder_of(artifacts.EXTERNAL_DNS_CHART)),
        # This machine, as pods of the node see it.
        "CERTOPS_MACHINE_ADDRESS": testbed.host_address,
        "CERTOPS_TRAEFIK_CHART": str(HERE / "charts" / "traefik"),
        "CERTOPS_INGRESS_NGINX_CHART": str(HERE / "charts" / "ingress-nginx"),
    }


def of_target(kubeconfig: Path, context: str | None) -> dict[str, str]:
    """For a cluster of the user's own: what they say about it, passed on."""
    own = {name: value for name, value in sorted(os.environ.items()) if name.startswith("CERTOPS_")}
    chosen = {"K8S_AUTH_CONTEXT": context} if context else {}
    return (
        {"PATH": _search_path(), "KUBECONFIG": str(kubeconfig), "K8S_AUTH_KUBECONFIG": str(kubeconfig)} | chosen | own
    )


def export_lines(variables: dict[str, str]) -> str:
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables.items())


def _search_path() -> str:
    """The environment's programs and the testbed's tools first, each folder once, so that it does not grow."""
    ours = [Path(sys.executable).parent, store.programs_of(artifacts.HELM), store.programs_of(artifacts.KUBECTL)]
    folders = [*map(str, ours), *os.environ.get("PATH", "").split(":")]
    return ":".join(dict.fromkeys(folders))
