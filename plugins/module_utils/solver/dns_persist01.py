# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""dns-persist-01 (draft-ietf-acme-dns-persist): a TXT record that names the CA and the account, and stays for renewals."""

from __future__ import annotations

import typing as t

from ..spec import challenge
from .dns01 import Dns01

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ..spec.challenge import Task
    from . import ports

LABEL = "_validation-persist"


class DnsPersist01(Dns01):
    """Answers as Dns01 does, and leaves the answers."""

    challenge_type = challenge.DNS_PERSIST01

    def clean_up(self, tasks: Sequence[Task]) -> None:
        """The records stay."""


class Nobody:
    """A provider where the records are made by somebody else: they are only looked for."""

    def add(self, records: ports.Records) -> None:
        """Nothing is written."""

    def remove(self, records: ports.Records) -> None:
        """Nothing is taken away."""

    def settle(self, clock: ports.Clock, deadline: float) -> None:
        """There is nothing to wait for."""
