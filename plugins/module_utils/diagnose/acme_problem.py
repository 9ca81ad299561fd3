# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ACME problem document (RFC 8555, 6.7): as a server answers it, and as cert-manager writes it into messages.

    429 urn:ietf:params:acme:error:rateLimited: too many certificates …, retry after 2026-03-05 12:34:56 UTC: see …
    ^   ^                          ^            ^
    status                         type         detail                              ("; subproblems:" and lines follow)

Source: cert-manager, third_party/forked/acme/types.go, Error.Error and Subproblem.String.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field
from datetime import datetime, timezone

if t.TYPE_CHECKING:
    from collections.abc import Mapping

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

    :param type: the type's last part, "rateLimited"; "" for what is no ACME problem, such as a proxy's own page
    :param status: the HTTP status, None where it isn't said
    :param detail: the server's words
    :param subproblems: (identifier, type, detail) of each, the identifier "" where it isn't said
    :param title: the short summary (RFC 9457, 3.1.3), which few servers give
    :param after: when the answer's Retry-After says to try again, aware
    :param document: the problem document as it came, {} where there was none
    """

    type: str
    status: int | None = None
    detail: str = ""
    subproblems: tuple[tuple[str, str, str], ...] = ()
    title: str = ""
    after: datetime | None = None
    document: Mapping[str, t.Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def retry_at(self) -> datetime | None:
        """When a limit is lifted, in UTC, if the server says so: in a header, or in its detail."""
        if self.after is not None:
            return self.after
        found = _RETRY_AFTER.search(self.detail)
        if found is None:
            return None
        return datetime.strptime(f"{found[1]} {found[2]}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)

    @property
    def may_pass(self) -> bool:
        """Whether nothing was refused for good: no answer, a limit, or a server in trouble."""
        return not self.type if self.status is None else self.status == 429 or self.status >= 500

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


def from_document(document: Mapping[str, t.Any], status: int | None = None, after: datetime | None = None) -> Problem:
    """The problem in a JSON object; ``status`` is the answer's, for documents that leave it out (RFC 9457, 3.1.2)."""
    said = document.get("status")
    return Problem(
        type=_type(_last_part(document)),
        status=said if isinstance(said, int) else status,
        detail=str(document.get("detail") or ""),
        subproblems=tuple(
            (_identifier(each), _type(_last_part(each)), str(each.get("detail") or ""))
            for each in document.get("subproblems") or ()
            if isinstance(each, dict)
        ),
        title=str(document.get("title") or ""),
        after=after,
        document=document,
    )


def _last_part(document: Mapping[str, t.Any]) -> str:
    name = str(document.get("type") or "")
    return re.sub(r"^urn:(ietf:params:)?acme:error:", "", "" if name == "about:blank" else name, flags=re.IGNORECASE)


def _identifier(document: Mapping[str, t.Any]) -> str:
    found = document.get("identifier")
    return str(found.get("value") or "") if isinstance(found, dict) else ""


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
