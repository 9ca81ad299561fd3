# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS handshakes, verified by OpenSSL as curl would."""

from __future__ import annotations

import ssl
import typing as t

from ..diagnose.served import Handshake
from ..x509.leaf import parse_der
from ..x509.names import is_ip_literal

if t.TYPE_CHECKING:
    import socket

    from ..x509.roots import Roots
    from .connection import Deadline


def verifying(roots: Roots) -> ssl.SSLContext:
    """Trust these roots only, or the system's, and ask for the host's name in the alternative names (RFC 9525, 2).

    As with ``curl --cacert``, any certificate among the roots ends a chain, a self-signed leaf too. Python's own default
    depends on its version: since 3.13 it is stricter than curl, before it doesn't take a leaf as a root.
    """
    context = ssl.create_default_context(cadata=roots.der or None)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.hostname_checks_common_name = False
    return context


def trusting() -> ssl.SSLContext:
    """Take any certificate, to see what is served."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def shake_hands(sock: socket.socket, host: str, context: ssl.SSLContext, deadline: Deadline) -> ssl.SSLSocket:
    """Begin TLS with the host's name as SNI (RFC 6066, 3: not for an IP literal); takes the socket over.

    :raises ssl.SSLCertVerificationError: the chain or the name doesn't hold
    :raises OSError: there is no TLS session
    """
    named = context.check_hostname or not is_ip_literal(host)
    sock.settimeout(deadline.left())
    return context.wrap_socket(sock, server_hostname=host if named else None)


def describe(session: ssl.SSLSocket, error: ssl.SSLCertVerificationError | None) -> Handshake:
    """Say what was agreed on.

    :param error: what an attempt to verify the same host ended in
    :raises X509Error: the server's certificate can't be read
    """
    return Handshake(
        protocol=session.version() or "",
        cipher=(session.cipher() or ("",))[0],
        chain=parse_der(_served_chain(session)),
        verify_code=error.verify_code if error else 0,
        verify_error=error.verify_message.rstrip(".") if error else None,
    )


def _served_chain(session: ssl.SSLSocket) -> list[bytes]:
    # Public since Python 3.13, of the hidden object since 3.10; other Pythons only show the leaf.
    for owner in (session, getattr(session, "_sslobj", None)):
        served = getattr(owner, "get_unverified_chain", None)
        if served is not None:
            return [_der(certificate) for certificate in served()]
    return [session.getpeercert(binary_form=True) or b""]


def _der(certificate: t.Any) -> bytes:
    return certificate if isinstance(certificate, bytes) else ssl.PEM_cert_to_DER_cert(certificate.public_bytes())
