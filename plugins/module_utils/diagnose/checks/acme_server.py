# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why an ACME server can't be talked to, told by the error of Go's HTTP client."""

from __future__ import annotations

import re

from ..finding import ERROR, Finding

# Words → code, sentence (after the server's URL), remedy; the first that fits.
_CAUSES = (
    (
        re.compile(r"x509: certificate signed by unknown authority"),
        "issuer.acme_untrusted",
        "has a certificate of a CA that cert-manager does not know.",
        "give that CA's certificate as acme.ca_bundle",
    ),
    (
        re.compile(r"x509: (certificate (is valid for|has expired|is not valid)|cannot validate)|tls: "),
        "issuer.acme_certificate",
        "has a certificate that does not hold",
        "see that acme.server names the host as its certificate does, the certificate's dates, and the cluster's clock",
    ),
    (
        re.compile(r"no such host|server misbehaving"),
        "issuer.acme_not_resolved",
        "can't be found in DNS from inside the cluster.",
        "correct acme.server, or see the cluster's DNS and cert-manager's dnsPolicy",
    ),
    (
        re.compile(r"connection refused|connection reset|no route to host|network is unreachable|i/o timeout|"
                   r"context deadline exceeded|Client\.Timeout|TLS handshake timeout|\bEOF\b"),
        "issuer.acme_unreachable",
        "can't be reached from inside the cluster",
        "correct acme.server, or open the way out for cert-manager (network policy, firewall, proxy: http_proxy in its chart's values)",
    ),
    (
        re.compile(r"HTTP 5\d\d response"),
        "issuer.acme_unavailable",
        "does not work right now",
        "wait: cert-manager tries again",
    ),
    (
        re.compile(r"not an RFC 8555 problem|does not support the RFC 8555|invalid character|unexpected end of JSON|"
                   r"unsupported protocol scheme"),
        "issuer.not_acme",
        "is no ACME directory",
        "set acme.server to the URL of the directory itself, not of the CA's home page (RFC 8555, 7.1.1)",
    ),
)  # fmt: skip


def explain(title: str, server: str, message: str) -> Finding | None:
    """The finding for an error without a problem document, None for unknown words.

    :param server: the URL of the directory
    """
    for words, code, said, remedy in _CAUSES:
        if words.search(message):
            sentence = f"{server} {said}" if said.endswith(".") else f"{server} {said}: {message}"
            return Finding(code, ERROR, title, sentence, remedy, {"server": server, "answer": message})
    return None
