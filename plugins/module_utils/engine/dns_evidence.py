# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask DNS what the checks need to know, many questions at a time."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ..diagnose import acme_problem, caa
from ..diagnose.checks import chain
from ..diagnose.dns_answers import Dns
from . import parallel

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..diagnose.dns_answers import Answer
    from ..diagnose.evidence import Evidence, Object
    from . import ports

Question = tuple[str, str]

CHALLENGE_LABEL = "_acme-challenge"


def added(run: ports.Run, found: Evidence) -> Evidence:
    """The evidence with what DNS says of the challenges that are open or have failed; as it is without a resolver."""
    waiting = [item for item in chain.challenges(found) if chain.status(item).get("state") != "valid"]
    refused = [name for item in chain.orders(found) if _is_about_caa(item) for name in _names(item)]
    if run.resolver is None or not (waiting or refused):
        return found
    try:
        return replace(found, dns=_asked(run.resolver, waiting, refused))
    except ImportError:
        return found  # what failed is told without it


def _asked(resolver: ports.Resolver, waiting: Sequence[Object], refused: Sequence[str]) -> Dns:
    by_type = {kind: [_host(item) for item in waiting if item["spec"].get("type") == kind] for kind in _TYPES}
    questions = addresses(by_type["HTTP-01"])
    questions += caa_records([*refused, *(_host(item) for item in waiting if _is_about_caa(item))])
    return join(Dns(resolved=ask(resolver, questions)), delegations(resolver, by_type["DNS-01"]))


_TYPES = ("HTTP-01", "DNS-01")


def addresses(hosts: Iterable[str]) -> list[Question]:
    """For the addresses of hosts."""
    return [(host, rdtype) for host in hosts for rdtype in ("A", "AAAA")]


def caa_records(names: Iterable[str]) -> list[Question]:
    """For the CAA records that hold for names, as far up as they may be."""
    return [(owner, "CAA") for name in names for owner in caa.tree(name)]


def ask(resolver: ports.Resolver, questions: Iterable[Question]) -> tuple[Answer, ...]:
    """The answers, each question asked once."""
    return tuple(parallel.each(lambda question: resolver.answer(*question), list(dict.fromkeys(questions))))


def delegations(resolver: ports.Resolver, names: Iterable[str]) -> Dns:
    """Where the TXT records of DNS-01 go (RFC 8555, 8.4), and what the servers there have of them.

    :param names: without ``*.``
    """

    def one(name: str) -> Dns:
        record = f"{CHALLENGE_LABEL}.{name}".lower()
        alias = resolver.canonical(record)
        zone = resolver.zone(alias)
        answers = resolver.authoritative(alias, "TXT") if zone else ()
        return Dns(authoritative=answers, aliases={record: alias}, zones={alias: zone})

    return join(*parallel.each(one, list(dict.fromkeys(names))))


def join(*parts: Dns) -> Dns:
    """All of them in one."""
    return Dns(
        tuple(answer for part in parts for answer in part.resolved),
        tuple(answer for part in parts for answer in part.authoritative),
        {name: alias for part in parts for name, alias in part.aliases.items()},
        {name: zone for part in parts for name, zone in part.zones.items()},
    )


def _host(challenge: Object) -> str:
    return str(challenge["spec"]["dnsName"])


def _names(order: Object) -> Sequence[str]:
    names: Sequence[str] = (order.get("spec") or {}).get("dnsNames") or ()
    return names


def _is_about_caa(item: Object) -> bool:
    problem = acme_problem.parse(chain.reason(item)) or acme_problem.guess(chain.reason(item))
    return problem is not None and problem.type == "caa"
