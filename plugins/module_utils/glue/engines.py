# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the option ``engine`` to the engine. Apart from the cluster, since only what issues is sent with all of them."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ..engine.cert_manager import CertManager
from ..engine.direct.engine import Direct
from ..engine.following import Following
from . import cluster, direct

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ansible.module_utils.basic import AnsibleModule

    from ..engine import ports, protocol

ENGINES: dict[str, Callable[[], protocol.Engine]] = {
    "auto": lambda: Following(CertManager(), Direct(direct.parts())),
    "cert_manager": CertManager,
    "direct": lambda: Direct(direct.parts()),
}


def engine(module: AnsibleModule) -> protocol.Engine:
    """The engine that does the work."""
    return ENGINES[module.params.get("engine") or "cert_manager"]()


def new_run(module: AnsibleModule) -> ports.Run:
    """How a module call that may revoke is to be done; what only looks is sent without the ACME client."""
    return replace(cluster.new_run(module), revoke=direct.revoke)
