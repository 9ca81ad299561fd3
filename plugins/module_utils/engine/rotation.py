# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How cert-manager gives a certificate another key: by the rotation policy Always, while it renews.

    policy Always ─► renew, wait ─► policy as it was

Of a Certificate that is defined elsewhere, the policy is patched, and an annotation tells that it is another one than there.
"""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ..spec import kinds
from . import certificates, ports, signer

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..spec.certificate import CertificateSpec
    from .exposure import Case

_POLICY = "certops.kubernetes/rotation-policy"


class ByPolicy:
    """Implements exposure.Rotation."""

    def certificate(self, run: ports.Run, spec: CertificateSpec) -> ports.Object | None:
        return run.cluster.get(kinds.CERTIFICATE, spec.namespace, spec.name)

    def issuer(self, run: ports.Run, live: ports.Object) -> ports.Object | None:
        place = kinds.issuer_of(live)
        return run.cluster.get(*place) if place else None

    def other_signer(self, run: ports.Run, spec: CertificateSpec, live: ports.Object) -> str | None:
        return signer.other_signer(run, live)

    def defined(self, spec: CertificateSpec, live: ports.Object) -> CertificateSpec:
        body = {**live["spec"], **({"privateKey": _policy(live)} if _POLICY in _annotations(live) else {})}
        return replace(spec, body=body)

    def rotating(self, case: Case) -> CertificateSpec:
        spec = case.spec
        if case.elsewhere or not _keeps_key(spec.body):
            return spec
        return replace(spec, body={**spec.body, "privateKey": {**spec.body["privateKey"], "rotationPolicy": "Always"}})

    def prepare(self, run: ports.Run, case: Case) -> None:
        if not case.renewed and case.elsewhere and _keeps_key(case.spec.body):
            _set_policy(run, case.spec, "Always", note="Never")

    def ensure(self, run: ports.Run, wanted: Sequence[CertificateSpec]) -> ports.Outcome:
        return certificates.ensure(run, wanted)

    def restored(
        self, run: ports.Run, cases: Sequence[Case], wanted: Sequence[CertificateSpec], outcome: ports.Outcome
    ) -> ports.Outcome:
        for case in cases:
            if case.elsewhere and _keeps_key(case.spec.body):
                _set_policy(run, case.spec, "Never", note=None)
        return certificates.ensure(replace(run, preflight=ports.OFF), [replace(spec, renew="never") for spec in wanted])


def _set_policy(run: ports.Run, spec: CertificateSpec, policy: str, note: str | None) -> None:
    patch = {
        "metadata": {"annotations": {_POLICY: note}},
        "spec": {"privateKey": {"rotationPolicy": policy}},
    }
    run.cluster.merge(kinds.CERTIFICATE, spec.namespace, spec.name, patch)


def _keeps_key(body: Mapping[str, t.Any]) -> bool:
    return (body.get("privateKey") or {}).get("rotationPolicy") == "Never"


def _annotations(live: ports.Object) -> dict[str, str]:
    return live["metadata"].get("annotations") or {}


def _policy(live: ports.Object) -> dict[str, t.Any]:
    """The private key's options as they were before an earlier run."""
    return {**(live["spec"].get("privateKey") or {}), "rotationPolicy": _annotations(live)[_POLICY]}
