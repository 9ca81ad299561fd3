# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Dynamic updates of TXT records (RFC 2136), signed by TSIG (RFC 8945)."""

from __future__ import annotations

import base64
import socket
import typing as t
from dataclasses import dataclass, field

from .. import errors
from ..diagnose.finding import ERROR, Finding
from ..spec import txt
from .exchange import plain
from .parallel import each

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import dns.message
    import dns.name
    import dns.update

TTL_SECONDS = 60  # as cert-manager's
_SECONDS = 10.0  # for one message and its answer
_MOST = 200  # names in one message, which has to stay under 64 KiB

Records = t.Mapping[str, t.Collection[str]]


@dataclass(frozen=True)
class Key:
    """A TSIG key.

    :param algorithm: "hmac-sha256", or as cert-manager writes it, "HMACSHA256"
    :param secret: base64
    """

    name: str
    secret: str = field(repr=False)
    algorithm: str = "hmac-sha256"


class Update:
    """Writes to the zones of one server.

    :param nameserver: the primary server, "192.0.2.53", "ns.example.org:5353" or "[2001:db8::53]:53"
    :param key: None for servers that go by the address
    """

    def __init__(self, nameserver: str, key: Key | None = None, udp: bool = False, seconds: float = _SECONDS) -> None:
        self._title = f"DNS server {nameserver}"
        self._host, self._port = _split(nameserver)
        self._key, self._udp, self._seconds = key, udp, seconds

    def add(self, records: Records) -> None:
        """Add values to TXT records; those that are there stay.

        :raises ProviderError: the server refuses it, or can't be asked
        :raises ImportError: dnspython is missing
        """

        def change(message: dns.update.UpdateMessage, name: str, values: Iterable[str]) -> None:
            # What is added beside a CNAME would be dropped without a word (RFC 2136, 3.4.2.2).
            message.absent(name, "CNAME")
            message.add(name, TTL_SECONDS, "TXT", *map(txt.quoted, values))

        self._send(records, change)

    def remove(self, records: Records) -> None:
        """Remove values from TXT records; others stay.

        :raises ProviderError: the server refuses it, or can't be asked
        """

        def change(message: dns.update.UpdateMessage, name: str, values: Iterable[str]) -> None:
            message.delete(name, "TXT", *map(txt.quoted, values))

        self._send(records, change)

    def settle(self, clock: t.Any, deadline: float) -> None:
        """What the primary has said yes to, it has; its secondaries are asked by who waits."""

    def _send(self, records: Records, change: t.Callable[[dns.update.UpdateMessage, str, Iterable[str]], None]) -> None:
        import dns.update

        for zone, names in self._by_zone(records).items():
            for start in range(0, len(names), _MOST):
                message = dns.update.UpdateMessage(f"{zone}.", keyring=self._keyring())
                for name in names[start : start + _MOST]:
                    change(message, f"{name}.", records[name])
                self._accept(self._ask(message), zone, names)

    def _by_zone(self, records: Records) -> Mapping[str, list[str]]:
        zones: dict[str, list[str]] = {}
        names = sorted(records)
        for name, zone in zip(names, each(self._zone, names), strict=True):
            zones.setdefault(zone, []).append(name)
        return zones

    def _zone(self, name: str) -> str:
        """The zone of this server that the name is in.

        Its SOA record comes also with the answer that a name has none (RFC 2308, 3).
        """
        import dns.flags
        import dns.message
        import dns.rdatatype

        query = dns.message.make_query(f"{name}.", dns.rdatatype.SOA, flags=0)  # what the server has, and no more
        if self._key:
            query.use_tsig(self._keyring())
        answer = self._ask(query)
        if any(found.rdtype == dns.rdatatype.CNAME for found in answer.answer):
            raise self._cname_in_the_way([name])
        owners = [found.name for found in (*answer.answer, *answer.authority) if found.rdtype == dns.rdatatype.SOA]
        if answer.flags & dns.flags.AA and owners and query.question[0].name.is_subdomain(owners[0]):
            return plain(owners[0].to_text())
        remedy = "see rfc2136.nameserver: it must be the primary of the zone, or hand updates on to it"
        raise self._error("zone_not_found", f"the server has no zone for {name}.", remedy)

    def _ask(self, message: dns.message.Message) -> dns.message.Message:
        import dns.exception
        import dns.query
        import dns.tsig

        exchange = dns.query.udp if self._udp else dns.query.tcp
        try:
            return exchange(message, _address(self._host, self._port), self._seconds, self._port)
        except (dns.tsig.PeerError, dns.tsig.BadTime, dns.tsig.BadSignature, dns.tsig.BadKey) as error:
            said = f"the server does not accept the TSIG key {self._key.name if self._key else ''}: {_words(error)}."
            remedy = (
                "see rfc2136.tsig_key_name, tsig_algorithm and the secret, and the clocks of both (RFC 8945, 5.2.3)"
            )
            raise self._error("tsig_refused", said, remedy) from None
        except (OSError, EOFError, dns.exception.DNSException) as error:
            said = f"the server can't be asked: {_words(error)}."
            raise self._error("server_unreachable", said, "open port 53, TCP, from here to the server") from None

    def _keyring(self) -> t.Any:
        """The key as dnspython has it; None for none."""
        import dns.exception
        import dns.name
        import dns.tsig

        if self._key is None:
            return None
        try:
            secret = base64.b64decode(self._key.secret, validate=True)
            return dns.tsig.Key(self._key.name, secret, _algorithm(self._key.algorithm))
        except (ValueError, dns.exception.DNSException):  # its words would hold the secret
            said = f"the TSIG key {self._key.name} can't be used: its name is none, or its secret is no base64."
            raise self._error("tsig_refused", said, "give the secret as tsig-keygen writes it") from None

    def _accept(self, answer: dns.message.Message, zone: str, names: Sequence[str]) -> None:
        """Let an update's answer pass that says yes.

        :raises ProviderError: it says no
        """
        import dns.rcode

        rcode = answer.rcode()
        if rcode == dns.rcode.NOERROR:
            return
        if rcode == dns.rcode.YXRRSET:
            raise self._cname_in_the_way(names)
        said = f"the server does not take the update of zone {zone} (RFC 2136): {dns.rcode.to_text(rcode)}."
        remedy = "see rfc2136.nameserver, and whether that server lets this key update TXT records of the zone"
        raise self._error("update_refused", said, remedy)

    def _cname_in_the_way(self, names: Sequence[str]) -> errors.ProviderError:
        said = f"a CNAME is in the way at {'one of ' if len(names) > 1 else ''}{', '.join(names)}."
        return self._error("cname_in_the_way", said, "remove it, or set cname_strategy: Follow on the solver")

    def _error(self, cause: str, message: str, remedy: str) -> errors.ProviderError:
        finding = Finding(f"dns01.{cause}", ERROR, self._title, message, remedy)
        return errors.ProviderError(f"{self._title}: {message}", [finding])


def _split(nameserver: str) -> tuple[str, int]:
    """Host and port; an IPv6 address with a port is in brackets."""
    host, colon, port = nameserver.rpartition(":")
    if colon and port.isdigit() and (":" not in host or host.endswith("]")):
        return host.strip("[]"), int(port)
    return nameserver.strip("[]"), 53


def _address(host: str, port: int) -> str:
    return str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0])


def _algorithm(name: str) -> str:
    """The name of RFC 8945, 6, or cert-manager's for it: HMACSHA256 is hmac-sha256."""
    plainly = name.lower().replace("hmac-", "hmac").removeprefix("hmac")
    return "hmac-md5.sig-alg.reg.int" if plainly.startswith("md5") else f"hmac-{plainly}"


def _words(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
