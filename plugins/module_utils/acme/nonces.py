# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Anti-replay nonces, shared by the threads of a client (RFC 8555, 6.5)."""

from __future__ import annotations

import re
from collections import deque

# base64url (RFC 8555, 6.5.1: others MUST be ignored).
_VALID = re.compile(r"[A-Za-z0-9_-]+")
# As many as threads are likely to wait for one; older ones are the first to be forgotten by the server.
_MOST = 64


class Nonces:
    """Nonces that answers brought and nobody has used. The newest is taken first, since servers forget the oldest first.

    Thread-safe: a deque's append and pop are atomic.
    """

    def __init__(self) -> None:
        self._unused: deque[str] = deque(maxlen=_MOST)

    def take(self) -> str | None:
        """A nonce that nobody else gets; None when there is none."""
        try:
            return self._unused.pop()
        except IndexError:
            return None

    def give(self, nonce: str) -> None:
        """Keep one for the next request."""
        self._unused.append(nonce)


def valid(nonce: str | None) -> bool:
    """Whether a Replay-Nonce may be used."""
    return nonce is not None and _VALID.fullmatch(nonce) is not None
