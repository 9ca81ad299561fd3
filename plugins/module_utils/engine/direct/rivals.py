# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two engines must not keep one Secret: each would replace what the other has issued."""

from __future__ import annotations

import typing as t

from ...diagnose.finding import ERROR, Finding, in_words
from ...errors import CertopsError, Forbidden, NotFound
from ...spec import kinds
from .. import parallel

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ...spec.certificate import CertificateSpec
    from ..ports import Run

# From so many in one namespace on, one list request is cheaper than a request each.
_LIST_FROM = 8


def refuse(run: Run, wanted: Sequence[CertificateSpec]) -> None:
    """See that there is no Certificate of cert-manager's with these names; whoever may not read them has none.

    :raises CertopsError: there is one
    """
    by_namespace: dict[str, list[CertificateSpec]] = {}
    for spec in wanted:
        by_namespace.setdefault(spec.namespace, []).append(spec)
    both = [spec for namespace, specs in by_namespace.items() for spec in _kept(run, namespace, specs)]
    if not both:
        return
    remedy = "remove the Certificate first; its Secret stays and is taken over as it is"
    findings = [Finding("engine.both", ERROR, spec.title, "is kept by cert-manager already.", remedy) for spec in both]
    raise CertopsError(in_words("Nothing was issued.", findings), findings)


def _kept(run: Run, namespace: str, wanted: Sequence[CertificateSpec]) -> list[CertificateSpec]:
    """Those that cert-manager has, too."""
    names = _listed(run, namespace) if len(wanted) >= _LIST_FROM else None
    if names is not None:
        return [spec for spec in wanted if spec.name in names]
    found = parallel.each(lambda spec: _is_there(run, spec), wanted)
    return [spec for spec, there in zip(wanted, found, strict=True) if there]


def _listed(run: Run, namespace: str) -> frozenset[str] | None:
    """None where listing is not allowed; reading one by one may still be."""
    try:
        found, _version = run.cluster.list(kinds.CERTIFICATE, namespace)
    except NotFound:  # there is no such kind
        return frozenset()
    except Forbidden:
        return None
    return frozenset(item["metadata"]["name"] for item in found)


def _is_there(run: Run, wanted: CertificateSpec) -> bool:
    try:
        return run.cluster.get(kinds.CERTIFICATE, wanted.namespace, wanted.name) is not None
    except Forbidden:
        return False
