# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The CAA records that an ACME server's refusal is about, as DNS has them now."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from .. import caa

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from ..evidence import Evidence
    from ..finding import Finding


def shown(evidence: Evidence, names: Iterable[str], finding: Finding) -> Finding:
    """The finding of a refusal with the records of these names, where it is about them and they are known."""
    if finding.code != "acme.caa":
        return finding
    found = {name: caa.policy(evidence.dns, name) for name in names}
    policies = {name: each for name, each in found.items() if isinstance(each, caa.Policy)}
    if not policies:
        return finding
    said = dict.fromkeys(f"{each.owner} has CAA {', '.join(each.records)}" for each in policies.values())
    message = f"{finding.message.removesuffix('.')}; {'; '.join(said)}."
    records = {name: {"owner": each.owner, "records": list(each.records)} for name, each in policies.items()}
    return replace(finding, message=message, evidence={**finding.evidence, "caa": records})
