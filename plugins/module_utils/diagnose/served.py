# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host serves, as seen from outside: the evidence of a probe."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ..x509 import chain
from ..x509.default_certificate import default_certificate
from ..x509.leaf import CertificateInfo
from ..x509.roots import SYSTEM, Roots

# Why there is no answer.
REFUSED = "connection_refused"
RESET = "connection_reset"
NOT_HTTP = "not_http"
NOT_RESOLVED = "name_not_resolved"
NOT_TLS = "not_tls"
TIMEOUT = "timeout"
TLS_REJECTED = "tls_rejected"
TOO_MANY_REDIRECTS = "too_many_redirects"
UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Failure:
    """No answer.

    :param reason: one of the constants above
    :param detail: the words of the operating system or of OpenSSL
    """

    reason: str
    detail: str


@dataclass(frozen=True)
class Handshake:
    """A TLS session.

    :param chain: as the server sent it, leaf first; only the leaf where Python can't tell more
    :param verify_code: OpenSSL's X509_V_ERR number, 0 for none
    :param verify_error: OpenSSL's words for it; None when the chain and the host's name hold
    """

    protocol: str
    cipher: str
    chain: tuple[CertificateInfo, ...]
    verify_code: int = 0
    verify_error: str | None = None

    @property
    def leaf(self) -> CertificateInfo:
        """The server's own certificate."""
        return self.chain[0]


@dataclass(frozen=True)
class Response:
    """An answer to an HTTP request, no redirect followed.

    :param server: the header Server; likewise the kind and length of the content, as written
    """

    status: int
    location: str | None = None
    server: str | None = field(default=None, compare=False)
    content_type: str | None = field(default=None, compare=False)
    content_length: str | None = field(default=None, compare=False)

    @property
    def redirects_to_https(self) -> bool:
        """Whether it sends a browser on to an https URL (RFC 9110, 15.4)."""
        return self.status in (301, 302, 303, 307, 308) and urlsplit(self.location or "").scheme == "https"


@dataclass(frozen=True)
class Page:
    """What is at the end of a chain of redirects.

    :param url: where it was found
    :param location: where a redirect leads; None at the end
    """

    url: str
    status: int
    body: bytes
    location: str | None = None


@dataclass(frozen=True)
class Served:
    """All answers of one look at a host.

    :param https: None when there was no TLS session to ask over
    """

    tls: Handshake | Failure
    https: Response | Failure | None
    http: Response | Failure


@dataclass(frozen=True)
class Evidence:
    """All that one round of a probe has gathered.

    :param address: where the host was asked for; "" when that isn't known
    :param no_address: why it isn't known
    :param roots: what the chain was verified by, or the reason why there is nothing to verify it by
    :param expected: the leaf that should be served, the reason why it isn't known, or None when any will do
    """

    address: str
    no_address: str = ""
    served: Served | None = None
    roots: Roots | str = SYSTEM
    expected: CertificateInfo | str | None = None

    @property
    def handshake(self) -> Handshake | None:
        """The TLS session, if there was one."""
        return self.served.tls if self.served and isinstance(self.served.tls, Handshake) else None

    @property
    def verified(self) -> bool:
        """Whether the chain ends in one of the roots and covers the host."""
        return self.handshake is not None and self.handshake.verify_error is None and isinstance(self.roots, Roots)

    @property
    def matches_secret(self) -> bool | None:
        """Whether the served leaf is the expected one; None when none is known, or none is served."""
        if self.handshake is None or not isinstance(self.expected, CertificateInfo):
            return None
        return self.handshake.leaf == self.expected

    def as_facts(self, host: str) -> dict[str, t.Any]:
        """The shape of ``probe`` in a module's result; what isn't known is None."""
        session = self.handshake
        return {
            "host": host,
            "address": self.address or None,
            "protocol": session.protocol if session else None,
            "cipher": session.cipher if session else None,
            "chain": [certificate.as_facts() for certificate in session.chain] if session else [],
            "verified": self.verified,
            "verified_by": self.roots.source if self.verified and isinstance(self.roots, Roots) else None,
            "root": self._root(),
            "verify_error": session.verify_error if session else None,
            "default_certificate": default_certificate(session.leaf) if session else None,
            "matches_secret": self.matches_secret,
            "https": self._https(),
            "http": self._http(),
        }

    def _root(self) -> str | None:
        if not self.verified or self.handshake is None or not isinstance(self.roots, Roots):
            return None
        root = chain.anchor(self.handshake.chain, self.roots.certificates)
        return chain.label(root) if root else None

    def _https(self) -> dict[str, t.Any]:
        answer = self.served and (self.served.https or self.served.tls)
        return {
            "status": answer.status if isinstance(answer, Response) else None,
            "error": answer.detail if isinstance(answer, Failure) else None,
        }

    def _http(self) -> dict[str, t.Any]:
        answer = self.served and self.served.http
        return {
            "status": answer.status if isinstance(answer, Response) else None,
            "location": answer.location if isinstance(answer, Response) else None,
            "redirects_to_https": answer.redirects_to_https if isinstance(answer, Response) else None,
            "error": answer.detail if isinstance(answer, Failure) else None,
        }
