# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine that does the work itself: no controller, no CRDs; what it must remember is kept in ConfigMaps."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ...spec import kinds
    from ...spec.certificate import CertificateSpec
    from ...spec.issuer import IssuerSpec
    from .. import ports, protocol
    from . import ports as direct_ports


class Direct:
    """Implements protocol.Engine with Secrets and ConfigMaps alone.

    Each method loads what it takes itself, so that no run pays for the others.
    """

    def __init__(self, parts: direct_ports.Parts) -> None:
        self._parts = parts

    def ensure_issuer(self, run: ports.Run, wanted: IssuerSpec) -> ports.Outcome:
        from . import issuers

        return issuers.ensure(run, self._parts, wanted)

    def remove_issuer(
        self, run: ports.Run, kind: kinds.Kind, namespace: str | None, name: str, secrets: protocol.IssuerSecrets
    ) -> ports.Outcome:
        from . import issuers

        return issuers.remove(run, self._parts, kind, namespace, name, secrets)

    def reads_annotations(self, run: ports.Run, wanted: CertificateSpec) -> bool:
        return False

    def ensure_certificates(self, run: ports.Run, wanted: Sequence[CertificateSpec]) -> ports.Outcome:
        if any(spec.renew == "key_exposed" for spec in wanted):
            from .. import exposure
            from . import rotation

            return exposure.ensure(run, wanted, rotation.Anew(self._parts))
        from . import certificates

        return certificates.ensure(run, self._parts, wanted)

    def remove_certificates(
        self, run: ports.Run, targets: Sequence[protocol.CertificateTarget], delete_secret: bool
    ) -> ports.Outcome:
        from . import certificates

        return certificates.remove(run, self._parts, targets, delete_secret)
