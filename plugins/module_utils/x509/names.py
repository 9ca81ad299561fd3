# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which hosts a certificate covers (RFC 9525; it replaces RFC 6125)."""

from __future__ import annotations

from ipaddress import ip_address

from .leaf import CertificateInfo


def covers(leaf: CertificateInfo, host: str) -> bool:
    """Tell whether the certificate's alternative names cover a host name or an IP literal.

    Only alternative names count, the common name doesn't (RFC 9525, 2). Addresses match iPAddress entries only.
    """
    if is_ip_literal(host):
        wanted = ip_address(host)
        return any(ip_address(each) == wanted for each in leaf.ip_addresses)
    try:
        name = a_label(host)
    except ValueError:
        return False
    return any(matches(pattern, name) for pattern in leaf.dns_names)


def matches(pattern: str, name: str) -> bool:
    """Tell whether a dNSName of a certificate stands for a name in A-labels.

    A wildcard is the whole left-most label and stands for exactly one label (RFC 9525, 6.3); anywhere else it is none.
    """
    pattern, name = pattern.lower(), name.lower()
    if not pattern.startswith("*."):
        return "*" not in pattern and pattern == name
    first, dot, rest = name.partition(".")
    return bool(first and dot) and rest == pattern[2:] and "*" not in rest


def a_label(host: str) -> str:
    """Write a host name in lower case A-labels, without the root's dot.

    Names outside of ASCII go by IDNA 2003, as in Python's ssl module, so that a handshake asks for the same name.

    :raises ValueError: it can't be a host name; the message names it.
    """
    name = host.rstrip(".")
    try:
        name = name.encode("ascii").decode() if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValueError(f"{host!r} is not a host name: {error}") from error
    if not name or len(name) > 253 or any(not 0 < len(label) < 64 for label in name.split(".")):
        raise ValueError(f"{host!r} is not a host name: 1 to 253 characters, in labels of 1 to 63 (RFC 1035, 2.3.4)")
    return name.lower()


def is_ip_literal(host: str) -> bool:
    """Tell whether it is an IPv4 or IPv6 address (without brackets)."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
