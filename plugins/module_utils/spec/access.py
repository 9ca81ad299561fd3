# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A right in AWS for a workload in a cluster: an IAM policy, and how the workload comes by it.

Sources: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html,
https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
"""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass, field

from .. import errors
from . import acm, rules

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Parameters = t.Mapping[str, t.Any]
Document = dict[str, t.Any]

POD_IDENTITY, IRSA, ACCESS_KEY = "pod_identity", "irsa", "access_key"
METHODS = (POD_IDENTITY, IRSA, ACCESS_KEY)

# How what we have made is known; nothing else is changed or removed.
OWNER_TAG, OWNER = "managed-by", "certops.kubernetes"
POLICY_NAME = "certops"  # of the inline policy
ROLE_ANNOTATION = "eks.amazonaws.com/role-arn"
AUDIENCE = "sts.amazonaws.com"
KEY_ID, SECRET_KEY = "access-key-id", "secret-access-key"  # in the Secret, as cert-manager's documentation has them

_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
_CLUSTER = re.compile(r"[0-9A-Za-z][A-Za-z0-9_-]{0,99}")
# Characters of inline policies, without white space (IAM User Guide, "IAM and AWS STS quotas").
_MOST = {POD_IDENTITY: 10240, IRSA: 10240, ACCESS_KEY: 2048}


@dataclass(frozen=True)
class AccessSpec:
    """A right that is wanted.

    :param name: of the role, or of the user with an access key
    :param policy: an IAM policy document; empty where it is to be removed
    :param service_account: namespace and name
    :param secret: namespace and name of the Secret that gets the key
    :param oidc_issuer: of the cluster's service account tokens, without https://; "" to ask EKS
    """

    name: str
    method: str
    policy: Document
    cluster_name: str = ""
    service_account: tuple[str, str] = ("", "")
    secret: tuple[str, str] = ("", "")
    oidc_issuer: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def all_tags(self) -> dict[str, str]:
        """The user's tags and ours."""
        return {**self.tags, OWNER_TAG: OWNER}

    @property
    def title(self) -> str:
        """How messages name it."""
        return f"IAM {'user' if self.method == ACCESS_KEY else 'role'} {self.name}"

    @property
    def service_account_title(self) -> str:
        """How messages name the ServiceAccount."""
        return "ServiceAccount " + "/".join(self.service_account)


@dataclass(frozen=True)
class Principal:
    """A role or a user.

    :param policy: our inline policy, None where it has none
    :param others: names of the other policies it has
    :param trust: a role's
    :param keys: a user's access keys: ID, and whether it is active
    """

    arn: str
    tags: Mapping[str, str]
    policy: Document | None = None
    others: tuple[str, ...] = ()
    trust: Document | None = None
    keys: Mapping[str, bool] = field(default_factory=dict)

    @property
    def ours(self) -> bool:
        """Whether this collection has made it."""
        return self.tags.get(OWNER_TAG) == OWNER


@dataclass(frozen=True)
class Provider:
    """An OIDC provider."""

    arn: str
    audiences: tuple[str, ...]
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Association:
    """A Pod Identity association."""

    id: str
    role_arn: str
    tags: Mapping[str, str]


def pod_identity_trust(spec: AccessSpec) -> Document:
    """Only this ServiceAccount of this cluster: the tags are those of the session that EKS opens."""
    namespace, name = spec.service_account
    tags = {
        "aws:RequestTag/eks-cluster-name": spec.cluster_name,
        "aws:RequestTag/kubernetes-namespace": namespace,
        "aws:RequestTag/kubernetes-service-account": name,
    }
    return _trust({"Service": "pods.eks.amazonaws.com"}, ["sts:AssumeRole", "sts:TagSession"], tags)


def irsa_trust(spec: AccessSpec, issuer: str, provider_arn: str) -> Document:
    """Only tokens of this ServiceAccount, made for AWS STS."""
    namespace, name = spec.service_account
    claims = {f"{issuer}:aud": AUDIENCE, f"{issuer}:sub": f"system:serviceaccount:{namespace}:{name}"}
    return _trust({"Federated": provider_arn}, "sts:AssumeRoleWithWebIdentity", claims)


def _trust(principal: Document, action: t.Any, equal: Mapping[str, str]) -> Document:
    statement = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": action,
        "Condition": {"StringEquals": dict(equal)},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def trusts(document: Mapping[str, t.Any], provider_arn: str) -> bool:
    """Whether a trust policy names this OIDC provider."""
    return provider_arn in json.dumps(document)


def bare(issuer: str) -> str:
    """An issuer as IAM names it: without https:// and the slash at its end."""
    return issuer.removeprefix("https://").rstrip("/")


def from_parameters(p: Parameters) -> AccessSpec:
    """Build the spec from the module's parameters.

    :raises SpecError: with every broken rule
    """
    problems = list(_problems(p))
    if problems:
        raise errors.SpecError(problems)
    return AccessSpec(
        name=p["name"],
        method=p["method"],
        policy=p.get("policy") or {},
        cluster_name=p.get("cluster_name") or "",
        service_account=_pair(p.get("service_account")),
        secret=_pair(p.get("secret")),
        oidc_issuer=bare(p.get("oidc_issuer") or ""),
        tags={str(key): str(value) for key, value in (p.get("tags") or {}).items()},
    )


def _pair(reference: Parameters | None) -> tuple[str, str]:
    return (reference["namespace"], reference["name"]) if reference else ("", "")


def _problems(p: Parameters) -> Iterator[str]:
    if not _NAME.fullmatch(p["name"]):
        yield f"name: {p['name']!r} is not allowed: 1 to 64 letters, digits and _+=,.@-"
    method = p["method"]
    needed = {POD_IDENTITY: ("cluster_name", "service_account"), IRSA: ("service_account",), ACCESS_KEY: ("secret",)}
    for option in needed[method]:
        if not p.get(option):
            yield f"{option}: missing, method: {method} needs it"
    if method == IRSA and not p.get("cluster_name") and not p.get("oidc_issuer"):
        yield "oidc_issuer: missing, method: irsa needs it, or cluster_name of an EKS cluster to ask for it"
    if p.get("cluster_name") and not _CLUSTER.fullmatch(p["cluster_name"]):
        yield f"cluster_name: {p['cluster_name']!r} is no name of an EKS cluster: letters, digits, '-' and '_'"
    if p.get("oidc_issuer"):
        yield from rules.url("oidc_issuer", p["oidc_issuer"], ("https",))
    for option in ("service_account", "secret"):
        if p.get(option):
            yield from rules.object_name(f"{option}.name", p[option]["name"])
            yield from rules.namespace(f"{option}.namespace", p[option]["namespace"])
    yield from acm.tag_problems(p.get("tags") or {})
    if OWNER_TAG in (p.get("tags") or {}):
        yield f"tags: {OWNER_TAG!r} is set by this module"
    if p["state"] == "present":
        yield from _policy_problems(p.get("policy"), method)


def _policy_problems(policy: Parameters | None, method: str) -> Iterator[str]:
    if not policy:
        yield "policy: missing; the filters dns01_policy and external_dns_policy make one"
        return
    if not policy.get("Statement"):
        yield "policy: has no Statement; an IAM policy document is meant"
    size = len(re.sub(r"\s", "", json.dumps(policy, separators=(",", ":"))))
    if size > _MOST[method]:
        yield f"policy: {size} characters are too many: {_MOST[method]} at most with method: {method}; name fewer records"
