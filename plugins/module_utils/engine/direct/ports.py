# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the engine is handed to speak with the outside: the ACME client and the solvers, made when they are needed."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from ...diagnose.acme_problem import Problem
    from .. import ports

Identifier = tuple[str, str]


class Account(t.Protocol):
    """acme/account.py"""

    @property
    def uri(self) -> str: ...

    @property
    def status(self) -> str: ...

    @property
    def contacts(self) -> tuple[str, ...]: ...


class Challenge(t.Protocol):
    """acme/resources.py"""

    @property
    def type(self) -> str: ...

    @property
    def token(self) -> str: ...

    @property
    def status(self) -> str: ...


class Authorization(t.Protocol):
    """acme/resources.py"""

    @property
    def url(self) -> str: ...

    @property
    def identifier(self) -> Identifier: ...

    @property
    def wildcard(self) -> bool: ...

    @property
    def status(self) -> str: ...

    @property
    def challenges(self) -> tuple[t.Any, ...]: ...

    @property
    def problems(self) -> tuple[Problem, ...]: ...


class Order(t.Protocol):
    """acme/resources.py"""

    @property
    def url(self) -> str: ...

    @property
    def status(self) -> str: ...

    @property
    def authorizations(self) -> tuple[str, ...]: ...

    @property
    def error(self) -> Problem | None: ...


class RenewalInfo(t.Protocol):
    """acme/renewal_info.py"""

    @property
    def explanation_url(self) -> str | None: ...

    @property
    def retry_at(self) -> datetime: ...

    def at(self, fraction: float) -> datetime: ...


class Client(t.Protocol):
    """acme/client.py: one account on one server. Safe for concurrent use; raises AcmeError."""

    @property
    def thumbprint(self) -> str: ...

    def key_authorization(self, token: str) -> str: ...

    def dns_persist01_value(self, challenge: t.Any, domain: str, wildcard: bool) -> str: ...

    def register(
        self, contacts: Sequence[str] = (), external_account: tuple[str, bytes, str] | None = None
    ) -> Account: ...

    def offers(self, resource: str) -> bool: ...

    def find_account(self) -> Account | None: ...

    def update_account(self, contacts: Sequence[str]) -> Account: ...

    def roll_over(self, new_key_pem: bytes) -> None: ...

    def deactivate_account(self) -> None: ...

    def new_order(
        self, identifiers: Sequence[Identifier], profile: str | None = None, replaces: str | None = None
    ) -> t.Any: ...

    def order(self, url: str) -> t.Any: ...

    def authorization(self, url: str) -> t.Any: ...

    def respond(self, challenge: t.Any) -> t.Any: ...

    def deactivate_authorization(self, url: str) -> t.Any: ...

    def await_authorized(self, order: t.Any, deadline: float) -> t.Any: ...

    def finalize(self, order: t.Any, csr_der: bytes) -> t.Any: ...

    def await_issued(self, order: t.Any, deadline: float) -> t.Any: ...

    def certificate(self, order: t.Any, preferred_chain: str | None = None) -> bytes: ...

    def renewal_info(self, leaf_pem: bytes) -> RenewalInfo | None: ...


@dataclass(frozen=True)
class Parts:
    """Factories; each imports what it needs, so that a run with nothing to do loads none of it.

    :param client: of acme/
    :param certificate_id: what an order says that it replaces, from a certificate in PEM (RFC 9773, 4.1)
    :param solver: of solver/, for one entry of acme.solvers, working in a namespace
    """

    client: Callable[[ports.Server, ports.Clock], Client]
    certificate_id: Callable[[bytes], str | None]
    solver: Callable[[ports.Run, Mapping[str, t.Any], str, str], ports.Solver]
