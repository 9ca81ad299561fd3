# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an Ingress that changes will have a certificate ordered, and what speaks against that order."""

from __future__ import annotations

import typing as t

from ..spec import kinds
from . import ports

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ..diagnose.finding import Finding
    from ..spec.certificate import CertificateSpec
    from ..spec.ingress import IngressSpec


def notes(run: ports.Run, wanted: IngressSpec, live: ports.Object | None) -> list[Finding]:
    """cert-manager's preflight for the certificate behind it, none where it is there already.

    :param live: the Ingress, None where there is none yet
    :raises Unfit: it can't be issued, and the run is to fail
    """
    expected = wanted.expected_certificate
    if run.preflight == ports.OFF or expected is None or not wanted.annotated:
        return []
    certificate = run.cluster.get(kinds.CERTIFICATE, expected.namespace, expected.name)
    if certificate is not None and _covers(certificate, expected):
        return []
    from . import preflight  # not needed, and not loaded, where nothing is issued
    from .preflight_evidence import Subject

    return preflight.check(run, [Subject(expected, certificate, _wanted(wanted, live))])


def _covers(certificate: Mapping[str, t.Any], expected: CertificateSpec) -> bool:
    """Whether it asks for the same names of the same issuer."""
    reference = certificate["spec"]["issuerRef"]
    same = all(reference.get(part, value) == value for part, value in expected.body["issuerRef"].items())
    return same and set(certificate["spec"].get("dnsNames") or ()) == set(expected.body["dnsNames"])


def _wanted(wanted: IngressSpec, live: ports.Object | None) -> ports.Object:
    """The Ingress as far as the checks look at it: its class, its labels, and the addresses that it has."""
    metadata, spec = (live or {}).get("metadata") or {}, (live or {}).get("spec") or {}
    kept = {key: metadata[key] for key in ("labels", "annotations", "creationTimestamp") if key in metadata}
    return {
        "metadata": {**kept, "name": wanted.name, "namespace": wanted.namespace},
        "spec": {"ingressClassName": wanted.ingress_class_name or spec.get("ingressClassName")},
        "status": (live or {}).get("status") or {},
    }
