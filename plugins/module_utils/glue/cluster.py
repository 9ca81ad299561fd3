# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a module's parameters to the cluster, the clock and the run."""

from __future__ import annotations

import time
import typing as t
from datetime import datetime, timezone

from ..dns.resolver import Resolver
from ..engine import ports
from ..kube import connect as connecting
from ..kube.cluster import Cluster
from .options import AUTH

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible.module_utils.basic import AnsibleModule

    from ..diagnose.served import Failure, Response

CLOCK = ports.Clock(now=lambda: datetime.now(timezone.utc), monotonic=time.monotonic, sleep=time.sleep)


def connect(parameters: Mapping[str, t.Any]) -> Cluster:
    """The cluster that the auth options, or the environment, name.

    :raises ClusterError: there is no usable configuration
    :raises ImportError: the ``kubernetes`` package is missing
    """
    auth = connecting.options(parameters, AUTH.argument_spec)
    return Cluster(connecting.connect(auth), connecting.impersonated_groups(auth))


def new_run(module: AnsibleModule) -> ports.Run:
    """How this module call is to be done."""
    return ports.Run(
        cluster=connect(module.params),
        clock=CLOCK,
        check_mode=module.check_mode,
        wait=module.params.get("wait", False),
        timeout=float(module.params.get("wait_timeout") or 0),
        force=module.params.get("force_conflicts", False),
        preflight=module.params.get("preflight", ports.OFF),
        visit=_visit,
        resolver=Resolver(module.params.get("dns_servers") or ()),
        cluster_resource_namespace=module.params.get("cluster_resource_namespace") or "cert-manager",
    )


def _visit(host: str, address: str, path: str, seconds: float) -> Response | Failure:
    """probe.visit.Visit, loaded by the first one."""
    from ..probe.visit import Visit

    return Visit(CLOCK.monotonic)(host, address, path, seconds)
