# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether CAA records let a certificate authority issue for a name (RFC 8659; accounts and methods: RFC 8657)."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from .dns_answers import Answer, Dns

_RECORD = re.compile(r'(?P<flags>\d+) (?P<tag>[A-Za-z0-9]+) "?(?P<value>.*?)"?', re.DOTALL)
_PARAMETER = re.compile(r"(?P<tag>[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)\s*=\s*(?P<value>[\x21-\x3a\x3c-\x7e]*)")
_CRITICAL = 128
# Tags that a CA understands (IANA registry "Certification Authority Restriction Properties").
_KNOWN = frozenset({"issue", "issuewild", "issuemail", "issuevmc", "iodef", "contactemail", "contactphone"})


@dataclass(frozen=True)
class Property:
    """One CAA record; the tag is in lower case."""

    flags: int
    tag: str
    value: str


@dataclass(frozen=True)
class Policy:
    """The records that hold for a name.

    :param owner: the name they were found at: the name itself, or the next above it that has any
    :param records: as in a zone file
    """

    owner: str
    records: tuple[str, ...]

    @property
    def properties(self) -> tuple[Property, ...]:
        """The records, read; what can't be read is left out."""
        found = (_RECORD.fullmatch(record) for record in self.records)
        return tuple(
            Property(int(each["flags"]), each["tag"].lower(), re.sub(r"\\(.)", r"\1", each["value"]))
            for each in found
            if each
        )


@dataclass(frozen=True)
class Issuance:
    """What is to be issued.

    :param name: ``*.`` included
    :param authorities: the issuer domain names that the CA goes by; () when they aren't known
    :param account: URI of the ACME account, None when it isn't known
    :param method: "http-01", "dns-01"; None when it isn't known
    """

    name: str
    authorities: tuple[str, ...] = ()
    account: str | None = None
    method: str | None = None


def tree(name: str) -> tuple[str, ...]:
    """Where records are looked for (RFC 8659, 3): the name and all above it, the root left out."""
    labels = name.lower().removeprefix("*.").rstrip(".").split(".")
    return tuple(".".join(labels[cut:]) for cut in range(len(labels)))


def policy(dns: Dns, name: str) -> Policy | Answer | None:
    """The records that hold; the answer that leaves it open, which a CA takes for a no; None where there are none."""
    for owner in tree(name):
        answer = dns.answer(owner, "CAA")
        if answer is None:
            return None
        if answer.values or not answer.certain:
            return Policy(owner, answer.values) if answer.certain else answer
    return None


def refusal(found: Policy, wanted: Issuance) -> str | None:
    """Why the records forbid it, as the end of a sentence; None where they don't, or that can't be told."""
    properties = found.properties
    critical = [each.tag for each in properties if each.flags & _CRITICAL and each.tag not in _KNOWN]
    if critical:
        return f"they have the critical property {critical[0]}, which no CA may ignore"
    tag = "issue"
    if wanted.name.startswith("*.") and any(each.tag == "issuewild" for each in properties):
        tag = "issuewild"
    given = [each.value for each in properties if each.tag == tag]
    if not given:
        return None
    objections = [_objection(value, wanted) for value in given]
    if None in objections:
        return None
    told = list(dict.fromkeys(each for each in objections if each))
    return "; ".join(told)


def _objection(value: str, wanted: Issuance) -> str | None:
    """Why one property gives no permission."""
    domain, _semicolon, rest = value.partition(";")
    domain = domain.strip().lower().rstrip(".")
    if not domain:
        return "they name no CA at all"
    if wanted.authorities and domain not in wanted.authorities:
        return f"they name {domain}"
    parameters = list(_parameters(rest))
    if None in parameters:
        return f"the parameters of {domain} can't be read"
    pairs = [pair for pair in parameters if pair]
    accounts = [given for tag, given in pairs if tag == "accounturi"]
    if len(accounts) > 1 or (accounts and wanted.account and accounts != [wanted.account]):
        return f"{domain} may issue for the account {', '.join(accounts)} only"
    for tag, given in pairs:
        if tag == "validationmethods" and wanted.method and wanted.method not in given.split(","):
            return f"{domain} may validate by {given} only"
    return None


def _parameters(text: str) -> Iterator[tuple[str, str] | None]:
    """Tag and value of each (RFC 8659, 4.2); None for one that is malformed."""
    for part in filter(None, map(str.strip, text.split(";"))):
        found = _PARAMETER.fullmatch(part)
        yield (found["tag"].lower(), found["value"]) if found else None
