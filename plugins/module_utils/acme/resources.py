# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Orders, authorizations and challenges as the server answers them (RFC 8555, 7.1). Pure."""

from __future__ import annotations

import enum
import typing as t
from dataclasses import dataclass, field
from datetime import datetime

from ..diagnose import acme_problem

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ..diagnose.acme_problem import Problem
    from .answer import Answer

# ("dns" | "ip", value), as RFC 8555, 9.7.7 and RFC 8738 have them; a wildcard is *.name in an order only.
Identifier = tuple[str, str]


class Step(enum.Enum):
    """What an order needs next (RFC 8555, 7.1.6)."""

    AUTHORIZE = "pending"
    FINALIZE = "ready"
    WAIT = "processing"
    DOWNLOAD = "valid"
    NOTHING = "invalid"


@dataclass(frozen=True)
class Challenge:
    """One way to prove control of an identifier.

    :param token: "" for types that have none, such as dns-persist-01
    :param document: the whole object, for members that only one type has
    """

    type: str
    url: str
    status: str
    token: str = ""
    error: Problem | None = None
    document: Mapping[str, t.Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class Authorization:
    """An identifier, and whether its control is proven.

    :param status: pending, valid, invalid, deactivated, expired or revoked
    :param retry_at: when the server wants to be asked again at the earliest
    :param seen_at: when it answered so
    """

    url: str
    identifier: Identifier
    wildcard: bool
    status: str
    challenges: tuple[Challenge, ...] = ()
    expires: datetime | None = None
    retry_at: datetime | None = None
    seen_at: datetime | None = field(default=None, compare=False)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why its challenges failed."""
        return tuple(challenge.error for challenge in self.challenges if challenge.error is not None)


@dataclass(frozen=True)
class Order:
    """A request for a certificate.

    :param status: pending, ready, processing, valid or invalid
    :param authorizations: their URLs
    :param certificate: its URL once it is issued
    :param error: why the order is invalid, or what happened in its processing
    :param retry_at: when the server wants to be asked again at the earliest
    :param seen_at: when it answered so
    :param replaces: the certificate id that it replaces, None also when the server refused that
    :param not_replacing: why the server refused it
    """

    url: str
    status: str
    identifiers: tuple[Identifier, ...]
    authorizations: tuple[str, ...]
    finalize: str
    certificate: str | None = None
    error: Problem | None = None
    expires: datetime | None = None
    retry_at: datetime | None = None
    profile: str | None = None
    replaces: str | None = None
    not_replacing: Problem | None = None
    seen_at: datetime | None = field(default=None, compare=False)

    @property
    def step(self) -> Step:
        """What it needs next. A status that RFC 8555 doesn't know is one to wait through."""
        return Step(self.status) if self.status in {step.value for step in Step} else Step.WAIT


def order_in(answer: Answer, url: str, now: datetime) -> Order:
    """The order in an answer; the URL is not in it."""
    document = answer.json()
    return Order(
        url=url,
        status=str(document.get("status") or "pending"),
        identifiers=tuple(_identifier(each) for each in document.get("identifiers") or ()),
        authorizations=tuple(document.get("authorizations") or ()),
        finalize=str(document.get("finalize") or ""),
        certificate=document.get("certificate"),
        error=_problem(document),
        expires=time_in(document.get("expires")),
        retry_at=answer.retry_at(now),
        profile=document.get("profile"),
        replaces=document.get("replaces"),
        seen_at=now,
    )


def authorization_in(answer: Answer, url: str, now: datetime) -> Authorization:
    """The authorization in an answer; the URL is not in it."""
    document = answer.json()
    return Authorization(
        url=url,
        identifier=_identifier(document.get("identifier") or {}),
        wildcard=bool(document.get("wildcard")),
        status=str(document.get("status") or "pending"),
        challenges=tuple(challenge_in(each) for each in document.get("challenges") or ()),
        expires=time_in(document.get("expires")),
        retry_at=answer.retry_at(now),
        seen_at=now,
    )


def challenge_in(document: Mapping[str, t.Any]) -> Challenge:
    """The challenge in an object."""
    return Challenge(
        type=str(document.get("type") or ""),
        url=str(document.get("url") or ""),
        status=str(document.get("status") or "pending"),
        token=str(document.get("token") or ""),
        error=_problem(document),
        document=document,
    )


def _identifier(document: Mapping[str, t.Any]) -> Identifier:
    return str(document.get("type") or ""), str(document.get("value") or "")


def _problem(document: Mapping[str, t.Any]) -> Problem | None:
    error = document.get("error")
    return acme_problem.from_document(error) if isinstance(error, dict) and error else None


def time_in(text: t.Any) -> datetime | None:
    """RFC 3339, 5.6; a fraction of a second may have any number of digits, of which Python 3.10 reads three or six."""
    if not isinstance(text, str):
        return None
    whole, _dot, rest = text.partition(".")
    zone = rest.lstrip("0123456789") if rest else ""
    try:
        return datetime.fromisoformat((whole + zone).replace("Z", "+00:00"))
    except ValueError:
        return None
