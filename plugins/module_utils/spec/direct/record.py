# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the direct engine keeps in the cluster about an issuer or a certificate: a ConfigMap, no CRD needed.

    data.kind, data.name   what it is about
    data.spec              Issuer.spec or Certificate.spec of cert-manager, as JSON: what is wanted
    data.status            their .status, as JSON: what came of it
    data.work              as JSON: what a run that was cut off must know, such as the order's URL; never a key

Since both are in cert-manager's shape, whatever reads its objects reads these.
"""

from __future__ import annotations

import hashlib
import json
import typing as t

from ... import errors
from .. import kinds

if t.TYPE_CHECKING:
    from collections.abc import Mapping

Object = t.Mapping[str, t.Any]

ENGINE = "direct"

_PREFIX = {
    "Certificate": "certops-certificate-",
    "ClusterIssuer": "certops-cluster-issuer-",
    "Issuer": "certops-issuer-",
}
_LONGEST_NAME = 253  # of an object (RFC 1123)
CERTIFICATES = "app.kubernetes.io/component=certificate,app.kubernetes.io/managed-by=certops"
ISSUERS = "app.kubernetes.io/component=issuer,app.kubernetes.io/managed-by=certops"
# What of a certificate's work belongs to an order: that a run is about to open it, and where it is.
OF_ORDER = ("claim", "order")


def config_map_name(kind: kinds.Kind, name: str) -> str:
    """The ConfigMap's name; ends with a digest where the whole name is too long."""
    return shortened(_PREFIX[kind.kind] + name)


def shortened(name: str) -> str:
    """A name that Kubernetes takes, and that no other long name is shortened to."""
    if len(name) <= _LONGEST_NAME:
        return name
    return name[: _LONGEST_NAME - 17].rstrip("-.") + "-" + hashlib.sha256(name.encode()).hexdigest()[:16]


def manifest(kind: kinds.Kind, namespace: str, name: str, spec: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The ConfigMap's part that says what is wanted.

    :param namespace: where the ConfigMap is kept; a ClusterIssuer's is not the issuer's own
    """
    component = "certificate" if kind is kinds.CERTIFICATE else "issuer"
    return {
        "apiVersion": kinds.CONFIG_MAP.api_version,
        "kind": kinds.CONFIG_MAP.kind,
        "metadata": {
            "name": config_map_name(kind, name),
            "namespace": namespace,
            "labels": {"app.kubernetes.io/component": component, "app.kubernetes.io/managed-by": "certops"},
        },
        "data": {"kind": kind.kind, "name": name, "spec": text(spec)},
    }


def text(value: Mapping[str, t.Any]) -> str:
    """JSON that people can read, always the same for the same value."""
    return json.dumps(value, indent=2, sort_keys=True)


def as_object(config_map: Object) -> dict[str, t.Any]:
    """The issuer or certificate that the ConfigMap is about, as cert-manager's API would return it.

    It says whose it is (``engine``), and of a certificate also what a next run must know (``work``).

    :raises CertopsError: somebody has broken the ConfigMap
    """
    kind, metadata = config_map["data"].get("kind"), config_map["metadata"]
    namespace = {} if kind == "ClusterIssuer" else {"namespace": metadata["namespace"]}
    kept = {key: metadata[key] for key in ("uid", "creationTimestamp") if key in metadata}
    return {
        "apiVersion": kinds.CERTIFICATE.api_version,
        "kind": kind,
        "metadata": {"name": config_map["data"].get("name"), **namespace, **kept},
        "spec": read(config_map, "spec"),
        "status": read(config_map, "status"),
        "engine": ENGINE,
        **({"work": read(config_map, "work")} if kind == kinds.CERTIFICATE.kind else {}),
    }


def read(config_map: Object | None, part: str) -> dict[str, t.Any]:
    """One of the JSON parts, empty where there is none.

    :raises CertopsError: it isn't a JSON object
    """
    found = ((config_map or {}).get("data") or {}).get(part)
    if not found:
        return {}
    try:
        value = json.loads(found)
    except ValueError:
        value = None
    if isinstance(value, dict):
        return value
    metadata = (config_map or {})["metadata"]
    title = kinds.CONFIG_MAP.title(metadata["namespace"], metadata["name"])
    raise errors.CertopsError(f"{title}: data.{part} is no JSON object; mend it, or remove the ConfigMap to start anew")


def came_of(config_map: Object | None) -> tuple[str | None, str | None]:
    """What runs have written down of their work, status and work, as it is kept: to be compared, not read."""
    data = (config_map or {}).get("data") or {}
    return data.get("status"), data.get("work")


def under_way(config_map: Object | None) -> bool:
    """Whether a run has begun to order a certificate, and none has ended it."""
    return not read(config_map, "work").keys().isdisjoint(OF_ORDER)


def patch(config_map: Object, **parts: Mapping[str, t.Any] | None) -> dict[str, t.Any]:
    """A merge patch (RFC 7396) that replaces parts of just this version of the ConfigMap; None removes one."""
    return {
        "metadata": {"resourceVersion": config_map["metadata"]["resourceVersion"]},
        "data": {part: None if value is None else text(value) for part, value in parts.items()},
    }
