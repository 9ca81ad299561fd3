# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looking closer at what stays pending: a wait ends early when the same hopeless finding is there at two looks.

One look alone would be hasty. Caches of controllers lag, and objects of the same play may be on their way.
"""

from __future__ import annotations

import typing as t

from .. import errors
from ..diagnose import hopeless, readiness

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ..diagnose.finding import Finding
    from . import ports
    from .waiting import State

Key = tuple[str, str]

# A look costs about a dozen requests: few certificates at a time, each at most this often.
PAUSE_SECONDS = 3.0
AT_ONCE = 3
# While certificates become ready one after another, cert-manager is at work, and looks would only take its time.
BUSY_SECONDS = 15.0


class Looks:
    """What was seen of each certificate, and when."""

    def __init__(self, run: ports.Run) -> None:
        self._run = run
        self._began = self._looked = run.clock.monotonic()
        self._last: dict[Key, float] = {}
        self._seen: dict[Key, frozenset[tuple[str, str]]] = {}

    def verdicts(self, pending: Sequence[State], quiet: float) -> dict[Key, readiness.Verdict]:
        """Look at those whose turn it is: the verdicts of those that no time will mend.

        :param quiet: seconds since the last news of any of them
        """
        now = self._run.clock.monotonic()
        if quiet < PAUSE_SECONDS and now - self._looked < BUSY_SECONDS:
            return {}
        due = [state for state in pending if now - self._last.get(state.key, self._began) >= PAUSE_SECONDS]
        due.sort(key=lambda state: self._last.get(state.key, self._began))
        found = {}
        for state in due[:AT_ONCE]:
            self._last[state.key] = self._looked = now
            finding = self._hopeless(state)
            if finding is not None:
                found[state.key] = readiness.Verdict(readiness.FAILED, finding)
        return found

    def _hopeless(self, state: State) -> Finding | None:
        from ..diagnose import causes  # not needed, and not loaded, while all goes well
        from . import evidence

        if state.live is None:
            return None
        try:
            findings = causes.run_all(evidence.gather(self._run, state.live))
        except errors.CertopsError:
            return None  # the wait itself goes on, and ends in time
        now, before = hopeless.among(findings), self._seen.get(state.key, frozenset())
        self._seen[state.key] = now
        again = now & before
        return next((finding for finding in findings if (finding.code, finding.object) in again), None)
