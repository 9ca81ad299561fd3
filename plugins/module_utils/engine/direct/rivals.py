# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two engines must not keep one Secret: each would replace what the other has issued."""

from __future__ import annotations

import typing as t

from ... import errors
from ...diagnose.finding import ERROR, Finding, in_words
from ...spec import kinds
from .. import reading

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ...spec.certificate import CertificateSpec
    from .. import ports


def refuse(run: ports.Run, wanted: Sequence[CertificateSpec]) -> None:
    """See that there is no Certificate of cert-manager's with these names; whoever may not read them has none.

    :raises CertopsError: there is one
    """
    found = reading.objects(
        wanted,
        lambda namespace: run.cluster.list(kinds.CERTIFICATE, namespace)[0],
        lambda namespace, name: _read(run, namespace, name),
    )
    kept = {(live["metadata"]["namespace"], live["metadata"]["name"]) for live in found}
    both = [spec for spec in wanted if (spec.namespace, spec.name) in kept]
    if not both:
        return
    remedy = "remove the Certificate first; its Secret stays and is taken over as it is"
    findings = [Finding("engine.both", ERROR, spec.title, "is kept by cert-manager already.", remedy) for spec in both]
    raise errors.CertopsError(in_words("Nothing was issued.", findings), findings)


def _read(run: ports.Run, namespace: str, name: str) -> ports.Object | None:
    try:
        return run.cluster.get(kinds.CERTIFICATE, namespace, name)
    except errors.Forbidden:
        return None
