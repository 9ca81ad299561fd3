# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the work on IAM is handed, and what it finds there."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...spec.access import Association, Principal, Provider
    from .. import ports

Document = dict[str, t.Any]


class Identities(t.Protocol):
    """IAM of one account (aws/iam.py); raises ProviderError, with the code iam.not_yet for what was made just before."""

    def account(self) -> tuple[str, str]: ...

    def role(self, name: str) -> Principal | None: ...

    def create_role(self, name: str, trust: Document, tags: Mapping[str, str]) -> str: ...

    def set_trust(self, name: str, trust: Document) -> None: ...

    def set_role_policy(self, name: str, policy: Document) -> None: ...

    def delete_role(self, name: str, with_policy: bool) -> None: ...

    def role_trusts(self) -> Mapping[str, Document]: ...

    def user(self, name: str) -> Principal | None: ...

    def create_user(self, name: str, tags: Mapping[str, str]) -> str: ...

    def set_user_policy(self, name: str, policy: Document) -> None: ...

    def create_key(self, name: str) -> tuple[str, str]: ...

    def delete_key(self, name: str, key_id: str) -> None: ...

    def delete_user(self, name: str, with_policy: bool) -> None: ...

    def provider(self, issuer: str) -> Provider | None: ...

    def create_provider(self, issuer: str, audience: str, tags: Mapping[str, str]) -> str: ...

    def add_audience(self, arn: str, audience: str) -> None: ...

    def delete_provider(self, arn: str) -> None: ...


class Clusters(t.Protocol):
    """EKS (aws/eks.py); raises ProviderError."""

    def issuer(self, cluster: str) -> str: ...

    def association(self, cluster: str, namespace: str, name: str) -> Association | None: ...

    def create_association(
        self, cluster: str, service_account: Sequence[str], role_arn: str, tags: Mapping[str, str]
    ) -> str: ...

    def update_association(self, cluster: str, identifier: str, role_arn: str) -> None: ...

    def delete_association(self, cluster: str, identifier: str) -> None: ...


@dataclass(frozen=True)
class AccessRun:
    """How the work is to be done.

    :param cluster: where the Secret is that gets a key
    """

    identities: Identities
    clusters: Clusters
    clock: ports.Clock
    check_mode: bool = False
    cluster: ports.Cluster | None = None
    timeout: float = 60.0


@dataclass(frozen=True)
class Seen:
    """All that is there of it.

    :param principal: the role, or the user
    :param issuer: of the cluster, without https://
    :param trusting: names of other roles that trust the OIDC provider
    :param secret: the data of the Secret as far as it matters: whether it is ours, and the ID of the key in it
    """

    account: str
    partition: str
    principal: Principal | None = None
    issuer: str = ""
    provider: Provider | None = None
    trusting: tuple[str, ...] = ()
    association: Association | None = None
    secret: KeySecret | None = None


@dataclass(frozen=True)
class KeySecret:
    """The Secret that holds the key."""

    ours: bool
    key_id: str
    whole: bool
