# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What DNS said: answers and zones as data, JSON-able, so that they can be evidence."""

from __future__ import annotations

import typing as t
from dataclasses import asdict, dataclass, field, fields

if t.TYPE_CHECKING:
    from collections.abc import Mapping

NOERROR, NXDOMAIN, SERVFAIL, REFUSED, TIMEOUT = "NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED", "TIMEOUT"
NODATA = "NODATA"  # no rcode: the name is there, but has no such record (RFC 2308, 2.2)


@dataclass(frozen=True)
class Answer:
    """One answer to one question. Names are in lower case, without the dot at their end.

    :param name: the name that was asked for
    :param rdtype: "A", "AAAA", "CAA", "CNAME", "TXT" …
    :param status: the rcode by its name (RFC 1035, 4.1.1), NOERROR also where the name has no such record; TIMEOUT
        where no answer came in time, or none can come
    :param values: the records as in a zone file (RFC 1035, 5.1); of a TXT its strings, joined (RFC 7208, 3.3)
    :param canonical_name: where the CNAMEs lead that were followed, None where the name is none
    :param server: who answered, its address; None where nobody did
    :param ttl: seconds, the least of the records
    :param authoritative: whether the server answered for a zone of its own
    """

    name: str
    rdtype: str
    status: str
    values: tuple[str, ...] = ()
    canonical_name: str | None = None
    server: str | None = None
    ttl: int | None = None
    authoritative: bool = False

    @property
    def certain(self) -> bool:
        """Whether it says what there is, or that there is nothing; a failure says neither."""
        return self.status in (NOERROR, NXDOMAIN)

    def as_dict(self) -> dict[str, t.Any]:
        """JSON-able; ``answer_from`` reads it back."""
        return {**asdict(self), "values": list(self.values)}


@dataclass(frozen=True)
class Server:
    """A name server of a zone, and the address it is asked at."""

    name: str
    address: str


@dataclass(frozen=True)
class Zone:
    """A zone: the name at its top, which has the SOA record, and the servers that its NS records name.

    :param servers: those with an address; of one with several, the first, IPv4 before IPv6
    """

    apex: str
    servers: tuple[Server, ...]

    def as_dict(self) -> dict[str, t.Any]:
        """JSON-able; ``zone_from`` reads it back."""
        return {"apex": self.apex, "servers": [asdict(server) for server in self.servers]}


def answer_from(said: Mapping[str, t.Any]) -> Answer:
    """Read what ``Answer.as_dict`` has written; what is unknown is left out."""
    known = {part.name: said[part.name] for part in fields(Answer) if part.name in said}
    return Answer(**{**known, "values": tuple(said.get("values") or ())})


def zone_from(said: Mapping[str, t.Any]) -> Zone:
    """Read what ``Zone.as_dict`` has written."""
    return Zone(said["apex"], tuple(Server(server["name"], server["address"]) for server in said["servers"]))


@dataclass(frozen=True)
class Dns:
    """All that was asked of DNS for one purpose.

    :param resolved: answers through a resolver, as the machine this runs on sees them
    :param authoritative: answers of the zones' own servers
    :param aliases: name → where its CNAMEs lead, itself where it has none
    :param zones: name → its zone, None where none was found
    """

    resolved: tuple[Answer, ...] = ()
    authoritative: tuple[Answer, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    zones: Mapping[str, Zone | None] = field(default_factory=dict)

    def answer(self, name: str, rdtype: str) -> Answer | None:
        """What a resolver said, None where it wasn't asked."""
        return next((each for each in self.resolved if (each.name, each.rdtype) == (name.lower(), rdtype)), None)

    def of_servers(self, name: str, rdtype: str) -> tuple[Answer, ...]:
        """What each server of the zone said."""
        return tuple(each for each in self.authoritative if (each.name, each.rdtype) == (name.lower(), rdtype))

    def addresses(self, host: str) -> tuple[str, ...]:
        """The A and AAAA records of a host."""
        answers = (self.answer(host, rdtype) for rdtype in ("A", "AAAA"))
        return tuple(value for answer in answers if answer for value in answer.values)

    def error(self, host: str) -> str | None:
        """Why a host has no address: "NXDOMAIN", "NODATA", "SERVFAIL" …; None where it has one."""
        answers = [answer for rdtype in ("A", "AAAA") if (answer := self.answer(host, rdtype))]
        if not answers or any(answer.values for answer in answers):
            return None
        failed = [answer.status for answer in answers if answer.status != NOERROR]
        return failed[0] if failed else NODATA

    def as_dict(self) -> dict[str, t.Any]:
        """JSON-able, parts without content left out; ``dns_from`` reads it back."""
        parts = {
            "resolved": [answer.as_dict() for answer in self.resolved],
            "authoritative": [answer.as_dict() for answer in self.authoritative],
            "aliases": dict(self.aliases),
            "zones": {name: zone.as_dict() if zone else None for name, zone in self.zones.items()},
        }
        return {name: part for name, part in parts.items() if part}


def dns_from(said: Mapping[str, t.Any]) -> Dns:
    """Read what ``Dns.as_dict`` has written."""
    return Dns(
        tuple(map(answer_from, said.get("resolved") or ())),
        tuple(map(answer_from, said.get("authoritative") or ())),
        dict(said.get("aliases") or {}),
        {name: zone_from(zone) if zone else None for name, zone in (said.get("zones") or {}).items()},
    )
