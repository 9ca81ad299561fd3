# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One look at a host: a verified handshake, what is served if that fails, HTTPS and plain HTTP."""

from __future__ import annotations

import ssl
import typing as t
from contextlib import closing

from ..diagnose.served import TLS_REJECTED, Failure, Handshake, Response, Served
from ..x509.leaf import X509Error
from . import handshake, http
from .connection import Deadline, connect, failure
from .visit import Visit

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ..spec.probe import ProbeSpec
    from ..x509.roots import Roots


class Look:
    """Looks at hosts.

    :param clock: seconds, monotonic
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def __call__(self, spec: ProbeSpec, address: str, trusted: Roots | None, seconds: float) -> Served:
        """Connect at most three times, each in at most so many seconds. Every failure is part of the answer.

        :param address: a name or an IP literal; the host's own DNS isn't asked
        :param trusted: None: nothing to verify by
        """
        tls, https = self._https(spec, address, trusted, seconds)
        return Served(tls, https, self._plain(spec, address, seconds))

    def _https(
        self, spec: ProbeSpec, address: str, trusted: Roots | None, seconds: float
    ) -> tuple[Handshake | Failure, Response | Failure | None]:
        rejected = None
        try:
            if trusted is not None:
                try:
                    return self._session(spec, address, handshake.verifying(trusted), None, seconds)
                except ssl.SSLCertVerificationError as error:
                    rejected = error
            # A failed verification ends the connection, and what was served goes with it: so once more, without.
            return self._session(spec, address, handshake.trusting(), rejected, seconds)
        except OSError as error:
            return failure(error), None
        except X509Error as error:
            return Failure(TLS_REJECTED, str(error)), None

    def _session(
        self,
        spec: ProbeSpec,
        address: str,
        context: ssl.SSLContext,
        rejected: ssl.SSLCertVerificationError | None,
        seconds: float,
    ) -> tuple[Handshake, Response | Failure]:
        deadline = Deadline(self._clock, seconds)
        with (
            closing(connect(address, spec.port, deadline)) as sock,
            closing(handshake.shake_hands(sock, spec.host, context, deadline)) as session,
        ):
            seen = handshake.describe(session, rejected)
            return seen, http.ask(session, http.authority(spec.host, spec.port, 443), spec.path, deadline)

    def _plain(self, spec: ProbeSpec, address: str, seconds: float) -> Response | Failure:
        return Visit(self._clock, spec.http_port)(spec.host, address, spec.path, seconds)
