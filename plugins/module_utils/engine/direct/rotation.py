# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the direct engine gives a certificate another key: a renewal that takes no key that was in use (next_key, local)."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ...diagnose import readiness
from ...spec import kinds
from ...spec.direct import record
from ...x509.leaf import X509Error, parse_chain
from . import certificates, observe, plan, records

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ...spec.certificate import CertificateSpec
    from .. import ports
    from ..exposure import Case
    from . import ports as direct_ports


class Anew:
    """Implements exposure.Rotation."""

    def __init__(self, parts: direct_ports.Parts) -> None:
        self._parts = parts

    def certificate(self, run: ports.Run, spec: CertificateSpec) -> ports.Object | None:
        kept = records.read(run, kinds.CERTIFICATE, spec.namespace, spec.name)
        return record.as_object(kept) if kept else None

    def issuer(self, run: ports.Run, live: ports.Object) -> ports.Object | None:
        reference, namespace = live["spec"]["issuerRef"], live["metadata"]["namespace"]
        found = observe.issuer(run, observe.place(run, reference, namespace))
        return record.as_object(found.config_map) if found else None

    def other_signer(self, run: ports.Run, spec: CertificateSpec, live: ports.Object) -> str | None:
        [seen] = observe.look(run, [replace(spec, body=live["spec"])])
        try:
            served = parse_chain(readiness.value(seen.secret or {}, "tls.crt"))
        except X509Error:
            return None
        return plan.other_signer(seen, seen.issuer, served) or None if seen.issuer and served else None

    def defined(self, spec: CertificateSpec, live: ports.Object) -> CertificateSpec:
        return replace(spec, body=live["spec"])

    def rotating(self, case: Case) -> CertificateSpec:
        return case.spec

    def prepare(self, run: ports.Run, case: Case) -> None:
        """The renewal itself knows that it may not keep the key."""

    def ensure(self, run: ports.Run, wanted: Sequence[CertificateSpec]) -> ports.Outcome:
        return certificates.ensure(run, self._parts, wanted)

    def restored(
        self, run: ports.Run, cases: Sequence[Case], wanted: Sequence[CertificateSpec], outcome: ports.Outcome
    ) -> ports.Outcome:
        return outcome
