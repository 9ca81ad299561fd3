# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a case is played: a namespace, hosts, and an ACME server of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.certops.kubernetes.plugins.module_utils.engine.ports import Cluster
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import Kind
from tests.acme_proxy.control import Remote
from tests.acme_proxy.faults import Fault

from .case import Manifest

PREFIX = "fault-"
LABEL = "faults.test/case"
_MANAGER = "faults"
_SECONDS = 150.0

_ADMISSION, _RBAC = "admissionregistration.k8s.io/v1", "rbac.authorization.k8s.io/v1"
QUOTA = Kind("v1", "ResourceQuota", "resourcequotas")
LIMIT_RANGE = Kind("v1", "LimitRange", "limitranges")
POLICY = Kind(_ADMISSION, "ValidatingAdmissionPolicy", "validatingadmissionpolicies", namespaced=False)
POLICY_BINDING = Kind(
    _ADMISSION, "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", namespaced=False
)
WEBHOOK = Kind(_ADMISSION, "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", namespaced=False)
ROLE = Kind(_RBAC, "ClusterRole", "clusterroles", namespaced=False)
ROLE_BINDING = Kind(_RBAC, "ClusterRoleBinding", "clusterrolebindings", namespaced=False)

_OWN = (
    kinds.CERTIFICATE,
    kinds.CLUSTER_ISSUER,
    kinds.CONFIG_MAP,
    kinds.DEPLOYMENT,
    kinds.INGRESS,
    kinds.INGRESS_CLASS,
    kinds.ISSUER,
    kinds.NAMESPACE,
    kinds.SECRET,
    kinds.SERVICE,
    QUOTA,
    LIMIT_RANGE,
    POLICY,
    POLICY_BINDING,
    WEBHOOK,
    ROLE,
    ROLE_BINDING,
    Kind(_RBAC, "Role", "roles"),
    Kind(_RBAC, "RoleBinding", "rolebindings"),
)
KINDS = {kind.kind: kind for kind in _OWN}


@dataclass(frozen=True)
class Place:
    """environment: of the testbed, as `python -m tests.testbed env` prints it."""

    name: str
    environment: Mapping[str, str]
    cluster: Cluster

    @property
    def namespace(self) -> str:
        return PREFIX + self.name

    def host(self, below: str = "") -> str:
        """A name of this case's own. below: a part of the zone that doesn't lead to the ingress controller."""
        return ".".join(filter(None, (self.name, below, self.environment["CERTOPS_DNS_ZONE"])))

    @property
    def acme_host(self) -> str:
        return f"{self.name}.{self.environment['CERTOPS_ACME_PROXY'].partition(':')[0]}"

    @property
    def acme_server(self) -> str:
        """The directory of a server that only this case uses; all are the same Pebble."""
        return f"https://{self.name}.{self.environment['CERTOPS_ACME_PROXY']}/dir"

    @property
    def acme_ca(self) -> bytes:
        return Path(self.environment["CERTOPS_ACME_CA_BUNDLE"]).read_bytes()

    def put_faults(self, *faults: Fault) -> None:
        """What happens from now on to requests to the case's ACME server."""
        Remote(self.environment["CERTOPS_ACME_PROXY_CONTROL"]).put(faults, self.acme_host)

    def apply(self, *manifests: Manifest, manager: str = _MANAGER) -> None:
        """In the case's namespace unless they say another. What is not in it gets a label, by which it is removed."""
        for manifest in manifests:
            kind, metadata = KINDS[manifest["kind"]], dict(manifest["metadata"])
            if kind.namespaced:
                metadata.setdefault("namespace", self.namespace)
            if metadata.get("namespace") != self.namespace:
                metadata["labels"] = {**metadata.get("labels", {}), LABEL: self.name}
            self.cluster.apply(kind, {**manifest, "metadata": metadata}, manager, force=True)

    def get(self, kind: Kind, name: str) -> dict[str, Any] | None:
        return self.cluster.get(kind, self._namespace(kind), name)

    def list(self, kind: Kind) -> list[dict[str, Any]]:
        return self.cluster.list(kind, self._namespace(kind))[0]

    def patch(self, kind: Kind, name: str, patch: Any, subresource: str | None = None) -> None:
        """A JSON merge patch."""
        self.cluster.merge(kind, self._namespace(kind), name, patch, subresource)

    def delete(self, kind: Kind, name: str) -> None:
        self.cluster.delete(kind, self._namespace(kind), name)

    def _namespace(self, kind: Kind) -> str | None:
        return self.namespace if kind.namespaced else None

    def touch(self) -> None:
        """Has cert-manager look at the issuer again, which otherwise waits longer after each failure."""
        self.patch(kinds.ISSUER, "issuer", {"metadata": {"annotations": {"faults.test/touched": str(time.time())}}})

    def remove(self) -> None:
        """All that the case has made; its namespace goes by and by."""
        self.put_faults()
        _remove(self.cluster, f"{LABEL}={self.name}")

    def heal_server(self) -> None:
        """The case's ACME server works from now on, and its issuer sees it."""
        self.put_faults()
        self.touch()
        self.await_issuer()

    def await_issuer(self) -> None:
        """cert-manager has seen that the issuer is in order."""
        self.await_true("the issuer", lambda: _is_ready(self.get(kinds.ISSUER, "issuer")))

    def await_issued(self) -> None:
        """The case's own Certificate is ready."""
        self.await_true("the certificate", lambda: _is_ready(self.get(kinds.CERTIFICATE, "www")))

    def await_true(self, what: str, check: Callable[[], object]) -> None:
        """AssertionError if it does not become true in time."""
        deadline = time.monotonic() + _SECONDS
        while not check():
            assert time.monotonic() < deadline, f"{self.namespace}: {what} did not come within {_SECONDS:.0f} s"
            time.sleep(0.5)


def _is_ready(obj: Mapping[str, Any] | None) -> bool:
    conditions = ((obj or {}).get("status") or {}).get("conditions") or ()
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def _remove(cluster: Cluster, label: str) -> None:
    for kind in (kinds.ISSUER, *(kind for kind in _OWN if not kind.namespaced)):
        for item in cluster.list(kind, labels=label)[0]:
            cluster.delete(kind, item["metadata"].get("namespace"), item["metadata"]["name"])


def clear(cluster: Cluster) -> None:
    """Removes all that cases have made, also those of a run that was ended; namespaces are waited for."""
    _remove(cluster, LABEL)
    deadline = time.monotonic() + _SECONDS
    while cluster.list(kinds.NAMESPACE, labels=LABEL)[0]:
        assert time.monotonic() < deadline, "namespaces of earlier cases are still being deleted"
        time.sleep(0.5)
