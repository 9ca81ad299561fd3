# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One HTTP answer of an ACME server, and what its headers say."""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from ..diagnose import acme_problem

if t.TYPE_CHECKING:
    from collections.abc import Sequence

# Longer than any limit lasts; a larger number is no date any more.
_LONGEST = timedelta(days=366)
# RFC 8288, 3: the target, then parameters whose values may be quoted.
_LINK = re.compile(r'<([^>]*)>((?:\s*;\s*[^\s=;,]+\s*(?:=\s*(?:"[^"]*"|[^\s";,]+))?)*)')
_RELATION = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s";,]+))', re.IGNORECASE)
_END_OF_CHAIN = b"-----END CERTIFICATE-----"


@dataclass(frozen=True)
class Answer:
    """A whole answer.

    :param url: where it came from; relative targets of links start there
    :param headers: (lower-case name, value) in their order; a name may come more than once
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str | None:
        """The first value of a header, by its lower-case name."""
        return next((value for key, value in self.headers if key == name), None)

    @property
    def location(self) -> str | None:
        """The absolute URL of what was made or found."""
        value = self.header("location")
        return urljoin(self.url, value) if value else None

    def links(self, relation: str) -> Sequence[str]:
        """The absolute targets of a relation, such as "alternate", in their order (RFC 8288)."""
        found = []
        for value in (value for key, value in self.headers if key == "link"):
            for target, parameters in _LINK.findall(value):
                relations = _RELATION.search(parameters)
                if relations and relation in (relations[1] or relations[2] or "").lower().split():
                    found.append(urljoin(self.url, target))
        return found

    def retry_at(self, now: datetime) -> datetime | None:
        """When to ask again, as the answer says: in seconds, or as a date (RFC 9110, 10.2.3).

        A date is taken relative to the answer's own Date, so that a wrong clock on either side doesn't matter.
        """
        value = (self.header("retry-after") or "").strip()
        if value.isascii() and value.isdigit():
            return now + (timedelta(seconds=int(value)) if len(value) < 9 else _LONGEST)
        moment = _date(value)
        if moment is None:
            return None
        sent = _date(self.header("date") or "") or now
        return now + min(max(moment - sent, timedelta()), _LONGEST)

    def json(self) -> dict[str, t.Any]:
        """The object in the body; {} when there is none."""
        return self._document if isinstance(self._document, dict) else {}

    @property
    def _document(self) -> t.Any:
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def whole(self) -> bool:
        """Whether the body is what its type says; one that ends with the connection may have been cut unnoticed."""
        kind = (self.header("content-type") or "").partition(";")[0].strip().lower()
        if kind == "application/json":
            return not self.body or self._document is not None
        return kind != "application/pem-certificate-chain" or self.body.rstrip().endswith(_END_OF_CHAIN)

    def problem(self, now: datetime) -> acme_problem.Problem:
        """What the server refused. An answer that is not ACME's, such as a proxy's page, becomes one without a type."""
        document = self.json()
        after = self.retry_at(now)
        if document.get("type") or document.get("detail"):
            return acme_problem.from_document(document, self.status, after)
        said = " ".join(self.body[:200].decode(errors="replace").split())
        detail = f"the answer of {self.url} is no ACME problem document" + (f": {said}" if said else "")
        return acme_problem.Problem("", self.status, detail, after=after)


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
