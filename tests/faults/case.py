# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One row of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.acme_proxy.faults import Fault

if TYPE_CHECKING:
    from .place import Place

Manifest = dict[str, Any]


def _nothing(place: Place) -> Iterable[Manifest]:
    return ()


@dataclass(frozen=True)
class Case:
    """A fault, how it is made, by which finding it is named, and how it is mended.

    name: of its namespace, below the prefix of all. code: the first finding.
    fault, how, mended: sentences for people, without a full stop.
    objects: what there is before the Certificate. server: what happens to requests to the case's ACME server.
    certificate: options of the module, beside name, namespace, secret_name, and dns_names (the case's host); None when
    it is made by something else.
    then: done once the Certificate is there.
    shows: a regular expression for the place in the evidence by which the fault can be seen, "" for at once.
    also: other findings that there may be: consequences of this cause.
    served: the Certificate is ready all the same, so the module does not fail.
    user: who looks and asks, if not the cluster's administrator.
    mend: what takes the cause away; better: options that do. Neither: that isn't played.
    restore: takes back what others suffer from as well; it is done whatever happens.
    """

    name: str
    code: str
    fault: str
    how: str
    mended: str = ""
    objects: Callable[[Place], Iterable[Manifest]] = _nothing
    server: Sequence[Fault] = ()
    certificate: Callable[[Place], Mapping[str, Any]] | None = lambda place: {}
    then: Callable[[Place], None] | None = None
    shows: str = ""
    also: Sequence[str] = field(default=())
    served: bool = False
    user: str | None = None
    mend: Callable[[Place], None] | None = None
    better: Mapping[str, Any] = field(default_factory=dict)
    restore: Callable[[Place], None] | None = None

    @property
    def can_be_mended(self) -> bool:
        return bool(self.mend or self.better)
