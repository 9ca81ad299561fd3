# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an ACME server answers to orders: by Pebble itself where it can, else by the proxy in front of it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from tests.acme_proxy.faults import Fault, answer, cut, held, patched, problem

from ..case import Case
from ..objects import acme
from ..place import Place

_LIMIT = "too many certificates (5) already issued for this exact set of identifiers in the last 168h0m0s, retry after"


def _refused(kind: str, detail: str, endpoint: str = "newOrder", **more: Any) -> list[Fault]:
    return [problem(endpoint, kind, detail, **more)]


def _case(
    name: str,
    code: str,
    fault: str,
    server: list[Fault],
    how: str,
    mended: str,
    *,
    shows: str,
    also: tuple[str, ...] = (),
    heal: bool = False,
) -> Case:
    """A case that is only in the ACME server's answers. heal: what is behind the proxy is asked at the end."""
    return Case(
        name,
        code,
        fault,
        how,
        mended,
        objects=lambda place: [acme(place)],
        server=server,
        shows=shows,
        also=("certificate.backoff", *also),
        mend=Place.heal_server if heal else None,
    )


CASES = (
    Case(
        "order-rejected-name",
        "acme.rejected_identifier",
        "The ACME server does not issue for this name",
        "Pebble has the name on its list of blocked domains",
        "use another name",
        objects=lambda place: [acme(place)],
        certificate=lambda place: {"dns_names": [place.host("blocked")]},
        shows="rejectedIdentifier",
        also=["certificate.backoff"],
        better={"dns_names": ["order-rejected-name.example.test"]},
    ),
    Case(
        "order-profile",
        "acme.invalid_profile",
        "The ACME server does not have the profile",
        "an issuer with a profile that Pebble does not have",
        "correct `profile`",
        objects=lambda place: [acme(place, profile="classic")],
        shows="advertise a profile",
        also=["certificate.backoff"],
        mend=lambda place: place.apply(acme(place, profile="shortlived")),
    ),
    _case(
        "order-limit",
        "acme.rate_limited",
        "A rate limit is reached",
        _refused("rateLimited", f"{_LIMIT} 2026-12-01 10:00:00 UTC: see https://ca.test/limits", retry_after=3600),
        "the proxy answers `rateLimited` in the words of Let's Encrypt, Retry-After in seconds",
        "wait",
        shows="error:rateLimited",
        heal=True,
    ),
    _case(
        "order-limit-until",
        "acme.rate_limited",
        "A rate limit is reached, and only the header says until when",
        _refused("rateLimited", "slow down", retry_after=datetime.now(timezone.utc) + timedelta(hours=1)),
        "the proxy answers `rateLimited`, Retry-After as a date",
        "wait",
        shows="error:rateLimited",
    ),
    _case(
        "order-account-gone",
        "acme.account_does_not_exist",
        "The ACME server has forgotten the account",
        _refused("accountDoesNotExist", "unable to find the account by its key ID"),
        "the proxy answers `accountDoesNotExist` to a new order",
        "register anew",
        shows="error:accountDoesNotExist",
        heal=True,
    ),
    _case(
        "order-terms",
        "acme.user_action_required",
        "The ACME server wants something done first",
        _refused("userActionRequired", "the terms of service have changed, see https://ca.test"),
        "the proxy answers `userActionRequired` to a new order",
        "do it",
        shows="error:userActionRequired",
    ),
    _case(
        "order-malformed",
        "acme.malformed",
        "The ACME server does not understand the order",
        _refused("malformed", "invalid character in the request"),
        "the proxy answers `malformed` to a new order",
        "see whether the URL is right",
        shows="error:malformed",
    ),
    _case(
        "order-unauthorized",
        "acme.unauthorized",
        "The ACME server does not let the account order",
        _refused("unauthorized", "account is not allowed to order for this name"),
        "the proxy answers `unauthorized` to a new order",
        "ask the CA",
        shows="error:unauthorized",
    ),
    _case(
        "order-nonces",
        "acme.bad_nonce",
        "The ACME server rejects one nonce after the other",
        _refused("badNonce", "JWS has an invalid anti-replay nonce"),
        "the proxy answers `badNonce` to every new order, each with a fresh nonce",
        "mend the server",
        shows="error:badNonce",
        heal=True,
        also=("order.not_made",),
    ),
    _case(
        "order-server-error",
        "order.not_made",
        "The ACME server has an error of its own",
        _refused("serverInternal", "database is down"),
        "the proxy answers `serverInternal` to a new order; cert-manager tells its log alone",
        "wait",
        shows='"state": null|"orders"',
    ),
    _case(
        "order-busy",
        "order.not_made",
        "The load balancer in front of the ACME server is overloaded",
        [answer("newOrder", 503, "<h1>busy</h1>", retry_after=30)],
        "the proxy answers 503 without a problem document to a new order",
        "wait",
        shows='"orders"',
    ),
    _case(
        "order-cut",
        "order.not_made",
        "Connections end when an order is made",
        [cut("newOrder")],
        "the proxy cuts them",
        "mend the network",
        shows='"orders"',
    ),
    _case(
        "order-caa",
        "acme.caa",
        "A CAA record forbids the CA to issue",
        _refused("caa", "CAA record for order-caa.example.test prevents issuance", "finalize"),
        "the proxy answers `caa` when the order is finalized, as a CA does that looks again",
        "correct the CAA record",
        shows="error:caa",
        heal=True,
    ),
    _case(
        "order-csr",
        "acme.bad_csr",
        "The CA does not take the signing request",
        _refused("badCSR", "signature algorithm is not allowed", "finalize"),
        "the proxy answers `badCSR` when the order is finalized",
        "correct the Certificate",
        shows="error:badCSR",
    ),
    _case(
        "order-expired",
        "order.invalid",
        "The order has expired at the ACME server",
        [patched("order", {"status": "invalid"})],
        "the proxy changes the order's status to `invalid`",
        "order again",
        shows='"state": "invalid"',
    ),
    _case(
        "order-stuck",
        "order.processing",
        "The CA takes its time",
        held(retry_after=3),
        "the proxy keeps the order in `processing`, although the certificate is there",
        "wait",
        shows='"state": "(ready|processing)"',
    ),
)
