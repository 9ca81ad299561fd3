# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done to a request: one flat, JSON-able Fault, and a function for each kind of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any

# Endpoint → how its path begins on Pebble (wfe/wfe.go); names are those of the directory and of RFC 8555, 7.1.
ENDPOINTS = {
    "directory": "/dir",
    "newNonce": "/nonce-plz",
    "newAccount": "/sign-me-up",
    "account": "/my-account/",
    "newOrder": "/order-plz",
    "order": "/my-order/",
    "finalize": "/finalize-order/",
    "authorization": "/authZ/",
    "challenge": "/chalZ/",
    "certificate": "/certZ/",
    "revokeCert": "/revoke-cert",
    "keyChange": "/rollover-account-key",
    "renewalInfo": "/draft-ietf-acme-ari-03/renewalInfo/",
}
# The status that RFC 8555 and Boulder (probs/probs.go) answer with, where it isn't 400.
_STATUS = {
    "caa": 403,
    "externalAccountRequired": 403,
    "orderNotReady": 403,
    "rateLimited": 429,
    "serverInternal": 500,
    "unauthorized": 403,
    "userActionRequired": 403,
}

RetryAfter = int | datetime | None


@dataclass(frozen=True)
class Fault:
    """What happens to requests. Those of status, cut and delay are not passed on, unless `reaches` says so.

    endpoint: a name of ENDPOINTS, "" for all. method: "" for all.
    skip: so many requests are spared before. times: so many suffer, None for all.
    delay: seconds before anything else happens.
    status, headers, body: the answer instead of the server's.
    patch: a JSON merge patch (RFC 7396) for the server's answer, if that has all members of `where`; headers are added.
    cut: the connection ends after so many bytes of the answer's body, and with -1 before anything of the answer.
    reaches: whether the server gets the request that is cut.
    """

    endpoint: str = ""
    method: str = ""
    skip: int = 0
    times: int | None = None
    delay: float = 0.0
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    patch: Mapping[str, Any] | None = None
    where: Mapping[str, Any] = field(default_factory=dict)
    cut: int | None = None
    reaches: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError for an endpoint that there isn't: such a fault would never be seen."""
        if self.endpoint not in ("", *ENDPOINTS):
            raise ValueError(f"no endpoint {self.endpoint!r}; there are {', '.join(ENDPOINTS)}")

    def fits(self, method: str, endpoint: str) -> bool:
        return self.method in ("", method) and self.endpoint in ("", endpoint)

    def as_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


def endpoint_of(path: str) -> str:
    """The name of the endpoint that a path is of, "" for none."""
    exact = {prefix: name for name, prefix in ENDPOINTS.items()}.get(path)
    return exact or next((name for name, start in ENDPOINTS.items() if start[-1] == "/" and path.startswith(start)), "")


def problem(endpoint: str, kind: str, detail: str, *, retry_after: RetryAfter = None, **more: Any) -> Fault:
    """A problem document (RFC 8555, 6.7). more: any field of Fault; `subproblems` and `identifier` go into it."""
    status = more.pop("status", _STATUS.get(kind, 400))
    document = {"type": f"urn:ietf:params:acme:error:{kind}", "detail": detail, "status": status}
    document |= {name: more.pop(name) for name in ("subproblems", "identifier") if name in more}
    headers = {"Content-Type": "application/problem+json", **retry(retry_after)}
    return Fault(endpoint, status=status, headers=headers, body=document, **more)


def answer(endpoint: str, status: int, body: str = "", *, retry_after: RetryAfter = None, **more: Any) -> Fault:
    """An answer that is no problem document, such as a load balancer's."""
    return Fault(
        endpoint, status=status, headers={"Content-Type": "text/html", **retry(retry_after)}, body=body, **more
    )


def cut(endpoint: str, **more: Any) -> Fault:
    """The connection ends before the server gets the request."""
    return Fault(endpoint, cut=-1, **more)


def lost(endpoint: str, **more: Any) -> Fault:
    """The server does what was asked, and the connection ends before its answer."""
    return Fault(endpoint, cut=-1, reaches=True, **more)


def truncated(endpoint: str, length: int, **more: Any) -> Fault:
    """The server's answer ends after so many bytes of its body."""
    return Fault(endpoint, cut=length, reaches=True, **more)


def slow(endpoint: str, seconds: float, **more: Any) -> Fault:
    return Fault(endpoint, delay=seconds, **more)


def patched(endpoint: str, patch: Mapping[str, Any], **more: Any) -> Fault:
    """The server's answer with other members; with `where`, only if it has those."""
    return Fault(endpoint, patch=patch, **more)


def held(*, retry_after: RetryAfter = None, **more: Any) -> list[Fault]:
    """Orders stay in processing although the certificate is there (RFC 8555, 7.4)."""
    patch = {"status": "processing", "certificate": None}
    return [
        patched(endpoint, patch, where={"status": "valid"}, headers=retry(retry_after), **more)
        for endpoint in ("finalize", "order")
    ]


def retry(after: RetryAfter) -> dict[str, str]:
    """The header Retry-After in seconds or as a date (RFC 9110, 10.2.3), or no header."""
    if after is None:
        return {}
    return {"Retry-After": format_datetime(after, usegmt=True) if isinstance(after, datetime) else str(after)}
