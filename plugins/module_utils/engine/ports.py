# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an engine is handed: the cluster, the clock, and how this run is to be done."""

from __future__ import annotations

import base64
import typing as t
from dataclasses import dataclass, field

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from ..diagnose.dns_answers import Answer, Zone
    from ..diagnose.finding import Finding
    from ..diagnose.served import Failure, Response
    from ..spec import kinds
    from ..spec.challenge import Task

FAIL, WARN, OFF = "fail", "warn", "off"

Object = dict[str, t.Any]
Event = tuple["kinds.Kind", str, t.Any]


class Server(t.NamedTuple):
    """An ACME server and the account on it.

    :param account_uri: None where it isn't known yet
    :param trust: PEM of the roots of the server's HTTPS certificate, None for the system's
    :param patience: seconds that one request may take, with all repetitions
    """

    directory_url: str
    key_pem: bytes
    account_uri: str | None
    trust: str | None
    verify: bool
    patience: float

    @classmethod
    def of(cls, acme: Mapping[str, t.Any], key_pem: bytes, account_uri: str | None, patience: float) -> Server:
        """The server that an issuer's ``acme`` names."""
        bundle = acme.get("caBundle")
        trust = base64.b64decode(bundle).decode() if bundle else None
        return cls(acme["server"], key_pem, account_uri, trust, not acme.get("skipTLSVerify"), patience)


class Events(t.Protocol):
    """The events of one or more watches (kube/feed.py)."""

    def next(self, timeout: float) -> Event | None: ...

    def close(self) -> None: ...


class Cluster(t.Protocol):
    """The verbs of the Kubernetes API (kube/cluster.py); raises the ApiErrors of errors.py."""

    def get(self, kind: kinds.Kind, namespace: str | None, name: str) -> Object | None: ...

    def list(
        self, kind: kinds.Kind, namespace: str | None = None, fields: str | None = None, labels: str | None = None
    ) -> tuple[list[Object], str]: ...

    def apply(
        self, kind: kinds.Kind, manifest: Mapping[str, t.Any], manager: str, force: bool = False, dry_run: bool = False
    ) -> Object: ...

    def merge(
        self,
        kind: kinds.Kind,
        namespace: str | None,
        name: str,
        patch: Mapping[str, t.Any],
        subresource: str | None = None,
    ) -> Object: ...

    def create(self, kind: kinds.Kind, manifest: Mapping[str, t.Any], dry_run: bool = False) -> Object: ...

    def delete(
        self, kind: kinds.Kind, namespace: str | None, name: str, uid: str | None = None, orphan: bool = False
    ) -> bool: ...

    def follow(self, *watches: kinds.Watch) -> Events: ...


class Resolver(t.Protocol):
    """Asks DNS (dns/resolver.py). Whatever DNS says is an answer, never an exception."""

    def answer(self, name: str, rdtype: str) -> Answer: ...

    def zone(self, name: str) -> Zone | None: ...

    def authoritative(self, name: str, rdtype: str) -> tuple[Answer, ...]: ...

    def canonical(self, name: str) -> str: ...


class Solver(t.Protocol):
    """Answers challenges of one type, a batch at a time; all four may be repeated without harm (solver/)."""

    challenge_type: str

    def prepare(self, tasks: Sequence[Task]) -> None:
        """Begin with what takes a while to start, and don't wait for it; these tasks will be among those presented."""

    def present(self, tasks: Sequence[Task]) -> None:
        """Make the answers, in as few requests as the service allows."""

    def await_visible(self, tasks: Sequence[Task], deadline: float) -> None:
        """Return once every answer is there for the CA to see.

        :param deadline: a moment of the monotonic clock, seconds
        :raises NotReady: with a finding for each cause
        """

    def clean_up(self, tasks: Sequence[Task]) -> None:
        """Take away the answers of these tasks, and nothing else."""


class Visit(t.Protocol):
    """One HTTP request to port 80 of an address (probe/visit.py)."""

    def __call__(self, host: str, address: str, path: str, seconds: float) -> Response | Failure: ...


class Revoke(t.Protocol):
    """Revokes a certificate by its own key (RFC 8555, 7.6)."""

    def __call__(self, server: Server, clock: Clock, der: bytes, reason: int) -> bool:
        """False when it was revoked before.

        :param server: with the certificate's private key in place of an account's
        :param reason: of RFC 5280, 5.3.1
        :raises AcmeError: the server refuses, or can't be reached
        """


@dataclass(frozen=True)
class Clock:
    """Time, so that tests can turn it.

    :param now: the time of day, aware, UTC
    :param monotonic: seconds that never go back
    :param sleep: pause for so many seconds
    """

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]


@dataclass(frozen=True)
class Run:
    """How the work is to be done.

    :param check_mode: plan only, change nothing
    :param wait: wait until it is as wanted
    :param timeout: seconds to wait at most
    :param force: take over fields that other managers own
    :param preflight: what becomes of what is found before an order: FAIL, WARN, or OFF, not to look
    :param resolver: asks DNS, which most runs need not
    :param cluster_resource_namespace: where ClusterIssuers of the direct engine are kept
    :param visit: asks port 80 of hosts, before an order
    :param revoke: has an ACME server revoke a certificate
    """

    cluster: Cluster
    clock: Clock
    check_mode: bool = False
    wait: bool = True
    timeout: float = 120.0
    force: bool = False
    preflight: str = OFF
    resolver: Resolver | None = None
    cluster_resource_namespace: str = "cert-manager"
    visit: Visit | None = None
    revoke: Revoke | None = None


@dataclass(frozen=True)
class Outcome:
    """What happened, in the shape of a module's result.

    :param facts: the module's own return values, JSON-able, never a key byte
    :param diff: one ``before``/``after`` pair for each object that changes
    """

    changed: bool
    facts: Mapping[str, t.Any]
    diff: Sequence[Mapping[str, t.Any]] = ()
    findings: Sequence[Finding] = field(default=())
