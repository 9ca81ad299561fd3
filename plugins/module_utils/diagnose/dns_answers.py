# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What DNS said: answers and zones as data, JSON-able, so that they can be evidence."""

from __future__ import annotations

import typing as t
from dataclasses import asdict, dataclass, fields

if t.TYPE_CHECKING:
    from collections.abc import Mapping

NOERROR, NXDOMAIN, SERVFAIL, REFUSED, TIMEOUT = "NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED", "TIMEOUT"


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
    known = {field.name: said[field.name] for field in fields(Answer) if field.name in said}
    return Answer(**{**known, "values": tuple(said.get("values") or ())})


def zone_from(said: Mapping[str, t.Any]) -> Zone:
    """Read what ``Zone.as_dict`` has written."""
    return Zone(said["apex"], tuple(Server(server["name"], server["address"]) for server in said["servers"]))
