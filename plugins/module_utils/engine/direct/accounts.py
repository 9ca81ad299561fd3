# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ACME account of an issuer: its key in a Secret, its URI in the issuer's record.

    look ──► plan (asks nobody but the cluster) ──► a key change that was cut off ──► register, contacts ──► key change

Each is in the cluster before the next step, so that a run cut off anywhere is gone on with.
"""

from __future__ import annotations

import contextlib
import hashlib
import typing as t
from dataclasses import dataclass

from ... import errors
from ...diagnose import acme_budget
from ...diagnose.finding import ERROR, Finding
from ...spec.direct import failure, record
from ...x509.leaf import rfc3339
from ..diff import pair
from . import account_key, account_server, external_account, records, rollover
from .account_client import AccountClient

if t.TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ...spec.issuer import AccountKey
    from .. import ports
    from . import ports as direct_ports
    from .account_key import Kept
    from .observe import Issuer


_ANOTHER_KEY = "the key is another one"


@dataclass(frozen=True)
class Todo:
    """What is to be asked of the server about the account, and why; "" for what is not.

    :param register: make it, find it, or change its contacts
    :param roll_over: give it another key
    """

    register: str = ""
    roll_over: str = ""

    def __bool__(self) -> bool:
        return bool(self.register or self.roll_over)

    @property
    def another_key(self) -> bool:
        """Whether the account has another key afterwards than its record tells."""
        return bool(self.roll_over) or self.register == _ANOTHER_KEY

    def diff(self, title: str) -> dict[str, t.Any]:
        """As before and after; of a key nothing is shown."""
        before, after = {}, {}
        if self.register:
            before["account"], after["account"] = "not as wanted", f"registered ({self.register})"
        if self.roll_over:
            before["account_key"], after["account_key"] = "the present one", f"another one ({self.roll_over})"
        return pair(title, before, after)


def plan(run: ports.Run, issuer: Issuer, wanted: AccountKey) -> Todo:
    """What is due."""
    kept, found = _kept(issuer), account_key.read(run, issuer)
    if found.current is None:
        return Todo("there is no account key")
    return Todo(_unlike(issuer, kept, found.current), rollover.due(run, kept, found, wanted))


def _unlike(issuer: Issuer, kept: Mapping[str, t.Any], pem: bytes) -> str:
    if not kept.get("uri"):
        return "no account is registered"
    if kept["server"] != issuer.body["acme"]["server"]:
        return "another server is wanted"
    if kept["keySHA256"] != _digest(pem):
        return _ANOTHER_KEY
    return "other contacts are wanted" if kept.get("email") != issuer.body["acme"].get("email") else ""


def carry_out(run: ports.Run, parts: direct_ports.Parts, issuer: Issuer, todo: Todo) -> dict[str, t.Any]:
    """Do what is due: what is to be kept of the account then.

    :raises NotReady: the server refuses, or a Secret is not as it must be
    """
    found = account_key.read(run, issuer)
    if found.following is not None and account_server.has(run, parts, issuer, found.following):
        account_key.promote(run, issuer, found)
    elif todo.roll_over and found.current is not None:
        rollover.carry_out(run, parts, issuer, found, register(run, parts, issuer)["uri"])
    return register(run, parts, issuer)


def register(run: ports.Run, parts: direct_ports.Parts, issuer: Issuer) -> dict[str, t.Any]:
    """Make the account, or find it, with the contacts that are wanted: what is to be kept of it.

    :raises NotReady: the server refuses, or a Secret is not as it must be
    """
    kept, found = _kept(issuer), account_key.read(run, issuer)
    pem = found.current or account_key.make(run, issuer, found.secret)
    acme = issuer.body["acme"]
    contacts = [f"mailto:{acme['email']}"] if acme.get("email") else []
    client = parts.client(account_server.of(issuer, pem, None), run.clock)
    try:
        account = client.register(contacts, external_account.of(run, issuer))
        if _other_contacts(account, contacts, kept, acme.get("email")):
            account = client.update_account(contacts)
    except errors.AcmeError as error:
        raise account_server.account_refused(issuer, error) from None
    if account.status != "valid":
        said = f"its account {account.uri} is {account.status}."
        remedy = "remove the Secret with the account's key to have a new account made"
        finding = Finding("issuer.account_ended", ERROR, issuer.title, said, remedy)
        raise account_key.not_ready(issuer, finding)
    return _as_kept(issuer, pem, client.thumbprint, account.uri, _since(run, kept, found, pem))


def adopted(run: ports.Run, parts: direct_ports.Parts, issuer: Issuer, uri: str) -> dict[str, t.Any] | None:
    """What is to be kept of an account that somebody else has registered by the issuer's key, as cert-manager does.

    Nobody but the cluster is asked; None where there is no key.
    """
    found = account_key.read(run, issuer)
    if found.current is None:
        return None
    thumbprint = parts.client(account_server.of(issuer, found.current, uri), run.clock).thumbprint
    return _as_kept(issuer, found.current, thumbprint, uri, found.made or run.clock.now())


def _as_kept(issuer: Issuer, pem: bytes, thumbprint: str, uri: str, since: datetime) -> dict[str, t.Any]:
    """Of its key there are digests only."""
    acme = issuer.body["acme"]
    return {
        "server": acme["server"],
        "email": acme.get("email"),
        "externalAccount": (acme.get("externalAccountBinding") or {}).get("keyID"),
        "keySHA256": _digest(pem),
        "keySince": rfc3339(since),
        "thumbprint": thumbprint,
        "uri": uri,
    }


def _other_contacts(
    account: direct_ports.Account, wanted: list[str], kept: Mapping[str, t.Any], email: str | None
) -> bool:
    """Let's Encrypt tells no contacts, so that those it was last given decide there."""
    told = list(account.contacts)
    if told or not wanted:
        return told != wanted
    return kept.get("uri") == account.uri and kept.get("email") != email


def _since(run: ports.Run, kept: Mapping[str, t.Any], found: Kept, pem: bytes) -> datetime:
    """Since when the account has its key."""
    if kept.get("keySHA256") == _digest(pem) and kept.get("keySince"):
        return failure.moment(kept["keySince"])
    return run.clock.now() if kept.get("uri") else found.made or run.clock.now()


def client(run: ports.Run, parts: direct_ports.Parts, issuer: Issuer, patience: float = 60.0) -> direct_ports.Client:
    """The client of the account that the issuer has; where the server has forgotten it, it is registered again.

    :param patience: seconds that one request may take, with all repetitions
    :raises NotReady: it has none
    """
    kept, pem = _kept(issuer), _key_in_use(run, parts, issuer)
    if pem is None or kept["server"] != issuer.body["acme"]["server"]:
        said = "has no account at its server, or another key than when it was made ready."
        finding = Finding("issuer.not_ready", ERROR, issuer.title, said, "run the task that makes the issuer")
        raise account_key.not_ready(issuer, finding)

    def again() -> direct_ports.Client:
        account = register(run, parts, issuer)
        with contextlib.suppress(errors.Forbidden):  # then the issuer's own task writes it down
            records.revise(run, issuer.config_map, "work", lambda work: work | {"account": account})
        return parts.client(account_server.of(issuer, pem, account["uri"], patience), run.clock)

    def has_another_key() -> bool:
        return _key_in_use(run, parts, issuer) not in (None, pem)

    own = parts.client(account_server.of(issuer, pem, kept["uri"], patience), run.clock)
    lasting = AccountClient(own, again, has_another_key)
    limits = acme_budget.limits(kept["server"], issuer.body["acme"].get("rateLimits"))
    if not limits:
        return t.cast("direct_ports.Client", lasting)
    from . import budget  # not needed, and not loaded, where nothing is counted

    return t.cast(
        "direct_ports.Client",
        budget.BudgetedClient(t.cast("direct_ports.Client", lasting), budget.Budget(run, issuer, limits)),
    )


def _key_in_use(run: ports.Run, parts: direct_ports.Parts, issuer: Issuer) -> bytes | None:
    """The key that the server has, also where a run that changed it was cut off; None without an account of it."""
    kept, found = _kept(issuer), account_key.read(run, issuer)
    if not kept.get("uri") or found.current is None:
        return None
    if found.following is not None and account_server.has(run, parts, issuer, found.following, kept["uri"]):
        with contextlib.suppress(errors.Forbidden):
            account_key.promote(run, issuer, found)
        return found.following
    known = kept["keySHA256"] == _digest(found.current) or account_server.has(
        run, parts, issuer, found.current, kept["uri"]
    )
    return found.current if known else None


def deactivate(run: ports.Run, parts: direct_ports.Parts, issuer: Issuer) -> None:
    """End the account for ever (RFC 8555, 7.3.6); one that has ended, or that the server doesn't know, is left.

    :raises NotReady: the server refuses, or can't be asked
    """
    found = account_key.read(run, issuer)
    for pem in filter(None, (found.current, found.following)):
        try:
            parts.client(account_server.of(issuer, pem, None), run.clock).deactivate_account()
        except errors.AcmeError as error:
            # A deactivated account is refused with unauthorized.
            if error.problem.type not in ("unauthorized", "accountDoesNotExist"):
                what = f"{issuer.body['acme']['server']} does not deactivate the account"
                raise account_server.refused(issuer.title, what, error, False) from None


def has_account(issuer: Issuer) -> bool:
    """Whether one was registered."""
    return bool(_kept(issuer).get("uri"))


def thumbprint(issuer: Issuer) -> str | None:
    """Of the account's key (RFC 7638), None without an account."""
    found: str | None = _kept(issuer).get("thumbprint")
    return found


def _kept(issuer: Issuer) -> dict[str, t.Any]:
    return record.read(issuer.config_map, "work").get("account") or {}


def _digest(pem: bytes) -> str:
    return hashlib.sha256(pem).hexdigest()
