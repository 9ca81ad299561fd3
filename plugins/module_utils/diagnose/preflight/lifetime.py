# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When the certificate will be renewed, by the lifetime that the CA's profile gives it."""

from __future__ import annotations

import typing as t

from .. import lets_encrypt
from ..checks import renewal
from . import authority

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ..evidence import Evidence
    from ..finding import Finding


def lifetime(evidence: Evidence) -> Iterator[Finding]:
    """renewBefore fits it; known of Let's Encrypt."""
    acme = evidence.acme or {}
    if authority.server(evidence) in (lets_encrypt.PRODUCTION, lets_encrypt.STAGING):
        span = lets_encrypt.lifetime(acme.get("profile"), evidence.now)
        if span is not None:
            yield from renewal.judge(evidence, evidence.now, evidence.now + span)
