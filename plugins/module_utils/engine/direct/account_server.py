# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server is asked with an account's key, and its refusals as findings."""

from __future__ import annotations

import typing as t

from ... import errors
from ...diagnose.finding import ERROR, Finding, in_words
from .. import ports
from . import account_key

if t.TYPE_CHECKING:
    from . import ports as direct_ports
    from .observe import Issuer


def of(issuer: Issuer, pem: bytes, uri: str | None, patience: float = 60.0) -> ports.Server:
    """The issuer's server, and the account that is to be used there."""
    return ports.Server.of(issuer.body["acme"], pem, uri, patience)


def has(run: ports.Run, parts: direct_ports.Parts, issuer: Issuer, pem: bytes, uri: str | None = None) -> bool:
    """Whether the server has an account of this key, and just that one where it is named."""
    server = issuer.body["acme"]["server"]
    try:
        account = parts.client(of(issuer, pem, None), run.clock).find_account()
    except errors.AcmeError as error:
        raise refused(issuer.title, f"{server} does not tell whose key it is", error, False) from None
    return account is not None and uri in (None, account.uri)


def account_refused(issuer: Issuer, error: errors.AcmeError) -> errors.NotReady:
    """The server doesn't take the account: for its binding, or for what is said of it."""
    from ...diagnose.checks import issuer as explained  # not needed, and not loaded, while all goes well

    finding = explained.account_refused({"spec": issuer.body}, issuer.title, error.problem)
    if finding is None:
        return refused(issuer.title, f"{issuer.body['acme']['server']} refuses the account", error, False)
    return account_key.not_ready(issuer, finding)


def refused(title: str, what: str, error: errors.AcmeError, validating: bool = True) -> errors.NotReady:
    """The server's refusal as a finding; where it said nothing of ACME's, its words.

    :param validating: whether it may be about the validation of a name, not only about the account
    """
    if error.problem.type:
        from ...diagnose.checks import acme as explained  # not needed, and not loaded, while all goes well

        finding = explained.finding(title, what, error.problem, validating)
    else:
        remedy = "see that the server is reached from here, and acme.ca_bundle for its own certificate"
        finding = Finding("acme.unavailable", ERROR, title, f"{what}: {error}.", remedy, error.problem.as_evidence())
    return errors.NotReady(in_words(f"{title}: {what}.", [finding]), [finding])
