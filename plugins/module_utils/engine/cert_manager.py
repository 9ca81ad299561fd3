# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine that leaves the work to cert-manager: custom resources in, and a wait that can't be fooled."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ..spec import kinds
    from ..spec.certificate import CertificateSpec
    from ..spec.issuer import IssuerSpec
    from . import ports, protocol


class CertManager:
    """Implements protocol.Engine with cert-manager.io/v1.

    Each method loads what it takes itself, so that no run pays for the others.
    """

    def ensure_issuer(self, run: ports.Run, wanted: IssuerSpec) -> ports.Outcome:
        from . import issuers

        return issuers.ensure(run, wanted)

    def remove_issuer(
        self, run: ports.Run, kind: kinds.Kind, namespace: str | None, name: str, secrets: protocol.IssuerSecrets
    ) -> ports.Outcome:
        from . import issuers

        return issuers.remove(run, kind, namespace, name, secrets)

    def reads_annotations(self, run: ports.Run, wanted: CertificateSpec) -> bool:
        return True

    def ensure_certificates(self, run: ports.Run, wanted: Sequence[CertificateSpec]) -> ports.Outcome:
        if any(spec.renew == "key_exposed" for spec in wanted):
            from . import exposure, rotation

            return exposure.ensure(run, wanted, rotation.ByPolicy())
        from . import certificates

        return certificates.ensure(run, wanted)

    def remove_certificates(
        self, run: ports.Run, targets: Sequence[protocol.CertificateTarget], delete_secret: bool
    ) -> ports.Outcome:
        from . import certificates

        return certificates.remove(run, targets, delete_secret)
