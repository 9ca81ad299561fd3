# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The certificates that a chain may end in."""

from __future__ import annotations

from dataclasses import dataclass

from .leaf import CertificateInfo, X509Error, parse_chain


@dataclass(frozen=True)
class Roots:
    """Trusted certificates; none of them means those of the system.

    :param source: where they come from, for people: "system roots", "ca.crt of Secret shop/www-tls"
    """

    source: str
    certificates: tuple[CertificateInfo, ...] = ()

    @property
    def der(self) -> bytes:
        """All of them, one after another."""
        return b"".join(certificate.der for certificate in self.certificates)


SYSTEM = Roots("system roots")


def from_pem(source: str, pem: bytes) -> Roots:
    """Read a PEM bundle.

    :raises X509Error: there is no certificate in it, or one of them is broken; it names the source
    """
    try:
        return Roots(source, parse_chain(pem))
    except X509Error as error:
        raise X509Error(f"{source}: {error}") from error


def from_secret(title: str, ca: bytes, served: bytes) -> Roots:
    """Choose what to trust from a kubernetes.io/tls Secret: its ca.crt, else its certificate if that is self-signed.

    :param title: how messages name it, "Secret shop/www-tls"
    :param ca: the bytes of ca.crt, which ACME issuers leave empty
    :param served: the bytes of tls.crt
    :raises X509Error: it offers no root
    """
    if ca:
        return from_pem(f"ca.crt of {title}", ca)
    leaf = parse_chain(served)[0]
    if not leaf.self_signed:
        raise X509Error("it has no ca.crt, and its certificate is not self-signed")
    return Roots(f"self-signed tls.crt of {title}", (leaf,))
