# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading what is kept of many certificates, in as few requests as it takes and with no right more than is there."""

from __future__ import annotations

import typing as t

from .. import errors
from . import parallel

if t.TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..spec.certificate import CertificateSpec
    from . import ports

# From so many in one namespace on, one list request is cheaper than a request each.
_LIST_FROM = 8


def objects(
    wanted: Sequence[CertificateSpec],
    listed: Callable[[str], list[ports.Object]],
    one: Callable[[str, str], ports.Object | None],
) -> list[ports.Object]:
    """Those of these certificates; where they were listed, the others of the namespace too.

    :param listed: all of a namespace
    :param one: by namespace and the certificate's name
    """
    by_namespace: dict[str, list[str]] = {}
    for spec in wanted:
        by_namespace.setdefault(spec.namespace, []).append(spec.name)
    found: list[ports.Object] = []
    for namespace, names in by_namespace.items():
        whole = _listed(listed, namespace) if len(names) >= _LIST_FROM else None
        found += _each(one, namespace, names) if whole is None else whole
    return found


def _listed(listed: Callable[[str], list[ports.Object]], namespace: str) -> list[ports.Object] | None:
    """None where listing is not allowed; reading one by one may still be."""
    try:
        return listed(namespace)
    except errors.NotFound:  # there is no such kind
        return []
    except errors.Forbidden:
        return None


def _each(one: Callable[[str, str], ports.Object | None], namespace: str, names: Sequence[str]) -> list[ports.Object]:
    return [found for found in parallel.each(lambda name: one(namespace, name), names) if found is not None]
