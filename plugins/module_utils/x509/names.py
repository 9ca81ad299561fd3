# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which hosts a certificate covers (RFC 9525; it replaces RFC 6125)."""

from __future__ import annotations

import re
from ipaddress import ip_address

from .leaf import CertificateInfo

LABEL = re.compile(r"[a-z0-9_-]{1,63}\Z")  # RFC 1123, 2.1; underscores are seen in private names


def covers(leaf: CertificateInfo, host: str) -> bool:
    """Tell whether the certificate's alternative names cover a host name, a wildcard as a whole, or an IP literal.

    Only alternative names count, the common name doesn't (RFC 9525, 2). Addresses match iPAddress entries only.
    """
    if is_ip_literal(host):
        wanted = ip_address(host)
        return any(ip_address(each) == wanted for each in leaf.ip_addresses)
    wildcard = "*." if host.startswith("*.") else ""
    try:
        name = wildcard + a_label(host.removeprefix(wildcard))
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
    name = name.lower()
    if len(name) > 253 or not all(LABEL.match(label) for label in name.split(".")):
        raise ValueError(
            f"{host!r} is not a host name: labels of 1 to 63 letters, digits, '-' and '_', 253 characters in all"
        )
    return name


def is_ip_literal(host: str) -> bool:
    """Tell whether it is an IPv4 or IPv6 address (without brackets)."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
