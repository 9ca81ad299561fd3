# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two engines must not keep one Secret: each would replace what the other has issued."""

from __future__ import annotations

import typing as t

from ...diagnose.finding import ERROR, Finding, in_words
from ...errors import CertopsError, Forbidden
from ...spec import kinds

if t.TYPE_CHECKING:
    from ...spec.certificate import CertificateSpec
    from ..ports import Run


def refuse(run: Run, wanted: CertificateSpec) -> None:
    """See that there is no Certificate of cert-manager's with this name; whoever may not read them has none.

    :raises CertopsError: there is one
    """
    try:
        found = run.cluster.get(kinds.CERTIFICATE, wanted.namespace, wanted.name)
    except Forbidden:
        return
    if found is None:
        return
    remedy = "remove the Certificate first; its Secret stays and is taken over as it is"
    finding = Finding("engine.both", ERROR, wanted.title, "is kept by cert-manager already.", remedy)
    raise CertopsError(in_words("Nothing was issued.", [finding]), [finding])
