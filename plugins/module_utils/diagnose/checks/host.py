# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One failed self-check of a host, and what is known about the host besides."""

from __future__ import annotations

import re
import typing as t
from ipaddress import ip_address

from ...spec import kinds
from ...x509.names import is_ip_literal
from ..finding import Finding
from . import chain, ingress_class

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ..evidence import Evidence, Object

_ASKED = re.compile(r'(?:Get|Head) "(?P<url>https?://[^"]+)": (?P<error>.*)', re.DOTALL)
_DIALED = re.compile(r"dial tcp \[?(?P<address>[0-9a-fA-F.:]+?)\]?:\d+: ")

# A controller takes up the solver's Ingress, and DNS a new record, within this time.
_FRESH_SECONDS = 30.0


class Seen:
    """What a check of a host needs to tell the cause.

    :param error: the self-check's error, without cert-manager's introduction
    """

    def __init__(self, evidence: Evidence, challenge: Object, error: str) -> None:
        self.host = str(challenge["spec"]["dnsName"])
        asked = _ASKED.search(error)
        dialed = _DIALED.search(error)
        self.error = asked["error"] if asked else error
        self.redirected = asked["url"] if asked and asked["url"].startswith("https:") else None
        self.address = dialed["address"] if dialed else None
        self.dns_addresses = evidence.dns.addresses(self.host)
        self.dns_error = evidence.dns.error(self.host)
        ingresses = [*chain.owned(evidence.solver_ingresses, [challenge]), *evidence.ingresses]
        self.published = sorted({address for ingress in ingresses for address in ingress_class.addresses(ingress)})
        self._title = chain.title(kinds.CHALLENGE, challenge)
        self._severity = chain.severity(evidence, challenge, _FRESH_SECONDS)

    def finding(self, cause: str, message: str, remedy: str) -> Finding:
        known = {
            "host": self.host,
            "answer": self.error,
            "redirected_to": self.redirected,
            "address": self.address,
            "ingress_addresses": self.published,
            "dns_addresses": list(self.dns_addresses),
            "dns_error": self.dns_error,
        }
        seen = {key: value for key, value in known.items() if value}
        return Finding(f"self_check.{cause}", self._severity, self._title, message, remedy, seen)

    @property
    def elsewhere(self) -> list[str]:
        """The address asked, where it can be told to be none of the Ingresses'; else none."""
        return [self.address] if self.address and is_foreign(self.address, self.published) else []

    @property
    def dns_elsewhere(self) -> list[str]:
        """The host's addresses in DNS, where all of them can be told to be none of the Ingresses'; else none."""
        return foreign(self.dns_addresses, self.published)


def foreign(addresses: Sequence[str], published: Sequence[str]) -> list[str]:
    """A host's addresses, where all of them can be told to be none of the Ingresses'; else none."""
    return list(addresses) if all(is_foreign(address, published) for address in addresses) else []


def is_foreign(address: str, published: Sequence[str]) -> bool:
    """A public address can't be told from the private ones behind it, nor any from a name."""
    return (
        bool(published)
        and all(is_ip_literal(known) for known in published)
        and all(ip_address(known).is_global == ip_address(address).is_global for known in published)
        and ip_address(address) not in map(ip_address, published)
    )
