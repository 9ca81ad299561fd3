# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""EKS clusters: their issuer of service account tokens, and Pod Identity associations.

Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html
"""

from __future__ import annotations

import re
import typing as t

from .. import errors
from ..diagnose.finding import ERROR, Finding
from ..spec.access import Association, bare
from .iam import AREA, not_yet
from .session import call, refusal

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_GONE = "ResourceNotFoundException"
_UNKNOWN_ROLE = re.compile(r"[Rr]ole .*does not exist")


class Eks:
    """Reads and writes them.

    :param client: of boto3 (session.py)
    """

    def __init__(self, client: t.Any) -> None:
        self._client = client

    def issuer(self, cluster: str) -> str:
        """Who issues the cluster's service account tokens, without https://.

        :raises ProviderError: there is no such cluster, or it has none
        """
        said = self._ask("DescribeCluster", cluster, name=cluster)["cluster"]
        issuer = ((said.get("identity") or {}).get("oidc") or {}).get("issuer")
        if not issuer:
            message = f"EKS cluster {cluster} has no issuer of service account tokens."
            raise errors.ProviderError(message, [Finding("iam.no_issuer", ERROR, cluster, message, "give oidc_issuer")])
        return bare(issuer)

    def association(self, cluster: str, namespace: str, name: str) -> Association | None:
        """The association of a ServiceAccount, which has one at most."""
        said = self._ask(
            "ListPodIdentityAssociations", cluster, clusterName=cluster, namespace=namespace, serviceAccount=name
        )
        for one in said.get("associations") or ():
            identifier = one["associationId"]
            found = self._ask("DescribePodIdentityAssociation", cluster, clusterName=cluster, associationId=identifier)[
                "association"
            ]
            return Association(identifier, found["roleArn"], found.get("tags") or {})
        return None

    def create_association(
        self, cluster: str, service_account: Sequence[str], role_arn: str, tags: Mapping[str, str]
    ) -> str:
        """Let the Pods of a ServiceAccount take on a role: the association's ID."""
        namespace, name = service_account
        said = self._ask(
            "CreatePodIdentityAssociation",
            cluster,
            clusterName=cluster,
            namespace=namespace,
            serviceAccount=name,
            roleArn=role_arn,
            tags=dict(tags),
        )
        return str(said["association"]["associationId"])

    def update_association(self, cluster: str, identifier: str, role_arn: str) -> None:
        """Another role."""
        self._ask(
            "UpdatePodIdentityAssociation", cluster, clusterName=cluster, associationId=identifier, roleArn=role_arn
        )

    def delete_association(self, cluster: str, identifier: str) -> None:
        """Take it away."""
        try:
            self._ask("DeletePodIdentityAssociation", cluster, clusterName=cluster, associationId=identifier)
        except errors.ProviderError as error:
            if error.findings[0].code != "iam.cluster_not_found":
                raise

    def _ask(self, operation: str, cluster: str, **parameters: t.Any) -> t.Any:
        target = f"EKS cluster {cluster}"
        try:
            return call(self._client, f"eks:{operation}", target, AREA, **parameters)
        except errors.ProviderError as error:
            code, words = refusal(error)
            if _UNKNOWN_ROLE.search(words):
                raise not_yet(str(error), target) from None
            if code == _GONE:
                message = f"EKS does not have what {operation} asks for on {target}."
                remedy = "see cluster_name, the region and the account"
                finding = Finding("iam.cluster_not_found", ERROR, target, message, remedy)
                raise errors.ProviderError(message, [finding]) from None
            raise
