# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When the engine tries again after a failed issuance, and other times that a Certificate's status says."""

from __future__ import annotations

import typing as t

from ..spec import conditions
from . import direct
from .checks import renewal
from .checks.chain import moment

if t.TYPE_CHECKING:
    from datetime import datetime

Object = t.Mapping[str, t.Any]


def next_try(certificate: Object) -> datetime | None:
    """The moment from which the engine orders again, None when it isn't holding back.

    A changed spec makes it order at once, which only the controller itself can tell.
    """
    if direct.keeps(certificate):
        kept = direct.failed(certificate)
        return kept.next_try if kept else None
    failed = status_time(certificate, "lastFailureTime")
    if failed is None or conditions.is_true(certificate, "Issuing"):
        return None
    attempts = (certificate.get("status") or {}).get("failedIssuanceAttempts")
    return renewal.next_try(failed, int(attempts or 1))


def status_time(certificate: Object, field: str) -> datetime | None:
    """A time in its status, None where it says none."""
    return moment((certificate.get("status") or {}).get(field))
