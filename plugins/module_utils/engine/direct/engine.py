# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine that does the work itself: no controller, no CRDs; what it must remember is kept in ConfigMaps."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ...spec.certificate import CertificateSpec
    from ...spec.issuer import IssuerSpec
    from ...spec.kinds import Kind
    from ..ports import Outcome, Run
    from ..protocol import CertificateTarget, IssuerSecrets
    from .ports import Parts


class Direct:
    """Implements protocol.Engine with Secrets and ConfigMaps alone.

    Each method loads what it takes itself, so that no run pays for the others.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def ensure_issuer(self, run: Run, wanted: IssuerSpec) -> Outcome:
        from . import issuers

        return issuers.ensure(run, self._parts, wanted)

    def remove_issuer(self, run: Run, kind: Kind, namespace: str | None, name: str, secrets: IssuerSecrets) -> Outcome:
        from . import issuers

        return issuers.remove(run, self._parts, kind, namespace, name, secrets)

    def reads_annotations(self, run: Run, wanted: CertificateSpec) -> bool:
        return False

    def ensure_certificates(self, run: Run, wanted: Sequence[CertificateSpec]) -> Outcome:
        if any(spec.renew == "key_exposed" for spec in wanted):
            from .. import exposure
            from . import rotation

            return exposure.ensure(run, wanted, rotation.Anew(self._parts))
        from . import certificates

        return certificates.ensure(run, self._parts, wanted)

    def remove_certificates(self, run: Run, targets: Sequence[CertificateTarget], delete_secret: bool) -> Outcome:
        from . import certificates

        return certificates.remove(run, self._parts, targets, delete_secret)
