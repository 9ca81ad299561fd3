# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Orders, from the first request to the certificate (RFC 8555, 7.4 and 7.5)."""

from __future__ import annotations

import threading
import typing as t
from dataclasses import replace
from functools import partial

from .. import errors
from ..diagnose.acme_problem import Problem
from .keys import base64url
from .resources import Authorization, Challenge, Order, Step, authorization_in, challenge_in, order_in
from .session import AnswerLost
from .waiting import ISSUANCE, VALIDATION, wait

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .account import AccountKeeper
    from .answer import Answer
    from .resources import Identifier

# A list of orders may have many pages, the newest order on the last.
_MOST_PAGES = 20
# Of those, the newest: the one that is looked for has just been made.
_MOST_LOOKED_AT = 10
# Refusals of an order that have nothing to do with what it replaces.
_NOT_ABOUT_REPLACES = frozenset({"rateLimited", "accountDoesNotExist", "userActionRequired"})


class Orders:
    """The orders of an account. Thread-safe."""

    def __init__(self, keeper: AccountKeeper) -> None:
        self._keeper = keeper
        self._clock = keeper.session.clock
        # The orders that some thread of this client has, so that none takes over another's; and since one that has just
        # been made isn't among them yet, orders for the same names are opened one after the other.
        self._ours: set[str] = set()
        self._opening: dict[frozenset[Identifier], threading.Lock] = {}
        self._lock = threading.Lock()

    def new(self, identifiers: Sequence[Identifier], profile: str | None, replaces: str | None) -> Order:
        """Open an order, or get the one that the server has for these identifiers; it may be born ready.

        A refusal of ``replaces`` is no reason to go without a certificate (RFC 9773, 5): the order is asked for again
        without it. CAs refuse it in many words, so that is done after any refusal that isn't known to be about something
        else.
        """
        action = f"order a certificate for {_listing([value for _type, value in identifiers])}"
        self._check_profile(profile, action)
        wanted: dict[str, t.Any] = {"identifiers": [{"type": kind, "value": value} for kind, value in identifiers]}
        if profile:
            wanted["profile"] = profile
        if not replaces or "renewalInfo" not in self._keeper.session.directory.resources:
            return self._open(wanted, action)
        try:
            return self._open({**wanted, "replaces": replaces}, action)
        except errors.AcmeError as error:
            if error.problem.status in (None, 429, 503) or error.problem.type in _NOT_ABOUT_REPLACES:
                raise
            return replace(self._open(wanted, action), not_replacing=error.problem)

    def _check_profile(self, profile: str | None, action: str) -> None:
        offered = self._keeper.session.directory.meta.profiles
        if profile and profile not in offered:
            names = f"it has {', '.join(offered)}" if offered else "it has none"
            raise errors.AcmeError(
                action, Problem("invalidProfile", None, f"the server has no profile {profile!r}; {names}")
            )

    def _open(self, wanted: dict[str, t.Any], action: str) -> Order:
        url = self._keeper.session.resource("newOrder", action)

        def ask() -> Order:
            try:
                answer = self._keeper.post(url, wanted, action, repeatable=False)
            except AnswerLost as lost:
                # Some refuse it by 500 (Pebble 2.10, where the names differ).
                if "replaces" in wanted and lost.problem.status:
                    raise errors.AcmeError(action, lost.problem) from lost
                raise
            if answer.location is None:
                raise errors.AcmeError(action, Problem("", answer.status, "the answer doesn't say where the order is"))
            return order_in(answer, answer.location, self._clock.now())

        with self._lock:
            alone = self._opening.setdefault(_names(wanted), threading.Lock())
        with alone:
            order = self._keeper.session.settle(ask, lambda lost: self._opened(lost, wanted))
            self._ours.add(order.url)
        return order

    def _opened(self, lost: AnswerLost, wanted: dict[str, t.Any]) -> Order | None:
        """The order that the request made whose answer got lost: where its headers say, else in the account's list."""
        if lost.answer is not None and lost.answer.location:
            return self.get(lost.answer.location)
        unknown = [url for url in self._listed() if url not in self._ours]
        orders = (self.get(url) for url in reversed(unknown[-_MOST_LOOKED_AT:]))
        return next((order for order in orders if _fits(order, wanted)), None)

    def _listed(self) -> list[str]:
        """The account's orders, the oldest first; [] where the server has no list of them (RFC 8555, 7.1.2.1)."""
        account = self._keeper.find()
        pages = [account.orders] if account and account.orders else []
        found: list[str] = []
        for page in pages:
            answer = self._keeper.post(page, None, "list the account's orders")
            found += answer.json().get("orders") or ()
            pages += answer.links("next")[: _MOST_PAGES - len(pages)]
        return found

    def get(self, url: str) -> Order:
        """The order as it is now."""
        return order_in(self._keeper.post(url, None, f"read the order {url}"), url, self._clock.now())

    def authorization(self, url: str) -> Authorization:
        """The authorization as it is now."""
        return authorization_in(self._keeper.post(url, None, f"read the authorization {url}"), url, self._clock.now())

    def respond(self, challenge: Challenge) -> Challenge:
        """Tell the server that the challenge can be looked at (RFC 8555, 7.5.1)."""
        action = f"answer the {challenge.type} challenge {challenge.url}"

        def look(_lost: AnswerLost) -> Challenge | None:
            found = self._challenge(self._keeper.post(challenge.url, None, action))
            return found if found.status != "pending" else None

        return self._keeper.session.settle(
            lambda: self._challenge(self._keeper.post(challenge.url, {}, action, repeatable=False)), look
        )

    def _challenge(self, answer: Answer) -> Challenge:
        return challenge_in(answer.json())

    def deactivate(self, url: str) -> Authorization:
        """Give up an authorization (RFC 8555, 7.5.2), so that the next order doesn't meet it again."""
        action = f"deactivate the authorization {url}"

        def ask() -> Authorization:
            answer = self._keeper.post(url, {"status": "deactivated"}, action, repeatable=False)
            return authorization_in(answer, url, self._clock.now())

        def look(_lost: AnswerLost) -> Authorization | None:
            found = self.authorization(url)
            return found if found.status == "deactivated" else None

        return self._keeper.session.settle(ask, look)

    def finalize(self, order: Order, csr: bytes) -> Order:
        """Hand in the request for the certificate (DER); the order is then in processing, or valid already."""
        action = f"finalize the order {order.url}"

        def ask() -> Order:
            answer = self._keeper.post(order.finalize, {"csr": base64url(csr)}, action, repeatable=False)
            return order_in(answer, order.url, self._clock.now())

        def look(_lost: AnswerLost) -> Order | None:
            found = self.get(order.url)
            return found if found.step is not Step.FINALIZE else None

        return self._keeper.session.settle(ask, look)

    def await_past(self, order: Order, step: Step, deadline: float) -> Order:
        """Wait until the order needs something else than this step, or the deadline has passed."""
        first = VALIDATION if step is Step.AUTHORIZE else ISSUANCE
        look = partial(self.get, order.url)
        return wait(order, look, lambda state: state.step is not step, first, deadline, self._clock)

    def await_authorization(self, authorization: Authorization, deadline: float) -> Authorization:
        """Wait until the authorization is no longer pending, or the deadline has passed."""
        look = partial(self.authorization, authorization.url)
        return wait(authorization, look, lambda a: a.status != "pending", VALIDATION, deadline, self._clock)


def _fits(order: Order, wanted: dict[str, t.Any]) -> bool:
    """Whether an order can still be used, and is for what is wanted; servers without profiles don't name one."""
    profile = order.profile in (None, wanted.get("profile", order.profile))
    return set(order.identifiers) == _names(wanted) and order.step in (Step.AUTHORIZE, Step.FINALIZE) and profile


def _names(wanted: dict[str, t.Any]) -> frozenset[Identifier]:
    return frozenset((each["type"], each["value"]) for each in wanted["identifiers"])


def _listing(names: Sequence[str]) -> str:
    rest = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + rest
