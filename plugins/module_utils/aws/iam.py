# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM of one account: roles, users and their keys, OIDC providers.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

import json
import re
import typing as t

from .. import errors
from ..diagnose.finding import ERROR, Finding
from ..spec.access import POLICY_NAME, Principal, Provider
from .session import call, pairs, refusal, tags_of

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

AREA = "iam"
_GONE = "NoSuchEntity"
# What IAM says of what was made, or taken away, a moment ago and is not known everywhere.
_NOT_YET = frozenset({"ConcurrentModification", "DeleteConflict", _GONE})
_STRANGE_PRINCIPAL = re.compile(r"[Ii]nvalid principal")

Document = dict[str, t.Any]


class Iam:
    """Reads and writes them.

    :param client: IAM's, of boto3 (session.py)
    :param sts: that of STS
    """

    def __init__(self, client: t.Any, sts: t.Any) -> None:
        self._client, self._sts = client, sts

    def account(self) -> tuple[str, str]:
        """The account's number and its partition."""
        arn = str(_call(self._sts, "sts:GetCallerIdentity", "this identity")["Arn"])
        _arn, partition, _service, _region, account, _name = arn.split(":", 5)
        return account, partition

    def role(self, name: str) -> Principal | None:
        """The role, with our inline policy; None where there is none."""
        try:
            said = self._ask("GetRole", f"role {name}", RoleName=name)["Role"]
        except _Gone:
            return None
        policy, others = self._policies("Role", name)
        trust = _document(said["AssumeRolePolicyDocument"])
        return Principal(arn=said["Arn"], tags=tags_of(said), policy=policy, others=others, trust=trust)

    def create_role(self, name: str, trust: Document, tags: Mapping[str, str]) -> str:
        """A role that may do nothing yet: its ARN."""
        description = "made by certops.kubernetes"
        said = self._ask(
            "CreateRole",
            f"role {name}",
            RoleName=name,
            AssumeRolePolicyDocument=json.dumps(trust),
            Description=description,
            Tags=pairs(tags),
        )
        return str(said["Role"]["Arn"])

    def set_trust(self, name: str, trust: Document) -> None:
        """Who may take on the role."""
        self._now("UpdateAssumeRolePolicy", f"role {name}", RoleName=name, PolicyDocument=json.dumps(trust))

    def set_role_policy(self, name: str, policy: Document) -> None:
        """What the role may do."""
        self._set_policy("Role", name, policy)

    def delete_role(self, name: str, with_policy: bool) -> None:
        """Remove the role, with our policy."""
        self._delete("Role", name, with_policy)

    def role_trusts(self) -> dict[str, Document]:
        """The trust policies of all roles, by the roles' names."""
        roles = self._pages("ListRoles", "the roles", "Roles")
        return {role["RoleName"]: _document(role["AssumeRolePolicyDocument"]) for role in roles}

    def user(self, name: str) -> Principal | None:
        """The user, with our inline policy and the keys; None where there is none."""
        target = f"user {name}"
        try:
            said = self._ask("GetUser", target, UserName=name)["User"]
        except _Gone:
            return None
        policy, others = self._policies("User", name)
        listed = self._pages("ListAccessKeys", target, "AccessKeyMetadata", UserName=name)
        keys = {key["AccessKeyId"]: key["Status"] == "Active" for key in listed}
        return Principal(arn=said["Arn"], tags=tags_of(said), policy=policy, others=others, keys=keys)

    def create_user(self, name: str, tags: Mapping[str, str]) -> str:
        """A user that may do nothing yet: its ARN."""
        return str(self._ask("CreateUser", f"user {name}", UserName=name, Tags=pairs(tags))["User"]["Arn"])

    def set_user_policy(self, name: str, policy: Document) -> None:
        """What the user may do."""
        self._set_policy("User", name, policy)

    def create_key(self, name: str) -> tuple[str, str]:
        """A new access key: its ID, and the secret that is never told again."""
        key = self._now("CreateAccessKey", f"user {name}", UserName=name)["AccessKey"]
        return str(key["AccessKeyId"]), str(key["SecretAccessKey"])

    def delete_key(self, name: str, key_id: str) -> None:
        """Remove an access key."""
        self._gone("DeleteAccessKey", f"user {name}", UserName=name, AccessKeyId=key_id)

    def delete_user(self, name: str, with_policy: bool) -> None:
        """Remove the user, with our policy."""
        self._delete("User", name, with_policy)

    def provider(self, issuer: str) -> Provider | None:
        """The OIDC provider of an issuer, which is without https://."""
        listed = self._ask("ListOpenIDConnectProviders", "the OIDC providers")["OpenIDConnectProviderList"]
        for one in listed:
            arn = str(one["Arn"])
            if arn.partition(":oidc-provider/")[2] == issuer:
                said = self._ask("GetOpenIDConnectProvider", arn, OpenIDConnectProviderArn=arn)
                return Provider(arn, tuple(said.get("ClientIDList") or ()), tags_of(said))
        return None

    def create_provider(self, issuer: str, audience: str, tags: Mapping[str, str]) -> str:
        """An OIDC provider: its ARN. IAM gets the thumbprint itself."""
        said = self._ask(
            "CreateOpenIDConnectProvider",
            f"OIDC provider {issuer}",
            Url=f"https://{issuer}",
            ClientIDList=[audience],
            Tags=pairs(tags),
        )
        return str(said["OpenIDConnectProviderArn"])

    def add_audience(self, arn: str, audience: str) -> None:
        """Let an OIDC provider's tokens be for one more audience."""
        self._ask("AddClientIDToOpenIDConnectProvider", arn, OpenIDConnectProviderArn=arn, ClientID=audience)

    def delete_provider(self, arn: str) -> None:
        """Remove an OIDC provider."""
        self._gone("DeleteOpenIDConnectProvider", arn, OpenIDConnectProviderArn=arn)

    # What IAM offers for both in the same words; kind is "Role" or "User".

    def _policies(self, kind: str, name: str) -> tuple[Document | None, tuple[str, ...]]:
        """Our inline policy, and the names of the other policies."""
        target, who = _titled(kind, name)
        inline = list(self._pages(f"List{kind}Policies", target, "PolicyNames", **who))
        managed = self._pages(f"ListAttached{kind}Policies", target, "AttachedPolicies", **who)
        others = (*(one for one in inline if one != POLICY_NAME), *(str(one["PolicyName"]) for one in managed))
        if POLICY_NAME not in inline:
            return None, others
        found = self._ask(f"Get{kind}Policy", target, **who, PolicyName=POLICY_NAME)
        return _document(found["PolicyDocument"]), others

    def _set_policy(self, kind: str, name: str, policy: Document) -> None:
        target, who = _titled(kind, name)
        document = json.dumps(policy, separators=(",", ":"))
        self._now(f"Put{kind}Policy", target, **who, PolicyName=POLICY_NAME, PolicyDocument=document)

    def _delete(self, kind: str, name: str, with_policy: bool) -> None:
        target, who = _titled(kind, name)
        if with_policy:
            self._gone(f"Delete{kind}Policy", target, **who, PolicyName=POLICY_NAME)
        self._gone(f"Delete{kind}", target, **who)

    def _pages(self, operation: str, target: str, key: str, **parameters: t.Any) -> Iterator[t.Any]:
        while True:
            page = self._ask(operation, target, **parameters)
            yield from page[key]
            if not page.get("IsTruncated"):
                return
            parameters["Marker"] = page["Marker"]

    def _now(self, operation: str, target: str, **parameters: t.Any) -> t.Any:
        """A change of what may have been made a moment ago."""
        try:
            return self._ask(operation, target, **parameters)
        except _Gone as error:
            raise not_yet(str(error), target) from None

    def _gone(self, operation: str, target: str, **parameters: t.Any) -> None:
        try:
            self._ask(operation, target, **parameters)
        except _Gone:
            return

    def _ask(self, operation: str, target: str, **parameters: t.Any) -> t.Any:
        return _call(self._client, f"iam:{operation}", target, **parameters)


class _Gone(errors.ProviderError):
    """There is no such thing, or none yet."""


def not_yet(message: str, target: str) -> errors.ProviderError:
    """What passes by itself."""
    return errors.ProviderError(message, [Finding("iam.not_yet", ERROR, target, message, "wait, and run it again")])


def _call(client: t.Any, action: str, target: str, **parameters: t.Any) -> t.Any:
    try:
        return call(client, action, target, AREA, **parameters)
    except errors.ProviderError as error:
        code, words = refusal(error)
        if code == _GONE:
            raise _Gone(str(error), error.findings) from None
        if code in _NOT_YET or (code == "MalformedPolicyDocument" and _STRANGE_PRINCIPAL.search(words)):
            raise not_yet(str(error), target) from None
        raise


def _titled(kind: str, name: str) -> tuple[str, dict[str, str]]:
    """How messages name a role or user, and how requests do."""
    return f"{kind.lower()} {name}", {f"{kind}Name": name}


def _document(said: t.Any) -> Document:
    """A policy, which boto3 has decoded already, unless a service has sent what is no JSON."""
    return said if isinstance(said, dict) else json.loads(str(said))
