# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ACME client: one account on one server (RFC 8555, RFC 9773, draft-ietf-acme-profiles)."""

from __future__ import annotations

import typing as t

from .. import errors
from ..diagnose.acme_problem import Problem
from . import chains, dns_persist, renewal_info, revocation
from .account import Account, AccountKeeper
from .keys import ExternalAccount, SigningKey
from .orders import Orders
from .renewal_info import RenewalInfo
from .resources import Authorization, Challenge, Order, Step
from .session import Clock, Session
from .transport import Transport

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .directory import Meta
    from .resources import Identifier


class Client:
    """Thread-safe: its threads share connections and nonces. No request is made before one is needed.

    Every method raises AcmeError when the server refuses or can't be used; its ``problem`` is the server's document,
    whose ``retry_at`` says when to come back. Requests are repeated where that is safe; see retry.py.

    :param directory_url: of the server's directory
    :param key_pem: the account's private key
    :param account_uri: the account's URL if it is known; else it is looked for by the key when it is needed
    :param trust: PEM of the roots of the server's HTTPS certificate, in place of the system's
    :param verify: False trusts any certificate of the server
    :param patience: seconds that one request may take, with all repetitions; what has to wait longer fails at once
    :param connections: open at once, at most
    :raises SpecError: no ACME server takes such a key
    """

    def __init__(
        self,
        directory_url: str,
        key_pem: bytes,
        account_uri: str | None = None,
        *,
        clock: Clock,
        trust: str | None = None,
        verify: bool = True,
        patience: float = 60.0,
        connections: int = 16,
    ) -> None:
        transport = Transport(directory_url, trust, verify, connections)
        self._session = Session(directory_url, transport, clock, patience)
        self._account = AccountKeeper(self._session, SigningKey(key_pem), account_uri)
        self._orders = Orders(self._account)

    def __repr__(self) -> str:
        return f"Client({self._session.url}, account {self._account.known_uri or 'not looked for'})"

    @property
    def meta(self) -> Meta:
        """What the server says of itself: terms, profiles, whether it wants an external account, its CAA names."""
        return self._session.directory.meta

    def offers(self, resource: str) -> bool:
        """Whether the server has a resource, such as "keyChange" (RFC 8555, 7.1.1)."""
        return resource in self._session.directory.resources

    @property
    def account_uri(self) -> str:
        """The account's URL."""
        return self._account.uri

    @property
    def thumbprint(self) -> str:
        """The account key's (RFC 7638), the second half of each key authorization."""
        return self._account.key.thumbprint

    def key_authorization(self, token: str) -> str:
        """What http-01 serves for a token (RFC 8555, 8.3)."""
        return self._account.key.key_authorization(token)

    def dns01_value(self, token: str) -> str:
        """What the TXT record of dns-01 holds for a token (RFC 8555, 8.4)."""
        return self._account.key.dns01_value(token)

    def dns_persist01_value(self, challenge: Challenge, domain: str, wildcard: bool) -> str:
        """What the TXT record of a dns-persist-01 challenge holds (draft-ietf-acme-dns-persist).

        :param domain: without ``*.``
        :param wildcard: whether it is for all names below the domain
        """
        prefix = self.meta.account_hash_prefix
        return dns_persist.value(challenge.document, domain, wildcard, self.account_uri, self.thumbprint, prefix)

    def register(self, contacts: Sequence[str] = (), external_account: tuple[str, bytes, str] | None = None) -> Account:
        """Make the account, or return the one that the key has, as it is.

        :param contacts: URLs, "mailto:ops@example.com"
        :param external_account: the account at the CA: the key's name, its bytes, and HS256, HS384 or HS512
        """
        return self._account.register(contacts, ExternalAccount(*external_account) if external_account else None)

    def find_account(self) -> Account | None:
        """The account that the key has; None when it has none."""
        return self._account.find()

    def update_account(self, contacts: Sequence[str]) -> Account:
        """Replace the account's contacts."""
        return self._account.update(contacts)

    def roll_over(self, new_key_pem: bytes) -> None:
        """Give the account another key; this client signs with it from then on."""
        self._account.roll_over(new_key_pem)

    def deactivate_account(self) -> None:
        """End the account for ever. Its certificates stay valid."""
        self._account.deactivate()

    def new_order(
        self, identifiers: Sequence[Identifier], profile: str | None = None, replaces: str | None = None
    ) -> Order:
        """Open an order, or get the one that the server has for these identifiers. Its ``step`` says what it needs.

        :param identifiers: ("dns", "*.example.com") or ("ip", "192.0.2.1")
        :param replaces: renewal_info.certificate_id of the certificate that it replaces; when the server refuses that,
            the order is opened without, and says why in ``not_replacing``
        """
        return self._orders.new(identifiers, profile, replaces)

    def order(self, url: str) -> Order:
        """The order as it is now."""
        return self._orders.get(url)

    def authorization(self, url: str) -> Authorization:
        """The authorization as it is now."""
        return self._orders.authorization(url)

    def respond(self, challenge: Challenge) -> Challenge:
        """Tell the server that it can look at the challenge."""
        return self._orders.respond(challenge)

    def deactivate_authorization(self, url: str) -> Authorization:
        """Give up an authorization, so that no later order meets it again."""
        return self._orders.deactivate(url)

    def await_authorized(self, order: Order, deadline: float) -> Order:
        """Wait until the order is ready or invalid: one request a look, however many names it has.

        :param deadline: in seconds of the clock's monotonic time; the order is returned as it is then
        """
        return self._orders.await_past(order, Step.AUTHORIZE, deadline)

    def await_authorization(self, authorization: Authorization, deadline: float) -> Authorization:
        """Wait until one authorization is no longer pending."""
        return self._orders.await_authorization(authorization, deadline)

    def finalize(self, order: Order, csr_der: bytes) -> Order:
        """Hand in the request for the certificate; the order returned is in processing, or valid already."""
        return self._orders.finalize(order, csr_der)

    def await_issued(self, order: Order, deadline: float) -> Order:
        """Wait until the order is valid or invalid."""
        return self._orders.await_past(order, Step.WAIT, deadline)

    def certificate(self, order: Order, preferred_chain: str | None = None) -> bytes:
        """The chain of a valid order in PEM, the leaf first.

        :param preferred_chain: the common name of the issuer of the topmost certificate; without a match the CA's choice
        """
        if order.certificate is None:
            action = f"download the certificate of the order {order.url}"
            raise errors.AcmeError(action, order.error or Problem("", None, f"the order is {order.status}"))
        return chains.download(self._account, order.certificate, preferred_chain)

    def renewal_info(self, leaf_pem: bytes) -> RenewalInfo | None:
        """When the CA wants the certificate to be renewed; None when it has no opinion of use."""
        return renewal_info.fetch(self._session, leaf_pem)

    def revoke(self, leaf_der: bytes, reason: int | None = None, key_pem: bytes | None = None) -> bool:
        """Revoke a certificate by the account, or by the certificate's own key; False when it was revoked before.

        :param reason: of RFC 5280, 5.3.1; revocation.REASONS has those that CAs take
        """
        return revocation.revoke(self._account, leaf_der, reason, key_pem)
