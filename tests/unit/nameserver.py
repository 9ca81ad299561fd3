# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A DNS server on loopback, over UDP and TCP, that answers from a few lines of a zone file."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

_ATTEMPTS = 20  # a free port of UDP may be taken over TCP


class NameServer:
    """Answers with the records it was given, follows CNAMEs, and says NXDOMAIN for every other name.

    :param records: one a line, "www.example.test. 60 IN A 192.0.2.7"
    :param rcodes: name → rcode that is answered instead, "" for silence
    :param authoritative: sets the flag AA
    """

    def __init__(self, records: str, rcodes: dict[str, str] | None = None, authoritative: bool = True) -> None:
        self.sets = _sets(records)
        self.rcodes = {dns.name.from_text(name): rcode for name, rcode in (rcodes or {}).items()}
        self.flags = dns.flags.AA if authoritative else 0
        self.asked: list[str] = []

    def answer(self, wire: bytes, room: int) -> bytes | None:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        way = "RD" if query.flags & dns.flags.RD else "no RD"
        self.asked.append(f"{question.name} {dns.rdatatype.to_text(question.rdtype)} {way}")
        response = dns.message.make_response(query)
        response.flags |= self.flags
        rcode = self.rcodes.get(question.name)
        if rcode == "":
            return None
        if rcode:
            response.set_rcode(dns.rcode.from_text(rcode))
            return response.to_wire()
        self._fill(response, question.name, question.rdtype)
        whole = response.to_wire(max_size=65535)
        if len(whole) <= room:
            return whole
        response.answer.clear()
        response.flags |= dns.flags.TC
        return response.to_wire()

    def _fill(self, response: dns.message.Message, name: dns.name.Name, rdtype: dns.rdatatype.RdataType) -> None:
        for _step in range(5):
            here = [found for found in self.sets if found.name == name]
            if not here:
                response.set_rcode(dns.rcode.NXDOMAIN)
            response.answer += [found for found in here if found.rdtype == rdtype]
            alias = [found for found in here if found.rdtype == dns.rdatatype.CNAME and found.rdtype != rdtype]
            if not alias:
                return
            response.answer += alias
            name = alias[0][0].target


def _sets(records: str) -> list[dns.rrset.RRset]:
    found: dict[tuple[dns.name.Name, dns.rdatatype.RdataType], dns.rrset.RRset] = {}
    for line in filter(None, records.splitlines()):
        record = dns.rrset.from_text(*line.split(None, 4))
        found.setdefault((record.name, record.rdtype), record).update(record)
    return list(found.values())


@contextmanager
def serving(**servers: NameServer) -> Iterator[int]:
    """Serve at 127.0.0.1, 127.0.0.2 … in the order given, all at one port, which is handed out."""
    addresses = [f"127.0.0.{number}" for number in range(1, len(servers) + 1)]
    with ExitStack() as stack:
        port, sockets = _bound(addresses)
        for server, (udp, tcp) in zip(servers.values(), sockets, strict=True):
            for target, sock in ((_over_udp, udp), (_over_tcp, tcp)):
                thread = threading.Thread(target=target, args=(server, sock), daemon=True)
                thread.start()
                stack.callback(_end, thread, sock)
        yield port


def _bound(addresses: list[str]) -> tuple[int, list[tuple[socket.socket, socket.socket]]]:
    for attempt in range(_ATTEMPTS):
        opened: list[socket.socket] = []
        port = 0
        try:
            for address in addresses:
                for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                    opened.append(socket.socket(socket.AF_INET, kind))
                    opened[-1].bind((address, port))
                    port = opened[-1].getsockname()[1]
        except OSError:
            for sock in opened:
                sock.close()
            if attempt == _ATTEMPTS - 1:
                raise
            continue
        for tcp in opened[1::2]:
            tcp.listen()
        return port, list(zip(opened[::2], opened[1::2], strict=True))
    raise AssertionError("unreachable")


def _end(thread: threading.Thread, sock: socket.socket) -> None:
    """Closing alone wakes nobody up who waits for a packet; shutting down does, also where nobody is connected."""
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    thread.join(5)
    sock.close()


def _over_udp(server: NameServer, sock: socket.socket) -> None:
    while True:
        try:
            wire, peer = sock.recvfrom(4096)
        except OSError:
            return
        if not wire:
            return
        answer = server.answer(wire, 1232)
        if answer:
            sock.sendto(answer, peer)


def _over_tcp(server: NameServer, sock: socket.socket) -> None:
    while True:
        try:
            connection, _peer = sock.accept()
        except OSError:
            return
        with connection, connection.makefile("rb") as stream:
            (length,) = struct.unpack("!H", stream.read(2))
            answer = server.answer(stream.read(length), 65535)
            if answer:
                connection.sendall(struct.pack("!H", len(answer)) + answer)
