# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that was gathered about one certificate; every part may be missing, and why is kept."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

if t.TYPE_CHECKING:
    from collections.abc import Mapping

Object = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Evidence:
    """The chain behind one Certificate, as the API returns the objects.

    :param issuer: None when it doesn't exist, isn't cert-manager's own kind, or couldn't be read (see ``errors``)
    :param errors: what couldn't be read: plural of the kind → the server's answer
    """

    certificate: Object
    issuer: Object | None = None
    requests: tuple[Object, ...] = ()
    orders: tuple[Object, ...] = ()
    challenges: tuple[Object, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def namespace(self) -> str:
        """The Certificate's namespace."""
        return str(self.certificate["metadata"]["namespace"])
