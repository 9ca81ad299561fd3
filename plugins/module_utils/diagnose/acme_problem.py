# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ACME problem document (RFC 8555, 6.7) as cert-manager writes it into reasons and messages.

    429 urn:ietf:params:acme:error:rateLimited: too many certificates …, retry after 2026-03-05 12:34:56 UTC: see …
    ^   ^                          ^            ^
    status                         type         detail                              ("; subproblems:" and lines follow)

Source: cert-manager, third_party/forked/acme/types.go, Error.Error and Subproblem.String.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass
from datetime import datetime, timezone

_PROBLEM = re.compile(r"(?:\b(\d{3}) )?urn:(?:ietf:params:)?acme:error:(\w+):? ?", re.IGNORECASE)
_IDENTIFIER = re.compile(r"\[\w+: ([^\]]+)\] ")
_RETRY_AFTER = re.compile(r"retry after (\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)")

# The types (RFC 8555, 6.7; RFC 9773, 7.4; draft-aaron-acme-profiles), for servers that spell them otherwise.
_TYPES = (
    "accountDoesNotExist alreadyReplaced alreadyRevoked badCSR badNonce badPublicKey badRevocationReason "
    "badSignatureAlgorithm caa compound connection dns externalAccountRequired incorrectResponse invalidContact "
    "invalidProfile malformed orderNotReady rateLimited rejectedIdentifier serverInternal tls unauthorized "
    "unsupportedContact unsupportedIdentifier userActionRequired"
)
_SPELLING = {name.lower(): name for name in _TYPES.split()}

# Which of Let's Encrypt's limits (letsencrypt.org/docs/rate-limits), told by words of the detail; the first that fits.
_LIMITS = (
    ("exact set of", "certificates for exactly these names"),
    ("failed authorizations", "failed validations of a name"),
    ("new orders", "new orders of the account"),
    ("new registrations", "new accounts from one address"),
    ("pending authorizations", "pending authorizations of the account"),
    ("already issued for", "certificates for the registered domain"),
)

# What a challenge's own error says without its type (pkg/controller/acmechallenges/sync.go, syncChallengeStatus), in
# the words of Boulder and Pebble; the first that fits.
_WORDS = (
    (re.compile(r"\bCAA record"), "caa"),
    (re.compile(r"DNS problem:|no valid A(AAA)? records|NXDOMAIN|SERVFAIL"), "dns"),
    (re.compile(r"Invalid response from|Non-200 status|(Incorrect|No) TXT record|key authorization"), "unauthorized"),
    (re.compile(r"Timeout during connect|[Cc]onnection (refused|reset)|validation data|dial tcp"), "connection"),
    (re.compile(r"tls: |remote error: tls|x509: "), "tls"),
)  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """What an ACME server refused.

    :param type: the type's last part, "rateLimited"
    :param status: the HTTP status, None where it isn't said
    :param detail: the server's words
    :param subproblems: (identifier, type, detail) of each, the identifier "" where it isn't said
    """

    type: str
    status: int | None = None
    detail: str = ""
    subproblems: tuple[tuple[str, str, str], ...] = ()

    @property
    def retry_at(self) -> datetime | None:
        """When a limit is lifted, in UTC, if the server says so in its detail."""
        found = _RETRY_AFTER.search(self.detail)
        if found is None:
            return None
        return datetime.strptime(f"{found[1]} {found[2]}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)

    @property
    def limit(self) -> str | None:
        """Which of Let's Encrypt's limits was reached, None for another server's or an unknown one."""
        return next((limit for words, limit in _LIMITS if words in self.detail), None)

    def as_evidence(self) -> dict[str, t.Any]:
        """JSON-able; what isn't said is left out."""
        said = {
            "type": self.type,
            "status": self.status,
            "detail": self.detail,
            "subproblems": [" ".join(part for part in each if part) for each in self.subproblems],
        }
        return {key: value for key, value in said.items() if value}


def parse(text: str) -> Problem | None:
    """The first problem in a text, None when there is none."""
    found = _PROBLEM.search(text)
    if found is None:
        return None
    detail, _mark, rest = text[found.end() :].partition("; subproblems:")
    following = _PROBLEM.search(detail)
    if following:
        detail = detail[: following.start()]
    return Problem(
        type=_type(found[2]),
        status=int(found[1]) if found[1] else None,
        detail=detail.strip().removesuffix(";"),
        subproblems=tuple(_subproblems(rest)),
    )


def _subproblems(text: str) -> t.Iterator[tuple[str, str, str]]:
    for line in text.splitlines():
        found = _PROBLEM.search(line)
        if found:
            detail = line[found.end() :]
            identifier = _IDENTIFIER.match(detail)
            yield (
                identifier[1] if identifier else "",
                _type(found[2]),
                (detail[identifier.end() :] if identifier else detail).strip(),
            )


def _type(name: str) -> str:
    return _SPELLING.get(name.lower(), name)


def guess(detail: str) -> Problem | None:
    """The problem that a detail without a type is most likely about, None when the words are not known."""
    return next((Problem(kind, None, detail) for words, kind in _WORDS if words.search(detail)), None)
