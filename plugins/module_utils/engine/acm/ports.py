# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the work on ACM is handed."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...spec.acm import Known, Summary
    from .. import ports


class Certificates(t.Protocol):
    """The certificates of one account and region (aws/acm.py); raises ProviderError."""

    def summaries(self) -> list[Summary]: ...

    def describe(self, arn: str) -> Known | None: ...

    def tags(self, arn: str) -> dict[str, str]: ...

    def content(self, arn: str) -> bytes: ...

    def request(self, names: Sequence[str], key_algorithm: str, tags: Mapping[str, str], token: str) -> str: ...

    def put(self, certificate: bytes, key: bytes, chain: bytes, arn: str | None, tags: Mapping[str, str]) -> str: ...

    def tag(self, arn: str, tags: Mapping[str, str]) -> None: ...

    def delete(self, arn: str) -> bool: ...


class Records(t.Protocol):
    """CNAME records (aws/cnames.py); raises ProviderError."""

    def missing(self, wanted: Mapping[str, str]) -> dict[str, str]: ...

    def write(self, records: Mapping[str, str]) -> None: ...


@dataclass(frozen=True)
class AcmRun:
    """How the work is to be done.

    :param records: who writes validation records; None where others do
    :param timeout: seconds to wait at most for a certificate to be issued
    :param cluster: where the Secret is that is imported
    :param resolver: is asked for the validation records when the time is out
    """

    certificates: Certificates
    records: Records | None
    clock: ports.Clock
    check_mode: bool = False
    wait: bool = True
    timeout: float = 900.0
    cluster: ports.Cluster | None = None
    resolver: ports.Resolver | None = None
