# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a certificate is due for renewal."""

from __future__ import annotations

from datetime import datetime, timedelta

MICROSECOND = timedelta(microseconds=1)
# Below it a third of the lifetime leaves too little time to mend what fails (Let's Encrypt on short-lived certificates).
_SHORT = timedelta(days=10)


def renewal_time(
    not_before: datetime,
    not_after: datetime,
    renew_before: timedelta | None = None,
    renew_before_percentage: int | None = None,
) -> datetime:
    """Return the moment from which cert-manager 1.21 renews, to the second, never rounded up (pki/renewaltime.go).

    That is `renew_before` ahead of its end, if that is more than zero and less than its lifetime; else that percentage
    (1 to 99) of the lifetime ahead of its end; else a third of the lifetime. A value out of range is ignored, as there.
    Renewal windows (spec.renewal) and ACME renewal information (RFC 9773) are not in here: the controller picks a
    random moment in the CA's window, so only its status.renewalTime can tell.
    """
    lifetime = (not_after - not_before) // MICROSECOND * 1000
    ahead = _ahead_of_the_end(lifetime, renew_before, renew_before_percentage)
    due = not_after - timedelta(microseconds=-(-ahead // 1000))
    return due.replace(microsecond=0)


def unattended_renewal_time(
    not_before: datetime,
    not_after: datetime,
    renew_before: timedelta | None = None,
    renew_before_percentage: int | None = None,
) -> datetime:
    """Return the moment from which it is renewed without a controller: as above, but a lifetime below ten days is halved."""
    short = not_after - not_before < _SHORT
    return renewal_time(not_before, not_after, renew_before, renew_before_percentage or (50 if short else None))


def _ahead_of_the_end(lifetime: int, before: timedelta | None, percentage: int | None) -> int:
    """Work in nanoseconds, as Go's time.Duration does, down to its rounding."""
    if before is not None and 0 < before // MICROSECOND * 1000 < lifetime:
        return before // MICROSECOND * 1000
    if percentage is not None and 0 < percentage < 100:
        return int(float(lifetime) * float(percentage) / 100)
    return lifetime // 3
