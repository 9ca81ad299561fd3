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
from . import certificates, signer
from .ports import OFF

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..spec.certificate import CertificateSpec
    from .exposure import Case
    from .ports import Object, Outcome, Run

_POLICY = "certops.kubernetes/rotation-policy"


class ByPolicy:
    """Implements exposure.Rotation."""

    def certificate(self, run: Run, spec: CertificateSpec) -> Object | None:
        return run.cluster.get(kinds.CERTIFICATE, spec.namespace, spec.name)

    def issuer(self, run: Run, live: Object) -> Object | None:
        place = kinds.issuer_of(live)
        return run.cluster.get(*place) if place else None

    def other_signer(self, run: Run, spec: CertificateSpec, live: Object) -> str | None:
        return signer.other_signer(run, live)

    def defined(self, spec: CertificateSpec, live: Object) -> CertificateSpec:
        body = {**live["spec"], **({"privateKey": _policy(live)} if _POLICY in _annotations(live) else {})}
        return replace(spec, body=body)

    def rotating(self, case: Case) -> CertificateSpec:
        spec = case.spec
        if case.elsewhere or not _keeps_key(spec.body):
            return spec
        return replace(spec, body={**spec.body, "privateKey": {**spec.body["privateKey"], "rotationPolicy": "Always"}})

    def prepare(self, run: Run, case: Case) -> None:
        if not case.renewed and case.elsewhere and _keeps_key(case.spec.body):
            _set_policy(run, case.spec, "Always", note="Never")

    def ensure(self, run: Run, wanted: Sequence[CertificateSpec]) -> Outcome:
        return certificates.ensure(run, wanted)

    def restored(self, run: Run, cases: Sequence[Case], wanted: Sequence[CertificateSpec], outcome: Outcome) -> Outcome:
        for case in cases:
            if case.elsewhere and _keeps_key(case.spec.body):
                _set_policy(run, case.spec, "Never", note=None)
        return certificates.ensure(replace(run, preflight=OFF), [replace(spec, renew="never") for spec in wanted])


def _set_policy(run: Run, spec: CertificateSpec, policy: str, note: str | None) -> None:
    patch = {
        "metadata": {"annotations": {_POLICY: note}},
        "spec": {"privateKey": {"rotationPolicy": policy}},
    }
    run.cluster.merge(kinds.CERTIFICATE, spec.namespace, spec.name, patch)


def _keeps_key(body: Mapping[str, t.Any]) -> bool:
    return (body.get("privateKey") or {}).get("rotationPolicy") == "Never"


def _annotations(live: Object) -> dict[str, str]:
    return live["metadata"].get("annotations") or {}


def _policy(live: Object) -> dict[str, t.Any]:
    """The private key's options as they were before an earlier run."""
    return {**(live["spec"].get("privateKey") or {}), "rotationPolicy": _annotations(live)[_POLICY]}
