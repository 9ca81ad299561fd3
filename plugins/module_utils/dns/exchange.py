# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One question to one server, and its answer as data (RFC 1035; over UDP, and over TCP when it doesn't fit)."""

from __future__ import annotations

import typing as t

from ..diagnose.dns_answers import TIMEOUT, Answer

if t.TYPE_CHECKING:
    import dns.message
    import dns.name
    import dns.rdata
    import dns.rrset

_LONGEST_CHAIN = 16  # CNAMEs in one answer


class Question(t.NamedTuple):
    """What is asked.

    :param recurse: whether the server shall find it out, or tell only what it has itself
    """

    name: str
    rdtype: str
    recurse: bool


def ask(question: Question, server: str, port: int, seconds: float) -> Answer:
    """Ask one server; whatever it does is part of the answer.

    :param server: an IP address
    :param seconds: to wait at most, over UDP and over TCP each
    :raises ValueError: the name can't be one
    """
    import dns.exception

    try:
        response = _exchange(_query(question), server, port, seconds)
    except (OSError, EOFError, dns.exception.DNSException):
        return Answer(plain(question.name), question.rdtype, TIMEOUT, server=server)
    return read(question, response, server)


def _query(question: Question) -> dns.message.QueryMessage:
    import dns.exception
    import dns.flags
    import dns.message

    try:
        query = dns.message.make_query(f"{question.name.rstrip('.')}.", question.rdtype, use_edns=0, payload=1232)
    except (dns.exception.DNSException, UnicodeError) as error:
        raise ValueError(f"{question.name!r} is no domain name: {error}") from error
    if not question.recurse:
        query.flags &= ~dns.flags.RD
    return query


def _exchange(query: dns.message.QueryMessage, server: str, port: int, seconds: float) -> dns.message.Message:
    import dns.message
    import dns.query

    try:
        return dns.query.udp(query, server, seconds, port, ignore_unexpected=True, raise_on_truncation=True)
    except dns.message.Truncated:
        return dns.query.tcp(query, server, seconds, port)


def read(question: Question, response: dns.message.Message, server: str) -> Answer:
    """The answer in a response message; CNAMEs in it are followed."""
    import dns.flags
    import dns.name
    import dns.rcode

    asked = dns.name.from_text(question.name)
    owner, records = _follow(response, asked, question.rdtype)
    return Answer(
        plain(question.name),
        question.rdtype,
        dns.rcode.to_text(response.rcode()),
        tuple(sorted(text(record) for record in records or ())),
        None if owner == asked else plain(owner.to_text()),
        server,
        records.ttl if records else None,
        bool(response.flags & dns.flags.AA),
    )


def _follow(
    response: dns.message.Message, owner: dns.name.Name, rdtype: str
) -> tuple[dns.name.Name, dns.rrset.RRset | None]:
    """The last owner of a chain of CNAMEs, and its records."""
    import dns.rdataclass
    import dns.rdatatype

    wanted = dns.rdatatype.from_text(rdtype)
    for _step in range(_LONGEST_CHAIN):
        found = response.get_rrset(response.answer, owner, dns.rdataclass.IN, wanted)
        alias = response.get_rrset(response.answer, owner, dns.rdataclass.IN, dns.rdatatype.CNAME)
        if found is not None or alias is None:
            return owner, found
        owner = alias[0].target
    return owner, None


def text(record: dns.rdata.Rdata) -> str:
    """A record as Answer.values has it."""
    strings = getattr(record, "strings", None)
    if strings is not None:
        return b"".join(strings).decode("utf-8", "backslashreplace")
    target = getattr(record, "target", None)
    written = record.to_text()
    return plain(written) if target is not None and written == target.to_text() else written


def plain(name: str) -> str:
    """A name as Answer and Zone have it; the root stays a dot."""
    return name.rstrip(".").lower() or "."
