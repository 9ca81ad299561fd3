# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A private key has become known to others: a new key and certificate, and the old certificate revoked when asked.

    record ─► renew with another key, wait ─► another key? ─► restored ─► revoke ─► record removed

The record is a Secret with the old certificate and key, kept until it is revoked: a run that was killed is gone on with
by the next one. Revocation is signed with the old key itself (RFC 8555, 7.6), so it needs no account. How the key is
replaced is the engines' own: rotation.py, direct/rotation.py.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from .. import errors
from ..diagnose import readiness
from ..diagnose.finding import ERROR, Finding, in_words
from ..spec import kinds
from ..x509.leaf import X509Error
from . import parallel, ports

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ..spec.certificate import CertificateSpec
    from ..x509.leaf import CertificateInfo

KEY_COMPROMISE = 1  # RFC 5280, 5.3.1
_LABEL = {"app.kubernetes.io/managed-by": "certops.kubernetes"}


@dataclass(frozen=True)
class Case:
    """One certificate whose key is exposed.

    :param spec: as it is wanted; with the definition that is there where it has none
    :param old: the Secret or the record with the exposed key
    :param leaf: its certificate
    :param renewed: whether an earlier run came as far as the new certificate
    :param issuer: who is to revoke, None when nobody is
    :param elsewhere: whether it is defined elsewhere, so that its definition isn't ours
    """

    spec: CertificateSpec
    old: ports.Object
    leaf: CertificateInfo
    renewed: bool
    issuer: ports.Object | None
    elsewhere: bool

    @property
    def record(self) -> dict[str, t.Any]:
        """The Secret that outlives this run."""
        values = {key: self.old["data"][key] for key in ("tls.crt", "tls.key")}
        metadata = {"name": _record_name(self.spec), "namespace": self.spec.namespace, "labels": _LABEL}
        return {"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "metadata": metadata, "data": values}


class Rotation(t.Protocol):
    """How an engine keeps certificates, and has one renewed with another key."""

    def certificate(self, run: ports.Run, spec: CertificateSpec) -> ports.Object | None:
        """As it is kept, in cert-manager's shape; None where there is none."""

    def issuer(self, run: ports.Run, live: ports.Object) -> ports.Object | None:
        """Whose certificate it is, in cert-manager's shape."""

    def other_signer(self, run: ports.Run, spec: CertificateSpec, live: ports.Object) -> str | None:
        """Who signed it instead of its issuer, None where it was the issuer, or nobody can tell."""

    def defined(self, spec: CertificateSpec, live: ports.Object) -> CertificateSpec:
        """As it is wanted, where only what is there says so."""

    def rotating(self, case: Case) -> CertificateSpec:
        """What is asked for, so that its renewal doesn't keep the key."""

    def prepare(self, run: ports.Run, case: Case) -> None:
        """Before the renewal."""

    def ensure(self, run: ports.Run, wanted: Sequence[CertificateSpec]) -> ports.Outcome:
        """Make them as wanted."""

    def restored(
        self, run: ports.Run, cases: Sequence[Case], wanted: Sequence[CertificateSpec], outcome: ports.Outcome
    ) -> ports.Outcome:
        """After the renewal: what ``prepare`` and ``rotating`` have changed is as before. What is there then."""


def ensure(run: ports.Run, wanted: Sequence[CertificateSpec], rotation: Rotation) -> ports.Outcome:
    """Make the certificates as wanted, those whose key is exposed with another key.

    :raises NotReady: also when a new certificate has the old key
    :raises CertopsError: the old one can't be revoked; before anything is changed where that can be known
    """
    if not run.wait:
        raise errors.CertopsError(
            "renew: key_exposed needs wait: true, since what follows depends on the new certificate"
        )
    found = parallel.each(lambda spec: _look(run, spec, rotation), wanted)
    cases = [case for case in found if case is not None]
    todo = [_rotating(spec, case, rotation) for spec, case in zip(wanted, found, strict=True)]
    if not run.check_mode:
        for case in cases:
            _prepare(run, case, rotation)
    outcome = rotation.ensure(run, todo)
    if run.check_mode or not cases:
        return outcome
    for case in cases:
        _see_another_key(run, case)
    after = rotation.restored(run, cases, wanted, outcome)
    revoked = {case.spec.title: _revoke(run, case) for case in cases if case.issuer}
    facts = [
        {**facts, "revoked": revoked.get(spec.title)}
        for spec, facts in zip(wanted, after.facts["certificates"], strict=True)
    ]
    return ports.Outcome(True, {**after.facts, "certificates": facts}, outcome.diff, outcome.findings)


def _look(run: ports.Run, spec: CertificateSpec, rotation: Rotation) -> Case | None:
    """None where there is nothing that could be exposed: it was never issued."""
    live = rotation.certificate(run, spec) if spec.renew == "key_exposed" else None
    if live is None or not (live.get("status") or {}).get("notAfter"):
        return None
    secret = run.cluster.get(kinds.SECRET, spec.namespace, live["spec"]["secretName"])
    kept = run.cluster.get(kinds.SECRET, spec.namespace, _record_name(spec)) if spec.revoke else None
    if kept and not _LABEL.items() <= (kept["metadata"].get("labels") or {}).items():
        title = kinds.SECRET.title(spec.namespace, _record_name(spec))
        raise errors.CertopsError(f"revoke: {title} is in the way; it is somebody else's")
    try:
        served = readiness.leaf_of(secret or {})
        leaf = readiness.leaf_of(kept) if kept else served
    except X509Error as error:
        raise errors.CertopsError(f"{spec.title}: the exposed certificate can't be read: {error}") from error
    renewed = leaf.public_key_sha256 != served.public_key_sha256
    defined = rotation.defined(spec, live) if spec.as_it_is else spec
    issuer = _revoker(run, defined, live, rotation, other_may_sign=renewed) if spec.revoke else None
    return Case(defined, t.cast("ports.Object", kept or secret), leaf, renewed, issuer, spec.as_it_is)


def _revoker(
    run: ports.Run, spec: CertificateSpec, live: ports.Object, rotation: Rotation, other_may_sign: bool
) -> ports.Object:
    issuer = rotation.issuer(run, live)
    if issuer is None or "acme" not in issuer["spec"]:
        raise errors.CertopsError(
            f"revoke: the issuer of {spec.title} is no ACME issuer; revoke it where it was issued"
        )
    other = None if other_may_sign else rotation.other_signer(run, spec, live)
    if other:
        raise errors.CertopsError(f"revoke: {spec.title} was {other}; revoke it where it was issued")
    return issuer


def _rotating(spec: CertificateSpec, case: Case | None, rotation: Rotation) -> CertificateSpec:
    """A renewal that doesn't keep the key, or none where another one is there already."""
    if case is None:
        return spec
    return replace(spec, renew="never") if case.renewed else rotation.rotating(replace(case, spec=spec))


def _prepare(run: ports.Run, case: Case, rotation: Rotation) -> None:
    """Before the renewal: the record, and what the engine needs."""
    if case.issuer and case.old["metadata"]["name"] != _record_name(case.spec):
        run.cluster.create(kinds.SECRET, case.record)
    rotation.prepare(run, case)


def _see_another_key(run: ports.Run, case: Case) -> None:
    secret = run.cluster.get(kinds.SECRET, case.spec.namespace, case.spec.secret_name)
    try:
        same = readiness.leaf_of(secret or {}).public_key_sha256 == case.leaf.public_key_sha256
    except X509Error:
        same = True
    if same:
        remedy = "see who sets the rotation policy of its private key back to Never, and run again"
        finding = Finding("key.not_replaced", ERROR, case.spec.title, "was renewed with the exposed key.", remedy)
        raise errors.NotReady(in_words("The exposed key is still in use.", [finding]), [finding], {"changed": True})


def _revoke(run: ports.Run, case: Case) -> dict[str, t.Any]:
    """Have it revoked, and forget the key."""
    spec, acme = case.spec, t.cast("ports.Object", case.issuer)["spec"]["acme"]
    server = ports.Server.of(acme, readiness.value(case.old, "tls.key"), None, run.timeout)
    try:
        now = t.cast("t.Any", run.revoke)(server, run.clock, case.leaf.der, KEY_COMPROMISE)
    except errors.AcmeError as error:
        message = (
            f"its new certificate is served, but the old one, serial {case.leaf.serial_number}, is not revoked yet: "
        )
        finding = Finding("certificate.not_revoked", ERROR, spec.title, f"{message}{error}", "run again")
        raise errors.NotReady(in_words("Not revoked.", [finding]), [finding], {"changed": True}) from error
    run.cluster.delete(kinds.SECRET, spec.namespace, _record_name(spec))
    return {"serial_number": case.leaf.serial_number, "reason": KEY_COMPROMISE, "before": not now}


def _record_name(spec: CertificateSpec) -> str:
    return f"{spec.name}-exposed"
