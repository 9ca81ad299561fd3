# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which part of a cluster's TLS is looked at."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .. import errors
from . import duration, rules

if t.TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta


@dataclass(frozen=True)
class Scope:
    """What is wanted.

    :param namespaces: empty: all of them
    :param label_selector: of Ingresses, Gateways and Certificates, in the API's own syntax; the server applies it
    :param within: how long before its end a certificate counts as expiring; None: never
    """

    namespaces: tuple[str, ...] = ()
    label_selector: str | None = None
    within: timedelta | None = None

    def has(self, namespace: str) -> bool:
        """Whether the namespace belongs to it."""
        return not self.namespaces or namespace in self.namespaces


def from_parameters(p: Mapping[str, t.Any]) -> Scope:
    """Check a module's parameters.

    :raises SpecError: with every broken rule
    """
    problems = [problem for name in p["namespaces"] or () for problem in rules.namespace("namespaces", name)]
    if p["namespaces"] == []:
        problems.append("namespaces: empty; leave the option out for all namespaces")
    problems += rules.span("within", p["within"], days=True)
    if problems:
        raise errors.SpecError(problems)
    within = duration.parse(p["within"], days=True) if p["within"] else None
    return Scope(tuple(dict.fromkeys(p["namespaces"] or ())), p["label_selector"], within)
