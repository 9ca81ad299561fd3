# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the solvers are handed, as far as they use it; engine/ports.py has the whole."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from ..diagnose.dns_answers import Answer, Zone
    from ..diagnose.served import Failure, Page
    from ..spec import kinds

Object = dict[str, t.Any]
# Name without the dot at its end → values of its TXT record.
Records = t.Mapping[str, t.Collection[str]]
Item = t.TypeVar("Item")
Result = t.TypeVar("Result")


class Clock(t.Protocol):
    """The time of day (aware), seconds that never go back, and a pause."""

    @property
    def now(self) -> Callable[[], datetime]: ...

    @property
    def monotonic(self) -> Callable[[], float]: ...

    @property
    def sleep(self) -> Callable[[float], None]: ...


class Cluster(t.Protocol):
    """Some verbs of the Kubernetes API (kube/cluster.py)."""

    def get(self, kind: kinds.Kind, namespace: str | None, name: str) -> Object | None: ...

    def list(
        self, kind: kinds.Kind, namespace: str | None = None, fields: str | None = None, labels: str | None = None
    ) -> tuple[list[Object], str]: ...

    def apply(
        self, kind: kinds.Kind, manifest: Mapping[str, t.Any], manager: str, force: bool = False, dry_run: bool = False
    ) -> Object: ...

    def merge(self, kind: kinds.Kind, namespace: str | None, name: str, patch: Mapping[str, t.Any]) -> Object: ...

    def delete(self, kind: kinds.Kind, namespace: str | None, name: str, uid: str | None = None) -> bool: ...


class Resolver(t.Protocol):
    """Asks DNS (dns/resolver.py)."""

    def answer(self, name: str, rdtype: str) -> Answer: ...

    def zone(self, name: str) -> Zone | None: ...

    def authoritative(self, name: str, rdtype: str) -> tuple[Answer, ...]: ...

    def canonical(self, name: str) -> str: ...


class Writer(t.Protocol):
    """A DNS provider: adds values to TXT records, and takes them away again (dns/update.py, aws/route53.py).

    Values that others have written to the same names stay. Doing either twice is harmless.

    :raises ProviderError: from all three
    """

    def add(self, records: Records) -> None: ...

    def remove(self, records: Records) -> None: ...

    def settle(self, clock: Clock, deadline: float) -> None:
        """Return once the provider has handed what was added to all of its servers, as far as it can tell."""


class Fetch(t.Protocol):
    """Gets a page of a host from an address, as an ACME server would (probe/fetch.py)."""

    def __call__(self, host: str, address: str, path: str, seconds: float) -> Page | Failure: ...


class Each(t.Protocol):
    """Calls a function for every item, some at a time (engine/parallel.py)."""

    def __call__(self, function: Callable[[Item], Result], items: Sequence[Item], /) -> list[Result]: ...
