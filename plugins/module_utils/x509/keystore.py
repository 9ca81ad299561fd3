# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a keystore holds, whatever its format, and whether one already holds it.

Keystores contain random salts and times of writing, so two of them are the same when they open to the same.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .leaf import X509Error

if t.TYPE_CHECKING:
    from .keys import PrivateKey


@dataclass(frozen=True)
class Content:
    """A keystore's entries; a truststore has authorities only.

    :param chain: certificates in DER, the key's first
    :param authorities: certificates in DER that its reader is to trust
    """

    authorities: tuple[bytes, ...] = ()
    chain: tuple[bytes, ...] = ()
    key: PrivateKey | None = None


class Keystore(t.Protocol):
    """One format with its password and settings."""

    def write(self, content: Content) -> bytes:
        """:raises X509Error: it can't hold this"""

    def holds(self, data: bytes, content: Content) -> bool:
        """Whether the data opens with the password, to this content, and is written with these settings."""


def kept_or_written(store: Keystore, old: bytes, content: Content) -> bytes:
    """Return the old keystore's bytes, if it holds the content, else those of a new one.

    :param old: b"" when there is none
    """
    try:
        if old and store.holds(old, content):
            return old
    except (ValueError, X509Error):
        pass  # written by someone else, with another password, or broken
    return store.write(content)


def random_octets(count: int) -> bytes:
    """Return up to 32 octets of the operating system's entropy, for salts."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    return ChaCha20Poly1305.generate_key()[:count]
