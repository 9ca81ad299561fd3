# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask port 80 of hosts for a challenge's path, where DNS leads to, and at the Ingress's own address to compare."""

from __future__ import annotations

import typing as t
from dataclasses import asdict

from ..diagnose.checks.host import foreign
from ..diagnose.preflight import hosts, solvers
from ..diagnose.preflight.classes import published
from ..spec.solver_choice import HTTP01
from . import parallel

if t.TYPE_CHECKING:
    from ..diagnose.evidence import Evidence
    from . import ports

_SECONDS = 5.0


def paid(visit: ports.Visit, found: Evidence) -> dict[str, ports.Object]:
    """Evidence.paths: host → address, answer, and what the Ingress answers itself where DNS leads elsewhere.

    An answer is the HTTP status with some headers, or the reason and details of a failure.
    """

    def one(name: solvers.Name) -> tuple[str, ports.Object]:
        host, known = name.host, found.dns.addresses(name.host)
        ours = published(found, name)
        seen: ports.Object = {"address": known[0], "answer": asdict(visit(host, known[0], hosts.PATH, _SECONDS))}
        if foreign(known, ours):
            seen["ingress_answer"] = asdict(visit(host, ours[0], hosts.PATH, _SECONDS))
        return host, seen

    asked = [name for name in solvers.by(found, HTTP01) if found.dns.addresses(name.host)]
    return dict(parallel.each(one, asked))
