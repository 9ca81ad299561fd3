# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks on single values. Each yields sentences that name the option, the value and what is allowed."""

from __future__ import annotations

import ipaddress
import re
import typing as t
from urllib.parse import urlsplit

from . import duration

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_DNS_LABEL = re.compile(rf"{_LABEL}\Z")
_DNS_SUBDOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})*\Z")
# Underscores and capitals are legal in private names; a wildcard only as the whole first label (RFC 9525, 6.3).
_DNS_NAME = re.compile(
    r"(\*\.)?[A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9_])?)*\.?\Z"
)

Problems = t.Iterator[str]


def object_name(option: str, value: str | None) -> Iterator[str]:
    """A name of a Kubernetes object: a DNS subdomain (RFC 1123), at most 253 characters."""
    if value is not None and (len(value) > 253 or not _DNS_SUBDOMAIN.match(value)):
        yield (
            f"{option}: {value!r} is not allowed: lower case letters, digits, '-' and '.', "
            "starting and ending with a letter or digit, at most 253 characters"
        )


def namespace(option: str, value: str | None) -> Iterator[str]:
    """A namespace: a DNS label (RFC 1123), at most 63 characters."""
    if value is not None and (len(value) > 63 or not _DNS_LABEL.match(value)):
        yield (
            f"{option}: {value!r} is not allowed: lower case letters, digits and '-', "
            "starting and ending with a letter or digit, at most 63 characters"
        )


def dns_name(option: str, value: str) -> Iterator[str]:
    """A host name, or a wildcard like ``*.example.org`` (RFC 1034, 3.5)."""
    if is_ip(value):
        yield f"{option}: {value!r} is an IP address, not a DNS name"
    elif len(value) > 253 or not _DNS_NAME.match(value) or any(len(label) > 63 for label in value.split(".")):
        yield (
            f"{option}: {value!r} is not a DNS name: labels of letters, digits and '-' (63 at most each, 253 together), "
            "with '*' only as the whole first label and international names in their xn-- form"
        )


def ip_address(option: str, value: str) -> Iterator[str]:
    """An IPv4 or IPv6 address."""
    if not is_ip(value):
        yield f"{option}: {value!r} is not an IPv4 or IPv6 address"


def is_ip(value: str) -> bool:
    """Whether the text is an IP address literal."""
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def email(option: str, value: str) -> Iterator[str]:
    """One bare address, as in rfc822Name (RFC 5280, 4.2.1.6)."""
    local, _at, domain = value.rpartition("@")
    if not local or not domain or re.search(r"[\s<>,;]", value):
        yield f"{option}: {value!r} is not one bare e-mail address (name@domain)"


def url(option: str, value: str, schemes: tuple[str, ...] = ()) -> Iterator[str]:
    """An absolute URI, of one of these schemes when any are given."""
    try:
        parts = urlsplit(value)
    except ValueError:  # brackets that hold no IPv6 address
        parts = urlsplit("")
    if schemes and (parts.scheme not in schemes or not parts.netloc):
        yield f"{option}: {value!r} is not a URL starting with {' or '.join(scheme + '://' for scheme in schemes)}"
    elif not parts.scheme:
        yield f"{option}: {value!r} is not an absolute URI"


def span(option: str, value: str | None, least: timedelta | None = None, days: bool = False) -> Iterator[str]:
    """A duration, at least so long."""
    if value is None:
        return
    try:
        length = duration.parse(value, days)
    except ValueError as error:
        yield f"{option}: {value!r} {error}"
        return
    if least is not None and length < least:
        yield f"{option}: {value!r} is too short: at least {duration.in_words(least)}"


def one_of(option: str, value: str | None, allowed: t.Collection[str]) -> Iterator[str]:
    """A value from a fixed list."""
    if value is not None and value not in allowed:
        yield f"{option}: {value!r} is not allowed: one of {', '.join(allowed)}"


def port(option: str, value: str) -> Iterator[str]:
    """A port of a Service: its number, or its name (RFC 6335, 5.1)."""
    if re.fullmatch(r"[0-9]+", value):
        yield from between(option, int(value[:6]), 1, 65535)
    elif not re.fullmatch(r"(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?", value):
        yield (
            f"{option}: {value!r} is neither a number nor the name of a port: "
            "at most 15 lower case letters, digits and single '-' in between, at least one letter"
        )


def between(option: str, value: int | None, least: int, most: int) -> Iterator[str]:
    """A whole number in a closed range."""
    if value is not None and not least <= value <= most:
        yield f"{option}: {value} is not allowed: from {least} to {most}"
