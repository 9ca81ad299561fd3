# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A right in AWS for a workload: gather, decide (decide.py), act."""

from __future__ import annotations

import base64
import binascii
import typing as t

from ... import errors
from ...diagnose.finding import WARNING, Finding
from ...spec import kinds, ownership
from ...spec.access import ACCESS_KEY, AUDIENCE, IRSA, KEY_ID, OWNER, POD_IDENTITY, ROLE_ANNOTATION, SECRET_KEY, trusts
from .. import ports
from . import decide
from .ports import KeySecret, Seen

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ...spec.access import AccessSpec
    from .decide import Step
    from .ports import AccessRun

_LABEL, _LABEL_VALUE = "app.kubernetes.io/managed-by", OWNER
_NOT_YET = "iam.not_yet"
_PAUSES = (0.5, 5.0)  # seconds until what was made just before is known everywhere, the first and the longest


def ensure(run: AccessRun, spec: AccessSpec) -> ports.Outcome:
    """Give the right.

    :raises SpecError: what is there is somebody else's
    :raises ProviderError: AWS refuses a request
    """
    seen = gather(run, spec)
    steps = decide.present(spec, seen)
    trust = decide.trust(spec, seen)
    key_id = ""
    if not run.check_mode:
        for step in steps:
            key_id = _patiently(run, _bound(run, spec, seen, step)) or key_id
    return ports.Outcome(bool(steps), _facts(spec, seen, trust, key_id), [step.diff() for step in steps])


def remove(run: AccessRun, spec: AccessSpec) -> ports.Outcome:
    """Take the right away, with all that was made for it.

    :raises SpecError: our role or user has got policies of others
    :raises ProviderError: AWS refuses a request
    """
    seen = gather(run, spec, removing=True)
    steps = decide.absent(spec, seen)
    if not run.check_mode:
        for step in steps:
            _patiently(run, _bound(run, spec, seen, step))
    findings = []
    if seen.principal and not seen.principal.ours:
        message = "it is not ours, so that it stays."
        findings.append(Finding("iam.not_ours", WARNING, spec.title, message, "remove it where it was made"))
    return ports.Outcome(bool(steps), {"name": spec.name}, [step.diff() for step in steps], findings)


def gather(run: AccessRun, spec: AccessSpec, removing: bool = False) -> Seen:
    """Look at all that there is of it.

    :param removing: whether it matters who else trusts the OIDC provider
    """
    account, partition = run.identities.account()
    if spec.method == ACCESS_KEY:
        return Seen(account, partition, run.identities.user(spec.name), secret=_secret(run, spec))
    role = run.identities.role(spec.name)
    if spec.method == POD_IDENTITY:
        association = run.clusters.association(spec.cluster_name, *spec.service_account)
        return Seen(account, partition, role, association=association)
    issuer = spec.oidc_issuer or run.clusters.issuer(spec.cluster_name)
    provider = run.identities.provider(issuer)
    trusting: tuple[str, ...] = ()
    if provider and removing:
        roles = run.identities.role_trusts().items()
        trusting = tuple(name for name, trust in roles if name != spec.name and trusts(trust, provider.arn))
    return Seen(account, partition, role, issuer, provider, trusting)


def _secret(run: AccessRun, spec: AccessSpec) -> KeySecret | None:
    found = _cluster(run).get(kinds.SECRET, *spec.secret)
    if found is None:
        return None
    data = found.get("data") or {}
    try:
        key_id = base64.b64decode(data.get(KEY_ID) or "").decode()
    except (ValueError, binascii.Error):
        key_id = ""
    ours = (found["metadata"].get("labels") or {}).get(_LABEL) == _LABEL_VALUE
    return KeySecret(ours, key_id, bool(data.get(SECRET_KEY)))


def _cluster(run: AccessRun) -> ports.Cluster:
    if run.cluster is None:
        raise errors.CertopsError("there is no cluster for the Secret")
    return run.cluster


def _patiently(run: AccessRun, act: Callable[[], str | None]) -> str | None:
    """IAM knows a new role some seconds later everywhere."""
    deadline = run.clock.monotonic() + run.timeout
    pause, longest = _PAUSES
    while True:
        try:
            return act()
        except errors.ProviderError as error:
            if error.findings[0].code != _NOT_YET or run.clock.monotonic() >= deadline:
                raise
        run.clock.sleep(pause)
        pause = min(pause * 2, longest)


def _bound(run: AccessRun, spec: AccessSpec, seen: Seen, step: Step) -> Callable[[], str | None]:
    return lambda: _STEPS[step.action](run, spec, seen, step)


def _create(run: AccessRun, spec: AccessSpec, _seen: Seen, step: Step) -> None:
    if spec.method == ACCESS_KEY:
        run.identities.create_user(spec.name, spec.all_tags)
    else:
        run.identities.create_role(spec.name, step.after["trust_policy"], spec.all_tags)


def _set_policy(run: AccessRun, spec: AccessSpec, _seen: Seen, _step: Step) -> None:
    put = run.identities.set_user_policy if spec.method == ACCESS_KEY else run.identities.set_role_policy
    put(spec.name, spec.policy)


def _set_trust(run: AccessRun, spec: AccessSpec, _seen: Seen, step: Step) -> None:
    run.identities.set_trust(spec.name, step.after["trust_policy"])


def _create_provider(run: AccessRun, spec: AccessSpec, seen: Seen, _step: Step) -> None:
    run.identities.create_provider(seen.issuer, AUDIENCE, spec.all_tags)


def _add_audience(run: AccessRun, _spec: AccessSpec, seen: Seen, _step: Step) -> None:
    run.identities.add_audience(decide.provider_arn(seen), AUDIENCE)


def _associate(run: AccessRun, spec: AccessSpec, _seen: Seen, step: Step) -> None:
    run.clusters.create_association(spec.cluster_name, spec.service_account, step.after["role_arn"], spec.all_tags)


def _associate_anew(run: AccessRun, spec: AccessSpec, seen: Seen, step: Step) -> None:
    if seen.association:
        run.clusters.update_association(spec.cluster_name, seen.association.id, step.after["role_arn"])


def _dissociate(run: AccessRun, spec: AccessSpec, seen: Seen, _step: Step) -> None:
    if seen.association:
        run.clusters.delete_association(spec.cluster_name, seen.association.id)


def _create_key(run: AccessRun, spec: AccessSpec, _seen: Seen, _step: Step) -> str:
    """A key that could not be kept is taken back: nobody will ever know it again."""
    key_id, secret_key = run.identities.create_key(spec.name)
    try:
        _cluster(run).apply(kinds.SECRET, _manifest(spec, key_id, secret_key), ownership.FIELD_MANAGER, force=True)
    except errors.CertopsError:
        run.identities.delete_key(spec.name, key_id)
        raise
    return key_id


def _manifest(spec: AccessSpec, key_id: str, secret_key: str) -> ports.Object:
    namespace, name = spec.secret
    pairs = ((KEY_ID, key_id), (SECRET_KEY, secret_key))
    return {
        "apiVersion": kinds.SECRET.api_version,
        "kind": kinds.SECRET.kind,
        "metadata": {"name": name, "namespace": namespace, "labels": {_LABEL: _LABEL_VALUE}},
        "type": "Opaque",
        "data": {key: base64.b64encode(value.encode()).decode() for key, value in pairs},
    }


def _delete_key(run: AccessRun, spec: AccessSpec, _seen: Seen, step: Step) -> None:
    run.identities.delete_key(spec.name, step.object.rpartition(" ")[2])


def _delete_secret(run: AccessRun, spec: AccessSpec, _seen: Seen, _step: Step) -> None:
    _cluster(run).delete(kinds.SECRET, *spec.secret)


def _delete(run: AccessRun, spec: AccessSpec, _seen: Seen, step: Step) -> None:
    gone = run.identities.delete_user if spec.method == ACCESS_KEY else run.identities.delete_role
    gone(spec.name, bool(step.before))


def _delete_provider(run: AccessRun, _spec: AccessSpec, seen: Seen, _step: Step) -> None:
    run.identities.delete_provider(decide.provider_arn(seen))


_STEPS: dict[str, Callable[[AccessRun, AccessSpec, Seen, Step], str | None]] = {
    "add_audience": _add_audience,
    "associate": _associate,
    "associate_anew": _associate_anew,
    "create": _create,
    "create_key": _create_key,
    "create_provider": _create_provider,
    "delete": _delete,
    "delete_key": _delete_key,
    "delete_provider": _delete_provider,
    "delete_secret": _delete_secret,
    "dissociate": _dissociate,
    "set_policy": _set_policy,
    "set_trust": _set_trust,
}


def _facts(spec: AccessSpec, seen: Seen, trust: decide.Document | None, key_id: str) -> dict[str, t.Any]:
    arn = None if spec.method == ACCESS_KEY else decide.role_arn(spec, seen)
    held = seen.secret.key_id if seen.secret else ""
    return {
        "name": spec.name,
        "policy": spec.policy,
        "trust_policy": trust,
        "role_arn": arn,
        "oidc_provider_arn": decide.provider_arn(seen) if spec.method == IRSA else None,
        "service_account_annotations": {ROLE_ANNOTATION: arn} if spec.method == IRSA else {},
        "access_key_id": (key_id or held or None) if spec.method == ACCESS_KEY else None,
    }
