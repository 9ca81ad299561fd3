# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An ACME account: made, found, changed, given another key, ended (RFC 8555, 7.3)."""

from __future__ import annotations

import threading
import typing as t
from dataclasses import dataclass

from .. import errors
from ..diagnose.acme_problem import Problem
from .keys import SigningKey
from .session import AnswerLost

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .answer import Answer
    from .keys import ExternalAccount
    from .session import Session


@dataclass(frozen=True)
class Account:
    """What the server has of an account (RFC 8555, 7.1.2).

    :param status: valid, deactivated (by its owner) or revoked (by the server)
    :param contacts: URLs, "mailto:ops@example.com"; Let's Encrypt doesn't keep them, so none is no sign of a change
    :param orders: where its orders are listed, which few servers tell
    """

    uri: str
    status: str
    contacts: tuple[str, ...] = ()
    orders: str | None = None


class AccountKeeper:
    """The account of one key, and the requests that it signs. Thread-safe.

    :param uri: the account's URL if it is known, which saves the request that looks for it
    """

    def __init__(self, session: Session, key: SigningKey, uri: str | None = None) -> None:
        self.session = session
        self.key = key
        self._uri = uri
        self._lock = threading.Lock()

    @property
    def uri(self) -> str:
        """The account's URL, looked for by the key when it isn't known.

        :raises AcmeError: accountDoesNotExist: the key has no account here
        """
        with self._lock:
            if self._uri is None:
                self._uri = self._look_up(self.key).uri
            return self._uri

    @property
    def known_uri(self) -> str | None:
        """The account's URL as far as it is known without asking."""
        return self._uri

    def post(self, url: str, payload: Mapping[str, t.Any] | None, action: str, repeatable: bool = True) -> Answer:
        """A request of the account; see Session.post."""
        account = self.uri
        return self.session.post(url, payload, self.key, account, action, repeatable)

    def register(self, contacts: Sequence[str], external: ExternalAccount | None) -> Account:
        """Make the account, with the terms of service agreed to; the one that the key already has is returned as it is."""
        action = f"register an account at {self.session.url}"
        url = self.session.resource("newAccount", action)
        payload: dict[str, t.Any] = {"termsOfServiceAgreed": True, "contact": list(contacts)}
        if external is not None:
            payload["externalAccountBinding"] = external.bind(self.key, url)
        elif self.session.directory.meta.external_account_required and self.find() is None:
            detail = "this server binds new accounts to an account at the CA, and no external account is given"
            raise errors.AcmeError(action, Problem("externalAccountRequired", None, detail))
        return self._keep(_account(self.session.post(url, payload, self.key, None, action), action))

    def find(self) -> Account | None:
        """The account that the key has, None when it has none (RFC 8555, 7.3.1)."""
        try:
            return self._keep(self._look_up(self.key))
        except errors.AcmeError as error:
            if error.problem.type != "accountDoesNotExist":
                raise
            return None

    def update(self, contacts: Sequence[str]) -> Account:
        """Replace the contacts (RFC 8555, 7.3.2)."""
        action = f"change the contacts of the account {self.uri}"
        return _account(self.post(self.uri, {"contact": list(contacts)}, action), action, self.uri)

    def deactivate(self) -> None:
        """End the account for ever (RFC 8555, 7.3.6). Its certificates stay valid."""
        action = f"deactivate the account {self.uri}"
        try:
            self.post(self.uri, {"status": "deactivated"}, action, repeatable=False)
        except AnswerLost:
            try:
                self.post(self.uri, {"status": "deactivated"}, action)
            except errors.AcmeError as error:
                # The request whose answer got lost has done it: a deactivated account is refused with 401 (7.3.6).
                if error.problem.type != "unauthorized":
                    raise

    def roll_over(self, pem: bytes) -> None:
        """Give the account another key (RFC 8555, 7.3.5). From then on it signs.

        :raises SpecError: no ACME server takes such a key
        :raises AcmeError: refused, and when the account can't be found by the new key afterwards; the old one is then kept
        """
        new, action = SigningKey(pem), f"change the key of the account {self.uri}"
        url = self.session.resource("keyChange", action)
        inner = new.sign_json({"jwk": new.jwk, "url": url}, {"account": self.uri, "oldKey": self.key.jwk})
        self.session.settle(
            lambda: self.post(url, inner, action, repeatable=False).status,
            lambda _lost: 200 if self._belongs(new) else None,
        )
        # Looked at after any answer, since who relies on the new key throws the old one away: not every server says that
        # the key belongs to another account (Pebble 2.10 answers 200).
        if not self._belongs(new):
            detail = "the account still has its old key; the new one may have an account of its own"
            raise errors.AcmeError(action, Problem("", None, detail))
        with self._lock:
            self.key = new

    def _belongs(self, key: SigningKey) -> bool:
        """Whether the account has this key by now."""
        try:
            return self._look_up(key).uri == self.uri
        except errors.AcmeError as error:
            if error.problem.type != "accountDoesNotExist":
                raise
            return False

    def _look_up(self, key: SigningKey) -> Account:
        action = f"find the account of a key at {self.session.url}"
        url = self.session.resource("newAccount", action)
        return _account(self.session.post(url, {"onlyReturnExisting": True}, key, None, action), action)

    def _keep(self, account: Account) -> Account:
        with self._lock:
            self._uri = account.uri
        return account


def _account(answer: Answer, action: str, uri: str | None = None) -> Account:
    document, where = answer.json(), uri or answer.location
    if where is None:
        raise errors.AcmeError(action, Problem("", answer.status, "the answer doesn't say where the account is"))
    return Account(
        uri=where,
        status=str(document.get("status") or "valid"),
        contacts=tuple(document.get("contact") or ()),
        orders=document.get("orders"),
    )
