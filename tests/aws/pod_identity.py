# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EKS Pod Identity associations, which moto does not have: the five operations, with the errors that EKS gives.

Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html
"""

from __future__ import annotations

import itertools
import json
import re
import time
import urllib.parse
from typing import Any

from moto.eks.models import eks_backends
from moto.iam.models import iam_backends

ACCOUNT = "123456789012"

Body = tuple[int, dict[str, str], bytes]

_PATH = re.compile(r"/clusters/([^/]+)/pod-identity-associations(?:/([^/?]+))?")
_NUMBERS = itertools.count(1)
_THERE: dict[str, dict[str, Any]] = {}


def reset() -> None:
    """Forget all."""
    _THERE.clear()


def answer(operation: str, path: str, body: bytes, region: str) -> Body | None:
    """The answer to a request about associations, None for any other."""
    found = _PATH.match(path)
    if not operation.startswith("eks:") or found is None:
        return None
    cluster, identifier = urllib.parse.unquote(found[1]), found[2]
    said = json.loads(body or b"{}")
    if cluster not in eks_backends[ACCOUNT][region].clusters:
        return _error(404, "ResourceNotFoundException", f"No cluster found for name: {cluster}.")
    if operation == "eks:CreatePodIdentityAssociation":
        return _create(cluster, said, region)
    if operation == "eks:ListPodIdentityAssociations":
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(path).query))
        return _ok({"associations": [_summary(one) for one in _THERE.values() if _asked(one, cluster, query)]})
    one = _THERE.get(identifier or "")
    if one is None:
        return _error(404, "ResourceNotFoundException", f"The association {identifier} was not found.")
    if operation == "eks:DeletePodIdentityAssociation":
        del _THERE[one["associationId"]]
    elif operation == "eks:UpdatePodIdentityAssociation":
        one.update({key: value for key, value in said.items() if key != "clientRequestToken"})
    return _ok({"association": one})


def _create(cluster: str, said: dict[str, Any], region: str) -> Body:
    account = said["namespace"], said["serviceAccount"]
    roles = iam_backends[ACCOUNT]["aws"].roles.values()
    if said["roleArn"] not in {role.arn for role in roles}:
        return _error(400, "InvalidParameterException", "Role provided in the request does not exist.")
    for one in _THERE.values():
        if (one["clusterName"], one["namespace"], one["serviceAccount"]) == (cluster, *account):
            return _error(409, "ResourceInUseException", f"Association already exists: {one['associationId']}")
    identifier = f"a-{next(_NUMBERS):016x}"
    now = time.time()
    _THERE[identifier] = {
        "clusterName": cluster,
        "namespace": account[0],
        "serviceAccount": account[1],
        "roleArn": said["roleArn"],
        "associationId": identifier,
        "associationArn": f"arn:aws:eks:{region}:{ACCOUNT}:podidentityassociation/{cluster}/{identifier}",
        "tags": said.get("tags") or {},
        "createdAt": now,
        "modifiedAt": now,
    }
    return _ok({"association": _THERE[identifier]})


def _asked(one: dict[str, Any], cluster: str, query: dict[str, str]) -> bool:
    return one["clusterName"] == cluster and all(
        one[key] == query[key] for key in ("namespace", "serviceAccount") if key in query
    )


def _summary(one: dict[str, Any]) -> dict[str, Any]:
    return {key: one[key] for key in ("clusterName", "namespace", "serviceAccount", "associationArn", "associationId")}


def _ok(content: dict[str, Any]) -> Body:
    return 200, {"Content-Type": "application/json"}, json.dumps(content).encode()


def _error(status: int, code: str, message: str) -> Body:
    headers = {"Content-Type": "application/json", "x-amzn-errortype": code}
    return status, headers, json.dumps({"message": message}).encode()
