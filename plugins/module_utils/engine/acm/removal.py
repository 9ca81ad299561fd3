# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Removing certificates from ACM: only what nothing uses."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ... import errors
from ...diagnose import acm as diagnosis
from ...diagnose.finding import in_words
from .. import ports
from ..diff import pair
from . import choice

if t.TYPE_CHECKING:
    from ...spec.acm import AcmSpec, Known
    from .ports import AcmRun


def remove(run: AcmRun, spec: AcmSpec) -> ports.Outcome:
    """Remove what was made for these names or this Secret, or what the ARN names.

    :raises Unfit: something uses one of them; nothing was changed
    :raises ProviderError: AWS refuses a request
    """
    doomed = choice.doomed(run, spec)
    used = [one for one in doomed if one.in_use_by]
    if used:
        raise _in_use(used)
    diff = [pair(one.title, {"dns_names": list(one.names)}, {}) for one in doomed]
    facts = {"certificate_arn": doomed[0].arn if doomed else spec.arn, "certificate": None}
    if not run.check_mode:
        for one in doomed:
            if not run.certificates.delete(one.arn):
                raise _in_use([run.certificates.describe(one.arn) or replace(one, in_use_by=())])
    return ports.Outcome(bool(doomed), facts, diff)


def _in_use(used: list[Known]) -> errors.Unfit:
    findings = [diagnosis.in_use(one) for one in used]
    summary = f"{used[0].title} of {', '.join(used[0].names)} can't be removed."
    return errors.Unfit(
        in_words(summary, findings), findings, {"certificate_arn": used[0].arn, "certificate": used[0].facts()}
    )
