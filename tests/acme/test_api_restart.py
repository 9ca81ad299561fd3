# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API server is ended by SIGKILL in the middle of a module's work, and comes back: the work goes on, with either engine.

The user has the documented rights and no more. An API server that has just started doesn't know them for a moment.
"""

from __future__ import annotations

import pathlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest
import yaml

from ansible_collections.certops.kubernetes.plugins.module_utils.errors import NotFound
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds, tls_secret
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.certificate import CertificateSpec
from ansible_collections.certops.kubernetes.plugins.module_utils.x509 import keys, signing

from .api_server import LIMITED, LIMITED_TOKEN
from .engine import Fate

ROLE = pathlib.Path(__file__).parents[2] / "docs" / "rbac" / "direct_engine.yml"
GROUP = "rbac.authorization.k8s.io"
AWAY_SECONDS = 1.0
DEFINITION = kinds.Kind(
    "apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", namespaced=False
)


class Restart(Fate):
    """The process lives on; at this point the API server dies, and is started again a little later."""

    def __init__(self, point, server):
        super().__init__()
        self.at, self.server, self.starting = point, server, None

    def meet(self, name, request):
        answer = super().meet(name, request)
        if name == self.at and self.starting is None:
            self.server.stop()
            self.starting = threading.Thread(target=self._start)
            self.starting.start()
        return answer

    def _start(self):
        time.sleep(AWAY_SECONDS)
        self.server.start()


@pytest.fixture(scope="module")
def house(street):
    """Where the limited user may do what is documented."""
    found = street.houses[0]
    cluster, namespace = found.lane.cluster, found.namespace
    role = yaml.safe_load(ROLE.read_text())
    role["metadata"]["namespace"] = namespace
    cluster.create(kinds.Kind(f"{GROUP}/v1", "Role", "roles"), role)
    binding = {
        "apiVersion": f"{GROUP}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": LIMITED, "namespace": namespace},
        "roleRef": {"apiGroup": GROUP, "kind": "Role", "name": role["metadata"]["name"]},
        "subjects": [{"apiGroup": GROUP, "kind": "User", "name": LIMITED}],
    }
    cluster.create(kinds.Kind(f"{GROUP}/v1", "RoleBinding", "rolebindings"), binding)
    return found


@pytest.mark.parametrize("point", ["acme new_order", "acme authorization", "solver present", "acme certificate"])
def test_the_run_ends_right(street, house, point):
    name, restart = f"restart-{point.split()[1].replace('_', '-')}", Restart(point, street.server)
    ended = house.issue(name, restart, host=street.server.url, api_key=LIMITED_TOKEN)
    restart.starting.join()
    assert ended.said.get("certificate", {}).get("ready"), ended
    assert house.leaf(name)
    assert house.left(name) == []
    assert house.orders(name) == 1


def kind(of):
    """A kind of cert-manager's without any rules, as a definition."""
    group, version = of.api_version.split("/")
    names = {"kind": of.kind, "plural": of.plural, "singular": of.kind.lower()}
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    served = {"name": version, "served": True, "storage": True, "subresources": {"status": {}}, "schema": schema}
    return {
        "apiVersion": DEFINITION.api_version,
        "kind": DEFINITION.kind,
        "metadata": {"name": f"{of.plural}.{group}"},
        "spec": {"group": group, "scope": "Namespaced", "names": names, "versions": [served]},
    }


@pytest.fixture(scope="module")
def with_kinds(house):
    """As if cert-manager were installed, whose part is played by the test."""
    cluster = house.lane.cluster
    asked = (kinds.CERTIFICATE, kinds.ISSUER, kinds.CERTIFICATE_REQUEST, kinds.ORDER, kinds.CHALLENGE)
    for each in asked:
        cluster.create(DEFINITION, kind(each))
    until(lambda: all(_is_known(cluster, each) for each in asked))
    issuer = {"metadata": {"name": "self", "namespace": house.namespace}, "spec": {"selfSigned": {}}}
    cluster.create(kinds.ISSUER, {"apiVersion": kinds.ISSUER.api_version, "kind": kinds.ISSUER.kind, **issuer})
    yield house
    for each in asked:
        cluster.delete(DEFINITION, None, f"{each.plural}.{each.api_version.split('/')[0]}")


def _is_known(cluster, kind):
    try:
        cluster.list(kind)
    except NotFound:
        return False
    return True


def until(done):
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def issue_as_cert_manager(cluster, certificate):
    """The Secret, then the condition."""
    spec, metadata = certificate["spec"], certificate["metadata"]
    wanted, now = CertificateSpec(metadata["name"], metadata["namespace"], spec), datetime.now(timezone.utc)
    key = keys.generate(keys.wanted(spec))
    issued = signing.self_signed(spec, key, timedelta(days=90), now, signing.Pointers())
    cluster.apply(kinds.SECRET, tls_secret.manifest(wanted, issued, key, now, {}, None), "cert-manager")
    ready = {"type": "Ready", "status": "True", "reason": "Ready", "observedGeneration": metadata["generation"]}
    status = {"conditions": [ready], "revision": 1}
    cluster.merge(kinds.CERTIFICATE, metadata["namespace"], metadata["name"], {"status": status}, "status")


def test_cert_manager_is_waited_for_all_the_same(street, with_kinds):
    cluster, place = with_kinds.lane.cluster, (kinds.CERTIFICATE, with_kinds.namespace, "waited")
    more = {"engine": "cert_manager", "issuer_ref": {"name": "self"}, "host": street.server.url}
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(with_kinds.issue, "waited", **more)
        until(lambda: cluster.get(*place))
        street.server.stop()
        time.sleep(AWAY_SECONDS)
        street.server.start()
        assert not waiting.done(), waiting.result()
        issue_as_cert_manager(cluster, cluster.get(*place))
        ended = waiting.result()
    assert ended.said.get("certificate", {}).get("ready"), ended
    assert with_kinds.leaf("waited")
