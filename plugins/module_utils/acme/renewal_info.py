# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When the CA wants a certificate to be renewed (RFC 9773)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from datetime import datetime, timedelta

from .. import errors
from .keys import base64url
from .resources import time_in

if t.TYPE_CHECKING:
    from .answer import Answer
    from .session import Session

# RFC 9773, 4.3.2: a client keeps the server's Retry-After within these, and takes 6 hours where it has none.
SOONEST, LATEST, USUAL = timedelta(minutes=1), timedelta(days=1), timedelta(hours=6)


@dataclass(frozen=True)
class RenewalInfo:
    """The window in which the CA suggests to renew.

    :param explanation_url: why, for the operator to read; None in ordinary times
    :param retry_at: when to ask again at the earliest
    """

    start: datetime
    end: datetime
    explanation_url: str | None
    retry_at: datetime

    def at(self, fraction: float) -> datetime:
        """A moment of the window; RFC 9773, 4.2 wants a fraction from 0 to 1 by chance."""
        return self.start + (self.end - self.start) * fraction


def certificate_id(leaf_pem: bytes) -> str | None:
    """The certificate's id in requests and in ``replaces`` (RFC 9773, 4.1); None for one without a key identifier.

    :raises ValueError: it can't be read
    """
    from cryptography import x509

    certificate = x509.load_pem_x509_certificate(leaf_pem)
    try:
        authority = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    except x509.ExtensionNotFound:
        return None
    if authority.key_identifier is None:
        return None
    # The content of its DER INTEGER: an octet more where the first bit is set.
    number = certificate.serial_number
    serial = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return f"{base64url(authority.key_identifier)}.{base64url(serial)}"


def fetch(session: Session, leaf_pem: bytes) -> RenewalInfo | None:
    """What the CA suggests; None when it suggests nothing of use for this certificate, and then one's own rule holds.

    :raises AcmeError: it can't be asked now, so it is to be asked again soon
    """
    url, name = session.directory.resources.get("renewalInfo"), certificate_id(leaf_pem)
    if url is None or name is None:
        return None
    try:
        answer = session.get(f"{url.rstrip('/')}/{name}", "read the renewal information of the certificate")
    except errors.AcmeError as error:
        if error.problem.status is not None and 400 <= error.problem.status < 500 and error.problem.status != 429:
            return None
        raise
    return window_in(answer, session.clock.now())


def window_in(answer: Answer, now: datetime) -> RenewalInfo | None:
    """The window in an answer; None for one that is malformed or ends before it starts (RFC 9773, 4.2)."""
    document = answer.json()
    window = document.get("suggestedWindow")
    start, end = (time_in(window.get(name)) if isinstance(window, dict) else None for name in ("start", "end"))
    if start is None or end is None or end <= start:
        return None
    asked = answer.retry_at(now)
    pause = min(max(asked - now, SOONEST), LATEST) if asked else USUAL
    explanation = document.get("explanationURL")
    return RenewalInfo(start, end, explanation if isinstance(explanation, str) else None, now + pause)
