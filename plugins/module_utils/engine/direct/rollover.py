# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An account's change to another key (RFC 8555, 7.3.5): when, and how it is done so that no key is ever lost."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ... import errors
from ...diagnose.finding import ERROR, Finding
from ...spec import duration
from ...spec.direct import failure
from . import account_key, account_server

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ...spec.issuer import AccountKey
    from .. import ports
    from . import ports as direct_ports
    from .account_key import Kept
    from .observe import Issuer

_FOR_GOOD = (400, 401, 403, 404, 409)  # answers that no later try changes


def due(run: ports.Run, kept: Mapping[str, t.Any], found: Kept, wanted: AccountKey) -> str:
    """Why the account is to get another key, "" for no reason to.

    :param kept: what is kept of the account
    """
    if found.following is not None:
        return "a change of the key was cut off"
    if wanted.roll_over:
        return "roll_over_account_key"
    since = failure.moment(kept["keySince"]) if kept.get("keySince") else found.made
    if wanted.max_age is None or since is None or run.clock.now() - since < wanted.max_age:
        return ""
    return f"it is {duration.in_words(run.clock.now() - since)} old"


def carry_out(run: ports.Run, parts: direct_ports.Parts, issuer: Issuer, found: Kept, uri: str) -> None:
    """Give the account another key, the one that is kept to follow or a new one.

    :param found: with a current key
    :param uri: of the account
    :raises NotReady: the server refuses, or can't be asked
    """
    server = issuer.body["acme"]["server"]

    def client() -> direct_ports.Client:
        return parts.client(account_server.of(issuer, t.cast("bytes", found.current), uri), run.clock)

    try:
        if not client().offers("keyChange"):
            raise account_key.not_ready(issuer, _no_key_change(issuer))
        found = account_key.announce(run, issuer, found)
        client().roll_over(t.cast("bytes", found.following))
    except errors.AcmeError as error:
        # Another run may have done it with the same key.
        if found.following is None or not account_server.has(run, parts, issuer, found.following):
            if error.problem.type and error.problem.status in _FOR_GOOD:
                account_key.drop(run, issuer, found)
            raise account_server.refused(issuer.title, f"{server} refuses another key", error, False) from None
    after = account_key.promote(run, issuer, found)
    # Another run may have dropped it, to which the server had refused it.
    if after.current != found.following and account_server.has(run, parts, issuer, t.cast("bytes", found.following)):
        account_key.promote(run, issuer, replace(after, following=found.following))


def _no_key_change(issuer: Issuer) -> Finding:
    said = f"{issuer.body['acme']['server']} offers no keyChange, so that the account keeps its key."
    remedy = "leave out acme.roll_over_account_key and acme.account_key_max_age"
    return Finding("issuer.no_key_change", ERROR, issuer.title, said, remedy)
