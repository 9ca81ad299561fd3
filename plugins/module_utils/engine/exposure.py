# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A private key has become known to others: a new key and certificate, and the old certificate revoked when asked.

    record ─► rotation policy Always ─► renew, wait ─► another key? ─► policy as it was ─► revoke ─► record removed

The record is a Secret with the old certificate and key, kept until it is revoked: a run that was killed is gone on with
by the next one. Revocation is signed with the old key itself (RFC 8555, 7.6), so it needs no account.
"""

from __future__ import annotations

import base64
import typing as t
from dataclasses import dataclass, replace

from ..diagnose import readiness
from ..diagnose.finding import ERROR, Finding, in_words
from ..errors import AcmeError, CertopsError, NotReady
from ..spec import kinds
from ..x509.leaf import X509Error
from . import certificates, parallel, signer
from .ports import OFF, Outcome, Server

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..spec.certificate import CertificateSpec
    from ..x509.leaf import CertificateInfo
    from .ports import Object, Run

KEY_COMPROMISE = 1  # RFC 5280, 5.3.1
_LABEL = {"app.kubernetes.io/managed-by": "certops.kubernetes"}
# On a Certificate that is defined elsewhere, while its policy is another one than there.
_POLICY = "certops.kubernetes/rotation-policy"


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
    old: Object
    leaf: CertificateInfo
    renewed: bool
    issuer: Object | None
    elsewhere: bool

    @property
    def record(self) -> dict[str, t.Any]:
        """The Secret that outlives this run."""
        values = {key: self.old["data"][key] for key in ("tls.crt", "tls.key")}
        metadata = {"name": _record_name(self.spec), "namespace": self.spec.namespace, "labels": _LABEL}
        return {"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "metadata": metadata, "data": values}


def ensure(run: Run, wanted: Sequence[CertificateSpec]) -> Outcome:
    """Make the certificates as wanted, those whose key is exposed with another key.

    :raises NotReady: also when a new certificate has the old key
    :raises CertopsError: the old one can't be revoked; before anything is changed where that can be known
    """
    if not run.wait:
        raise CertopsError("renew: key_exposed needs wait: true, since what follows depends on the new certificate")
    found = parallel.each(lambda spec: _look(run, spec), wanted)
    cases = [case for case in found if case is not None]
    todo = [_rotating(spec, case) for spec, case in zip(wanted, found, strict=True)]
    if not run.check_mode:
        for case in cases:
            _prepare(run, case)
    outcome = certificates.ensure(run, todo)
    if run.check_mode or not cases:
        return outcome
    for case in cases:
        _see_another_key(run, case)
        _restore(run, case)
    after = certificates.ensure(replace(run, preflight=OFF), [replace(spec, renew="never") for spec in wanted])
    revoked = {case.spec.title: _revoke(run, case) for case in cases if case.issuer}
    facts = [
        {**facts, "revoked": revoked.get(spec.title)}
        for spec, facts in zip(wanted, after.facts["certificates"], strict=True)
    ]
    return Outcome(True, {**after.facts, "certificates": facts}, outcome.diff, outcome.findings)


def _look(run: Run, spec: CertificateSpec) -> Case | None:
    """None where there is nothing that could be exposed: it was never issued."""
    live = run.cluster.get(kinds.CERTIFICATE, spec.namespace, spec.name)
    if spec.renew != "key_exposed" or live is None or not (live.get("status") or {}).get("notAfter"):
        return None
    secret = run.cluster.get(kinds.SECRET, spec.namespace, live["spec"]["secretName"])
    kept = run.cluster.get(kinds.SECRET, spec.namespace, _record_name(spec)) if spec.revoke else None
    if kept and not _LABEL.items() <= (kept["metadata"].get("labels") or {}).items():
        title = kinds.SECRET.title(spec.namespace, _record_name(spec))
        raise CertopsError(f"revoke: {title} is in the way; it is somebody else's")
    try:
        served = readiness.leaf_of(secret or {})
        leaf = readiness.leaf_of(kept) if kept else served
    except X509Error as error:
        raise CertopsError(f"{spec.title}: the exposed certificate can't be read: {error}") from error
    renewed = leaf.public_key_sha256 != served.public_key_sha256
    issuer = _revoker(run, spec, live, other_may_sign=renewed) if spec.revoke else None
    body = {**live["spec"], **({"privateKey": _policy(live)} if _POLICY in _annotations(live) else {})}
    old = t.cast("Object", kept or secret)
    return Case(replace(spec, body=body) if spec.as_it_is else spec, old, leaf, renewed, issuer, spec.as_it_is)


def _revoker(run: Run, spec: CertificateSpec, live: Object, other_may_sign: bool) -> Object:
    place = kinds.issuer_of(live)
    issuer = run.cluster.get(*place) if place else None
    if issuer is None or "acme" not in issuer["spec"]:
        raise CertopsError(f"revoke: the issuer of {spec.title} is no ACME issuer; revoke it where it was issued")
    other = None if other_may_sign else signer.other_signer(run, live)
    if other:
        raise CertopsError(f"revoke: {spec.title} was {other}; revoke it where it was issued")
    return issuer


def _rotating(spec: CertificateSpec, case: Case | None) -> CertificateSpec:
    """What is asked of cert-manager: a renewal that doesn't keep the key, or none where it is there already."""
    if case is None:
        return spec
    if case.renewed:
        return replace(spec, renew="never")
    if spec.as_it_is or not _keeps_key(spec.body):
        return spec
    return replace(spec, body={**spec.body, "privateKey": {**spec.body["privateKey"], "rotationPolicy": "Always"}})


def _prepare(run: Run, case: Case) -> None:
    """Before the renewal: the record, and the policy of a Certificate that is defined elsewhere."""
    spec = case.spec
    if case.issuer and case.old["metadata"]["name"] != _record_name(spec):
        run.cluster.create(kinds.SECRET, case.record)
    if not case.renewed and case.elsewhere and _keeps_key(spec.body):
        _set_policy(run, spec, "Always", note="Never")


def _restore(run: Run, case: Case) -> None:
    if case.elsewhere and _keeps_key(case.spec.body):
        _set_policy(run, case.spec, "Never", note=None)


def _set_policy(run: Run, spec: CertificateSpec, policy: str, note: str | None) -> None:
    patch = {
        "metadata": {"annotations": {_POLICY: note}},
        "spec": {"privateKey": {"rotationPolicy": policy}},
    }
    run.cluster.merge(kinds.CERTIFICATE, spec.namespace, spec.name, patch)


def _see_another_key(run: Run, case: Case) -> None:
    secret = run.cluster.get(kinds.SECRET, case.spec.namespace, case.spec.secret_name)
    try:
        same = readiness.leaf_of(secret or {}).public_key_sha256 == case.leaf.public_key_sha256
    except X509Error:
        same = True
    if same:
        remedy = "see who sets the rotation policy of its private key back to Never, and run again"
        finding = Finding("key.not_replaced", ERROR, case.spec.title, "was renewed with the exposed key.", remedy)
        raise NotReady(in_words("The exposed key is still in use.", [finding]), [finding], {"changed": True})


def _revoke(run: Run, case: Case) -> dict[str, t.Any]:
    """Have it revoked, and forget the key."""
    spec, acme = case.spec, t.cast("Object", case.issuer)["spec"]["acme"]
    bundle = acme.get("caBundle")
    server = Server(
        directory_url=acme["server"],
        key_pem=readiness.value(case.old, "tls.key"),
        account_uri=None,
        trust=base64.b64decode(bundle).decode() if bundle else None,
        verify=not acme.get("skipTLSVerify"),
        patience=run.timeout,
    )
    try:
        now = t.cast("t.Any", run.revoke)(server, run.clock, case.leaf.der, KEY_COMPROMISE)
    except AcmeError as error:
        message = (
            f"its new certificate is served, but the old one, serial {case.leaf.serial_number}, is not revoked yet: "
        )
        finding = Finding("certificate.not_revoked", ERROR, spec.title, f"{message}{error}", "run again")
        raise NotReady(in_words("Not revoked.", [finding]), [finding], {"changed": True}) from error
    run.cluster.delete(kinds.SECRET, spec.namespace, _record_name(spec))
    return {"serial_number": case.leaf.serial_number, "reason": KEY_COMPROMISE, "before": not now}


def _record_name(spec: CertificateSpec) -> str:
    return f"{spec.name}-exposed"


def _keeps_key(body: Mapping[str, t.Any]) -> bool:
    return (body.get("privateKey") or {}).get("rotationPolicy") == "Never"


def _annotations(live: Object) -> dict[str, str]:
    return live["metadata"].get("annotations") or {}


def _policy(live: Object) -> dict[str, t.Any]:
    """The private key's options as they were before an earlier run."""
    return {**(live["spec"].get("privateKey") or {}), "rotationPolicy": _annotations(live)[_POLICY]}
