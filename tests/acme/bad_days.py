# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What befalls both the client and the engine: which requests there are, and what can become of one."""

from __future__ import annotations

from datetime import timedelta

from tests.acme_proxy import faults

# What an issuance asks for, in its order; only a POST-as-GET may be made more often.
STEPS = ("newOrder", "authorization", "challenge", "order", "finalize", "certificate")
BUSY = {
    "seconds": lambda now: 20,
    "a date": lambda now: now + timedelta(seconds=20),
    "no time": lambda now: None,
}


ONCE = {
    "cut": faults.cut,
    "lost": faults.lost,
    "truncated": lambda endpoint, **more: faults.truncated(endpoint, 40, **more),
    "502": lambda endpoint, **more: faults.answer(endpoint, 502, "<h1>Bad Gateway</h1>", **more),
    "500": lambda endpoint, **more: faults.problem(endpoint, "serverInternal", "oops", **more),
}
