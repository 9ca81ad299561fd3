# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be done for a right in AWS. Pure: nothing but what was seen counts."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ... import errors
from ...spec import kinds
from ...spec.access import ACCESS_KEY, AUDIENCE, IRSA, OWNER, OWNER_TAG, POD_IDENTITY, irsa_trust, pod_identity_trust
from ..diff import pair

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ...spec.access import AccessSpec, Principal
    from .ports import Seen

Document = dict[str, t.Any]


@dataclass(frozen=True)
class Step:
    """One change.

    :param action: which one (access.py)
    :param object: what is changed, "IAM role dns"
    """

    action: str
    object: str
    before: Mapping[str, t.Any]
    after: Mapping[str, t.Any]

    def diff(self) -> dict[str, t.Any]:
        """The shape in a module's result."""
        return pair(self.object, self.before, self.after)


def role_arn(spec: AccessSpec, seen: Seen) -> str:
    """The ARN that the role has, or will have."""
    return seen.principal.arn if seen.principal else f"arn:{seen.partition}:iam::{seen.account}:role/{spec.name}"


def provider_arn(seen: Seen) -> str:
    """The ARN that the OIDC provider has, or will have."""
    return (
        seen.provider.arn if seen.provider else f"arn:{seen.partition}:iam::{seen.account}:oidc-provider/{seen.issuer}"
    )


def trust(spec: AccessSpec, seen: Seen) -> Document | None:
    """Who may take on the role; None for a user."""
    if spec.method == POD_IDENTITY:
        return pod_identity_trust(spec)
    return irsa_trust(spec, seen.issuer, provider_arn(seen)) if spec.method == IRSA else None


def present(spec: AccessSpec, seen: Seen) -> list[Step]:
    """The steps to what is wanted, in their order.

    :raises SpecError: what is there is somebody else's
    """
    problems = list(_strangers(spec, seen))
    if problems:
        raise errors.SpecError(problems)
    steps = list(_provider_steps(seen)) if spec.method == IRSA else []
    steps += _principal_steps(spec, seen)
    if spec.method == POD_IDENTITY:
        steps += _association_steps(spec, seen)
    if spec.method == ACCESS_KEY:
        steps += _key_steps(spec, seen)
    return steps


def _strangers(spec: AccessSpec, seen: Seen) -> Iterator[str]:
    if seen.principal and not seen.principal.ours:
        yield f"name: {spec.title} is there and not ours; take another name, or tag it {OWNER_TAG}={OWNER}"
    one = seen.association
    if one and one.role_arn != role_arn(spec, seen) and one.tags.get(OWNER_TAG) != OWNER:
        yield f"service_account: {spec.service_account_title} has the role {one.role_arn} by an association that is not ours"
    if spec.method == ACCESS_KEY and seen.secret and not seen.secret.ours:
        yield f"secret: {kinds.SECRET.title(*spec.secret)} is there and not ours; take another name"


def _provider_steps(seen: Seen) -> Iterator[Step]:
    title = f"OIDC provider {seen.issuer}"
    if seen.provider is None:
        yield Step("create_provider", title, {}, {"audience": AUDIENCE})
    elif AUDIENCE not in seen.provider.audiences:
        yield Step("add_audience", title, {"audiences": list(seen.provider.audiences)}, {"audience": AUDIENCE})


def _principal_steps(spec: AccessSpec, seen: Seen) -> Iterator[Step]:
    wanted, there = trust(spec, seen), seen.principal
    if there is None:
        after = {"tags": spec.all_tags, **({"trust_policy": wanted} if wanted else {})}
        yield Step("create", spec.title, {}, after)
    elif wanted and there.trust != wanted:
        yield Step("set_trust", spec.title, {"trust_policy": there.trust}, {"trust_policy": wanted})
    policy = there.policy if there else None
    if policy != spec.policy:
        yield Step("set_policy", spec.title, {"policy": policy} if policy else {}, {"policy": spec.policy})


def _association_steps(spec: AccessSpec, seen: Seen) -> Iterator[Step]:
    title, wanted = f"Pod Identity association of {spec.service_account_title}", role_arn(spec, seen)
    if seen.association is None:
        yield Step("associate", title, {}, {"role_arn": wanted})
    elif seen.association.role_arn != wanted:
        yield Step("associate_anew", title, {"role_arn": seen.association.role_arn}, {"role_arn": wanted})


def _key_steps(spec: AccessSpec, seen: Seen) -> Iterator[Step]:
    """A key that the Secret holds and IAM takes is kept; those that nobody can have are removed."""
    keys = seen.principal.keys if seen.principal else {}
    held = seen.secret.key_id if seen.secret and seen.secret.whole else ""
    good = bool(keys.get(held))
    lost = sorted(key for key in keys if key != held or not good)
    # A user has two keys at most, so that room must be made first; otherwise the old one works until the Secret is written.
    early = lost[:1] if not good and len(keys) > 1 else []
    for key in early:
        yield Step("delete_key", f"access key {key}", {"user": spec.name}, {})
    if not good:
        yield Step(
            "create_key", kinds.SECRET.title(*spec.secret), {"access_key_id": held} if held else {}, {"user": spec.name}
        )
    for key in lost:
        if key not in early:
            yield Step("delete_key", f"access key {key}", {"user": spec.name}, {})


def absent(spec: AccessSpec, seen: Seen) -> list[Step]:
    """The steps that take away what we have made, and nothing else.

    :raises SpecError: our role or user has got policies of others
    """
    there = seen.principal
    if there and there.ours and there.others:
        others = ", ".join(there.others)
        raise errors.SpecError(
            [f"name: {spec.title} has got other policies, so that it isn't removed: {others}; take them off first"]
        )
    steps = []
    association = seen.association
    if association and association.tags.get(OWNER_TAG) == OWNER and association.role_arn == role_arn(spec, seen):
        title = f"Pod Identity association of {spec.service_account_title}"
        steps.append(Step("dissociate", title, {"role_arn": association.role_arn}, {}))
    if spec.method == ACCESS_KEY and seen.secret and seen.secret.ours:
        steps.append(Step("delete_secret", kinds.SECRET.title(*spec.secret), {"access_key_id": seen.secret.key_id}, {}))
    if there and there.ours:
        steps += _removal(spec, there)
    provider = seen.provider
    if spec.method == IRSA and provider and provider.tags.get(OWNER_TAG) == OWNER and not seen.trusting:
        steps.append(Step("delete_provider", f"OIDC provider {seen.issuer}", {"arn": provider.arn}, {}))
    return steps


def _removal(spec: AccessSpec, there: Principal) -> Iterator[Step]:
    for key in sorted(there.keys):
        yield Step("delete_key", f"access key {key}", {"user": spec.name}, {})
    yield Step("delete", spec.title, {"policy": there.policy} if there.policy else {}, {})
