# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the world sees of a host: its records as data, and what is not right with them."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from ipaddress import ip_address

from . import caa, unresolved
from .checks import dns01
from .dns_answers import TIMEOUT, Dns
from .finding import ERROR, WARNING, Finding

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from .dns_answers import Answer

TYPES = ("A", "AAAA")
CHALLENGE_LABEL = "_acme-challenge"


@dataclass(frozen=True)
class Host:
    """A host and what was asked about it.

    :param expected: the addresses that it should lead to, () where none are known
    """

    name: str
    dns: Dns
    expected: tuple[str, ...] = ()

    @property
    def record(self) -> str:
        """Where the TXT record of DNS-01 is looked for (RFC 8555, 8.4)."""
        return f"{CHALLENGE_LABEL}.{self.name.removeprefix('*.')}".lower()

    @property
    def leads_there(self) -> bool | None:
        """Whether all of its addresses are expected ones; None where that can't be told.

        A public address may lead to a private one, by a load balancer or NAT in front.
        """
        found = {ip_address(each) for each in self.dns.addresses(self.name)}
        expected = {ip_address(each) for each in self.expected}
        if not expected:
            return None
        if found <= expected:
            return bool(found)
        scopes = {each.is_global for each in expected} | {each.is_global for each in found - expected}
        return False if len(scopes) == 1 else None

    def facts(self) -> dict[str, t.Any]:
        """One entry of the return value ``records``; what isn't known is None."""
        answer = self.dns.answer(self.name, "A")
        policy = caa.policy(self.dns, self.name)
        zone = self.dns.zones.get(self.name.lower())
        alias = self.dns.aliases.get(self.record, self.record)
        alias_zone = self.dns.zones.get(alias)
        return {
            "host": self.name,
            "addresses": list(self.dns.addresses(self.name)),
            "canonical_name": answer.canonical_name if answer else None,
            "error": self.dns.error(self.name),
            "expected_addresses": list(self.expected),
            "leads_there": self.leads_there,
            "zone": zone.as_dict() if zone else None,
            "resolved": [each.as_dict() for each in self._resolved(self.name, *TYPES)],
            "authoritative": [each.as_dict() for each in self._authoritative(self.name, *TYPES)],
            "caa": {"owner": policy.owner, "records": list(policy.records)} if isinstance(policy, caa.Policy) else None,
            "acme_challenge": {
                "name": self.record,
                "canonical_name": alias,
                "zone": alias_zone.as_dict() if alias_zone else None,
                "values": sorted({value for each in self._resolved(self.record, "TXT") for value in each.values}),
                "authoritative": [each.as_dict() for each in self._authoritative(alias, "TXT")],
            },
        }

    def _resolved(self, name: str, *types: str) -> list[Answer]:
        return [answer for rdtype in types if (answer := self.dns.answer(name, rdtype))]

    def _authoritative(self, name: str, *types: str) -> list[Answer]:
        return [answer for rdtype in types for answer in self.dns.of_servers(name, rdtype)]


def findings(host: Host) -> tuple[Finding, ...]:
    """What keeps the host from being found, and a certificate from being issued for it."""
    return tuple(finding for check in _CHECKS for finding in check(host))


def _unknown(host: Host) -> Iterator[Finding]:
    finding = unresolved.host(host.name, host.name, host.dns)
    if finding:
        yield finding


def _elsewhere(host: Host) -> Iterator[Finding]:
    found = host.dns.addresses(host.name)
    if found and host.leads_there is False:
        message = f"leads to {', '.join(found)}, not to {', '.join(host.expected)}."
        remedy = "correct the DNS record; with external-dns, see which resource owns it"
        seen = {"addresses": list(found), "expected_addresses": list(host.expected)}
        yield Finding("dns.wrong_address", ERROR, host.name, message, remedy, seen)


def _servers(host: Host) -> Iterator[Finding]:
    """Each server of the zone answers, and all say the same."""
    for rdtype in TYPES:
        answers = host.dns.of_servers(host.name, rdtype)
        failed = [each for each in answers if not (each.certain and each.authoritative)]
        for each in failed:
            said = f"answers {each.status}" if not each.certain else "does not answer for the zone (no AA flag)"
            message = f"{each.server}, a server of its zone, {'does not answer' if each.status == TIMEOUT else said}."
            yield Finding("dns.server_failed", WARNING, host.name, message, _DELEGATION, each.as_dict())
        told = {each.values for each in answers if each not in failed}
        if len(told) > 1:
            said = "; ".join(f"{each.server}: {', '.join(each.values) or 'none'}" for each in answers)
            message = f"the servers of its zone have different {rdtype} records: {said}."
            yield Finding("dns.servers_differ", WARNING, host.name, message, "wait, or see why they are not in step")


_DELEGATION = "see that server, and whether the NS records of the zone name it rightly"


def _delegation(host: Host) -> Iterator[Finding]:
    finding = dns01.dangling(host.dns, host.record, host.name, WARNING)
    if finding:
        yield finding


def _caa(host: Host) -> Iterator[Finding]:
    found = caa.policy(host.dns, host.name)
    if found is not None and not isinstance(found, caa.Policy) and found.status != TIMEOUT:
        yield unresolved.caa(host.name, found)


_CHECKS = (_unknown, _elsewhere, _servers, _delegation, _caa)
