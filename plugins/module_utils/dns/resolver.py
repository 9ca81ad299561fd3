# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask DNS: through recursive resolvers, and the servers of a zone themselves. Every question ends in time.

dnspython is loaded with the first question.
"""

from __future__ import annotations

import typing as t

from ..diagnose.dns_answers import NOERROR, TIMEOUT, Answer, Server, Zone
from .exchange import Question, ask, plain
from .parallel import each

if t.TYPE_CHECKING:
    from collections.abc import Sequence

_ROUNDS = 2  # so often a server is asked that doesn't answer: a packet may get lost
_LONGEST_CHAIN = 16  # CNAMEs, one leading to the next


class Resolver:
    """Answers questions. Thread-safe; zones that were found are remembered.

    :param nameservers: addresses of recursive resolvers, the first that knows is taken; none: this machine's own
    :param port: of all servers
    :param timeout_seconds: for one question, however many servers are asked
    """

    def __init__(self, nameservers: Sequence[str] = (), port: int = 53, timeout_seconds: float = 5.0) -> None:
        self._nameservers = tuple(nameservers)
        self._port, self._seconds = port, timeout_seconds
        self._zones: dict[str, Zone] = {}

    def answer(self, name: str, rdtype: str) -> Answer:
        """Through the resolvers, CNAMEs followed.

        :raises ValueError: the name can't be one; whatever DNS says is an answer, never an exception
        :raises ImportError: dnspython is missing
        """
        self._nameservers = self._nameservers or _configured()
        question = Question(name, rdtype, recurse=True)
        said: dict[str, Answer] = {}
        left = [server for _round in range(_ROUNDS) for server in self._nameservers]
        for server in left:
            if server in said and said[server].status != TIMEOUT:
                continue
            said[server] = ask(question, server, self._port, self._seconds / len(left))
            if said[server].certain:
                return said[server]
        failed = [answer for answer in said.values() if answer.status != TIMEOUT]
        return next(iter([*failed, *said.values()]), Answer(plain(name), rdtype, TIMEOUT))

    def zone(self, name: str) -> Zone | None:
        """The zone that a name is in, by the SOA record at its apex (RFC 1034, 4.2.1).

        None where there is none below the root, or the resolvers don't find it.
        """
        labels = plain(name).split(".")
        for cut in range(len(labels)):
            apex = ".".join(labels[cut:])
            if apex in self._zones:
                return self._zones[apex]
            found = self.answer(apex, "SOA")
            if not found.certain:
                return None  # a zone may be there, delegated to servers that don't answer
            if found.values and found.canonical_name is None:
                self._zones[apex] = Zone(apex, self._servers(apex))
                return self._zones[apex]
        return None

    def _servers(self, apex: str) -> tuple[Server, ...]:
        def located(name: str) -> Server | None:
            for rdtype in ("A", "AAAA"):
                addresses = self.answer(name, rdtype).values
                if addresses:
                    return Server(name, addresses[0])
            return None

        return tuple(server for server in each(located, self.answer(apex, "NS").values) if server)

    def authoritative(self, name: str, rdtype: str) -> tuple[Answer, ...]:
        """What each server of the name's zone says itself; none where the zone or its servers aren't found."""
        zone = self.zone(name)
        question = Question(name, rdtype, recurse=False)

        def one(server: Server) -> Answer:
            answer = Answer(plain(name), rdtype, TIMEOUT)
            for _round in range(_ROUNDS):
                answer = ask(question, server.address, self._port, self._seconds / _ROUNDS)
                if answer.status != TIMEOUT:
                    break
            return answer

        return tuple(each(one, zone.servers)) if zone else ()

    def canonical(self, name: str) -> str:
        """Where the CNAMEs of a name lead, also where nothing is there (yet); itself where it has none."""
        seen = [plain(name)]
        while len(seen) <= _LONGEST_CHAIN:
            aliases = self.answer(seen[-1], "CNAME")
            if aliases.status != NOERROR or not aliases.values or aliases.values[0] in seen:
                break
            seen.append(aliases.values[0])
        return seen[-1]


def _configured() -> tuple[str, ...]:
    """The machine's resolvers; none where it names none, so that every question stays without an answer."""
    import dns.resolver

    try:
        return tuple(str(server) for server in dns.resolver.Resolver().nameservers)
    except dns.resolver.NoResolverConfiguration:
        return ()
