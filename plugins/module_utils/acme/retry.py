# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a request is made again. Pure: what became of an attempt goes in, what to do comes out.

A request is *repeatable* when doing it twice leaves the server as doing it once (RFC 9110, 9.2.2 for POST as well):

    repeatable   directory, newNonce, renewalInfo; every POST-as-GET; newAccount (7.3.1: the account that the key has
                 is returned); contacts (the same value is set)
    not          newOrder (a second order), finalize (orderNotReady), a challenge's answer (it is no longer pending),
                 revocation (alreadyRevoked), keyChange (the old key is no longer known), each deactivation

What is not repeatable is still repeated when the server certainly didn't do it: it refused the nonce, was too busy, or
the connection was never made. When the answer got lost instead, only the server's state can tell: LOOK.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace

# At a server that refuses every other nonce, one request in 2^32 is lost.
MOST_BAD_NONCES = 32
# Without an answer: 0.25 s, then twice as long each time, 16 s in all.
MOST_FAILURES = 7
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 8.0
# Retried at once: a server that draws lots, or has just been started again, accepts soon.
_PATIENT_WITH_NONCES = 8

_BUSY = frozenset({429, 503})
# What a gateway or a fault inside the server answers: the request may have been carried out.
_UNCERTAIN = frozenset({408, 500, 502, 504})


class Verdict(enum.Enum):
    """What to do after a failed attempt."""

    AGAIN = "again"
    LOOK = "look"
    GIVE_UP = "give up"


@dataclass(frozen=True)
class Failure:
    """What became of an attempt.

    :param status: the HTTP status; 0 when there was no whole answer
    :param type: the problem's type, such as "badNonce"
    :param wait: the seconds that the server asks for, None when it asks for none
    :param sent: the server may have got the request
    :param final: it can't get better by itself, as a certificate that isn't trusted
    """

    status: int
    type: str = ""
    wait: float | None = None
    sent: bool = True
    final: bool = False


@dataclass(frozen=True)
class Tries:
    """How often it failed so far, and why."""

    bad_nonces: int = 0
    busy: int = 0
    unanswered: int = 0


@dataclass(frozen=True)
class Decision:
    """The verdict, the seconds to pause before the next attempt, and the count with this failure."""

    verdict: Verdict
    pause: float = 0.0
    tries: Tries = Tries()


def decide(failure: Failure, tries: Tries, repeatable: bool, remaining: float, chance: float) -> Decision:
    """What to do next.

    :param remaining: seconds until the deadline; what would have to wait longer is given up now
    :param chance: 0 to 1, spreads those who were refused together
    """
    if failure.final:
        return Decision(Verdict.GIVE_UP)
    if failure.type == "badNonce":
        count = tries.bad_nonces + 1
        pause = 0.0 if count < _PATIENT_WITH_NONCES else backoff(count - _PATIENT_WITH_NONCES, chance)
        return _again(count <= MOST_BAD_NONCES, pause, remaining, replace(tries, bad_nonces=count))
    if failure.status in _BUSY or failure.type == "rateLimited":
        # Asked to wait, by a number or without one: only the deadline ends it.
        pause = backoff(tries.busy, chance) if failure.wait is None else failure.wait
        return _again(True, pause, remaining, replace(tries, busy=tries.busy + 1))
    if failure.status and failure.status not in _UNCERTAIN:
        return Decision(Verdict.GIVE_UP)
    if failure.sent and not repeatable:
        return Decision(Verdict.LOOK)
    count = tries.unanswered + 1
    pause = backoff(tries.unanswered, chance) if failure.wait is None else failure.wait
    return _again(count < MOST_FAILURES, pause, remaining, replace(tries, unanswered=count))


def _again(allowed: bool, pause: float, remaining: float, tries: Tries) -> Decision:
    return Decision(Verdict.AGAIN, pause, tries) if allowed and pause < remaining else Decision(Verdict.GIVE_UP)


def backoff(failures: int, chance: float) -> float:
    """Seconds to pause after so many failures before this one: doubled each time, less up to a half by chance."""
    return min(FIRST_PAUSE * 2.0 ** min(failures, 16), LONGEST_PAUSE) * (1 - chance / 2)
