# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The certificate behind an Ingress: made by cert-manager from its annotations, or explicitly, by either engine."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from .. import errors
from ..diagnose.finding import ERROR, Finding
from ..spec import kinds
from . import ports, protocol, removal, waiting
from .direct import certificates as direct

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ..spec.ingress import IngressSpec


def follow(run: ports.Run, engine: protocol.Engine, wanted: IngressSpec) -> IngressSpec:
    """The same with what the engine says to annotations: only cert-manager reads them."""
    expected = wanted.expected_certificate
    return wanted if expected is None else replace(wanted, annotated=engine.reads_annotations(run, expected))


def explicit(
    run: ports.Run, engine: protocol.Engine, wanted: IngressSpec, ingress: Mapping[str, t.Any]
) -> ports.Outcome:
    """Make the certificate, where no annotation does.

    :param ingress: the facts of the Ingress, for the case that it fails
    :raises NotReady: it could not be issued; the Ingress stays as it is
    """
    if wanted.explicit_certificate is None:
        return ports.Outcome(False, {})
    try:
        return engine.ensure_certificates(replace(run, wait=False), [wanted.explicit_certificate])
    except errors.NotReady as error:
        [certificate] = error.facts["certificates"]
        changed = bool(error.facts.get("changed"))
        error.facts = {"changed": changed, "ingress": dict(ingress), "certificate": certificate}
        raise


def findings(run: ports.Run, wanted: IngressSpec, state: waiting.State) -> list[Finding]:
    """Why cert-manager's isn't ready. It says only in an Event that it can't make a Certificate of an Ingress."""
    selector = f"involvedObject.kind=Ingress,involvedObject.name={wanted.name},reason=BadConfig"
    try:
        events, _version = run.cluster.list(kinds.EVENT, wanted.namespace, selector)
    except errors.ApiError:
        events = []
    messages = list(dict.fromkeys(event.get("message") or "" for event in events))
    remedy = "correct the annotation or tls entry of the Ingress that this names; cert-manager then looks again"
    refused = [
        Finding("ingress.bad_config", ERROR, wanted.title, f"cert-manager refuses it: {said}", remedy)
        for said in messages
    ]
    return refused + waiting.diagnosed(run, state)


def doomed(
    run: ports.Run, namespace: str, name: str, made_for: Mapping[str, t.Any] | None = None
) -> list[removal.Doomed]:
    """What either engine keeps of a certificate.

    :param made_for: the Ingress that cert-manager's Certificate must have been made for; None for one made explicitly
    :raises Forbidden: cert-manager may have one, but who may read Certificates?
    """
    found = direct.doomed(run, protocol.CertificateTarget(namespace, name, None), delete_secret=False)
    try:
        certificate = run.cluster.get(kinds.CERTIFICATE, namespace, name)
    except errors.Forbidden:
        if found or (made_for is not None and not _annotated(made_for)):
            return found
        raise
    owners = (certificate or {}).get("metadata", {}).get("ownerReferences") or ()
    if certificate and (made_for is None or any(owner["uid"] == made_for["metadata"]["uid"] for owner in owners)):
        found.append(removal.Doomed(kinds.CERTIFICATE, namespace, name))
    return found


def _annotated(ingress: Mapping[str, t.Any]) -> bool:
    """Whether cert-manager has been asked for a certificate."""
    return any(key.startswith("cert-manager.io/") for key in ingress["metadata"].get("annotations") or {})
