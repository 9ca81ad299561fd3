# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look at the DNS records of hosts, through a resolver and at their zones' servers. Reads only."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ..diagnose import dns_records
from ..diagnose.checks.ingress_class import addresses as published
from ..diagnose.dns_answers import Dns
from ..diagnose.dns_records import Host
from ..diagnose.finding import ERROR, Finding
from ..spec import kinds
from ..x509.names import is_ip_literal
from . import dns_evidence, parallel, ports

if t.TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Place = tuple[str, str]


def look(
    resolver: ports.Resolver,
    hosts: Sequence[str],
    addresses: Sequence[str],
    ingress: Place | None,
    read: Callable[[kinds.Kind, str, str], ports.Object | None],
) -> ports.Outcome:
    """The records of each host, and whether they lead to the addresses or the Ingress that are given.

    :param addresses: IP addresses or names
    :param ingress: namespace and name; its addresses are added
    :param read: reads one object of the cluster, called for the Ingress only
    :raises ApiError: the Ingress can't be read
    :raises ImportError: dnspython is missing
    """
    expected, notes = list(addresses), []
    if ingress is not None:
        live, title = read(kinds.INGRESS, *ingress), kinds.INGRESS.title(*ingress)
        expected += published(live) if live else []
        if not live:
            notes.append(
                Finding(
                    "ingress.missing", ERROR, title, "does not exist.", "correct its namespace and name, or create it"
                )
            )
        elif not published(live):
            remedy = "see whether the controller of its class runs and publishes its address"
            notes.append(Finding("ingress.no_address", ERROR, title, "has no address yet.", remedy))
    resolved = _expected(resolver, expected)
    seen = parallel.each(lambda name: Host(name, _asked(resolver, name), resolved), hosts)
    findings = notes + [finding for host in seen for finding in dns_records.findings(host)]
    facts = {
        "records": [host.facts() for host in seen],
        # Given as a fact: what is found is what was asked for, no reason for a warning.
        "findings": [finding.as_dict() for finding in findings],
    }
    return ports.Outcome(False, facts)


def _expected(resolver: ports.Resolver, expected: Sequence[str]) -> tuple[str, ...]:
    """The addresses, those of names resolved."""
    found: dict[str, None] = {}
    for each in expected:
        names = [] if is_ip_literal(each) else [each]
        answers = Dns(resolved=dns_evidence.ask(resolver, dns_evidence.addresses(names)))
        found |= dict.fromkeys(answers.addresses(each) if names else [each])
    return tuple(found)


def _asked(resolver: ports.Resolver, host: str) -> Dns:
    name = host.removeprefix("*.")
    record = f"{dns_evidence.CHALLENGE_LABEL}.{name}"
    questions = dns_evidence.addresses([host]) + dns_evidence.caa_records([name]) + [(record, "TXT")]
    through = Dns(resolved=dns_evidence.ask(resolver, questions), zones={host.lower(): resolver.zone(name)})
    answers = tuple(answer for rdtype in dns_records.TYPES for answer in resolver.authoritative(host, rdtype))
    return dns_evidence.join(replace(through, authoritative=answers), dns_evidence.delegations(resolver, [name]))
