# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Revocation of a certificate (RFC 8555, 7.6)."""

from __future__ import annotations

import typing as t

from .. import errors
from .keys import SigningKey, base64url
from .session import AnswerLost

if t.TYPE_CHECKING:
    from .account import AccountKeeper

# RFC 5280, 5.3.1; what CAs take of a subscriber (CA/Browser Forum, Baseline Requirements, 7.2.2).
REASONS = {
    "unspecified": 0,
    "key_compromise": 1,
    "affiliation_changed": 3,
    "superseded": 4,
    "cessation_of_operation": 5,
    "privilege_withdrawn": 9,
}


def revoke(keeper: AccountKeeper, der: bytes, reason: int | None, pem: bytes | None) -> bool:
    """Revoke a certificate; False when it was revoked before.

    :param der: the certificate
    :param reason: a number of RFC 5280, 5.3.1; None leaves it unsaid
    :param pem: the certificate's own private key, which needs no account; None for the account's
    :raises AcmeError: refused: another account's certificate, not issued here, a reason that isn't taken
    """
    action = "revoke the certificate"
    url = keeper.session.resource("revokeCert", action)
    payload: dict[str, t.Any] = {"certificate": base64url(der)}
    if reason is not None:
        payload["reason"] = reason
    key, account = (keeper.key, keeper.uri) if pem is None else (SigningKey(pem), None)

    def ask(repeatable: bool) -> bool:
        try:
            keeper.session.post(url, payload, key, account, action, repeatable)
        except errors.AcmeError as error:
            if error.problem.type != "alreadyRevoked":
                raise
            return False
        return True

    try:
        return ask(repeatable=False)
    except AnswerLost:
        # alreadyRevoked is now the doing of the request whose answer got lost.
        ask(repeatable=True)
        return True
