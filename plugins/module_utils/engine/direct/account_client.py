# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client that outlives its account and its key, so that the run goes on.

Where the server has forgotten the account, it is registered again, and an order that is still to be opened is opened by the
new one. What was under way went with the old one, or was asked for by a key that another run has changed meanwhile:
Conflict says that its certificate is to be looked at anew, as after another run's write.
"""

from __future__ import annotations

import functools
import threading
import typing as t

from ... import errors

if t.TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from . import ports as direct_ports


class AccountClient:
    """Implements ports.Client by another one. Thread-safe.

    :param again: registers the account again, and makes a client of it
    :param has_another_key: whether the account has another key by now than this client
    """

    def __init__(
        self, client: direct_ports.Client, again: Callable[[], direct_ports.Client], has_another_key: Callable[[], bool]
    ) -> None:
        self._client, self._again, self._has_another_key = client, again, has_another_key
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> t.Any:
        client = self._client
        found = getattr(client, name)
        return functools.partial(self._asked, client, found) if callable(found) else found

    def new_order(
        self, identifiers: Sequence[direct_ports.Identifier], profile: str | None = None, replaces: str | None = None
    ) -> t.Any:
        """See acme/client.py."""
        client = self._client
        try:
            return client.new_order(identifiers, profile, replaces)
        except errors.AcmeError as error:
            self._see_forgotten(error)
        return self._registered(client).new_order(identifiers, profile, replaces)

    def _asked(self, client: direct_ports.Client, method: Callable[..., t.Any], *given: t.Any, **named: t.Any) -> t.Any:
        try:
            return method(*given, **named)
        except errors.AcmeError as error:
            self._see_forgotten(error)
            self._registered(client)
            said = {"message": "the server had forgotten the account; it was registered again"}
            raise errors.Conflict(error.action, 409, said) from None

    def _see_forgotten(self, error: errors.AcmeError) -> None:
        """Go on only where the server has forgotten the account.

        :raises Conflict: a request is by the key that the account had before, which servers call malformed
        :raises AcmeError: it is refused for anything else
        """
        if error.problem.type == "malformed" and self._has_another_key():
            raise errors.Conflict(error.action, 409, {"message": "another run has changed the account's key"}) from None
        if error.problem.type != "accountDoesNotExist":
            raise error

    def _registered(self, forgotten: direct_ports.Client) -> direct_ports.Client:
        """The client of the account that there is now; of several threads, the first registers it."""
        with self._lock:
            if self._client is forgotten:
                self._client = self._again()
            return self._client
