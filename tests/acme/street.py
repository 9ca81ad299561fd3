# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lanes for module processes, with all servers that they need on loopback: etcd, kube-apiserver, Pebble, BIND."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.certops.kubernetes.plugins.module_utils.acme.client import Client
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import readiness
from ansible_collections.certops.kubernetes.plugins.module_utils.dns.resolver import Resolver
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.direct import record
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import CertificateInfo
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.match import key_matches
from tests.dns import bind
from tests.testbed import artifacts, store
from tests.testbed.progress import Progress

from .api_server import ApiServer, api_server
from .engine import Fate
from .lane import Lane, Module, Result, lane
from .pebble import VALIDATING, Pebble, pebble
from .workbench import REAL_CLOCK, orders_of

ADDRESS = "127.0.0.1"
ZONE = "shop.test"
ISSUER, ACCOUNT_KEY = "pebble", "pebble-account-key"
_NAMESPACE = kinds.Kind("v1", "Namespace", "namespaces", namespaced=False)


@dataclass
class House:
    """A namespace with an issuer, and the lane that leads to it."""

    lane: Lane
    namespace: str
    pebble: Pebble
    resolver: Resolver
    _known: dict[str, str] = field(default_factory=dict)

    def certificate(self, fate: Fate | None = None, **arguments: Any) -> Result:
        """Runs the module."""
        common = {"namespace": self.namespace, "engine": "direct", "wait_timeout": 60}
        return self.lane.run("certificate", {**common, **arguments}, fate)

    def issue(self, name: str, fate: Fate | None = None, **more: Any) -> Result:
        return self.certificate(fate, **{**wanted(name), **more})

    def secret(self, name: str) -> Mapping[str, Any] | None:
        return self.lane.cluster.get(kinds.SECRET, self.namespace, name)

    def leaf(self, name: str) -> CertificateInfo:
        """What is served; with the key that it belongs to."""
        secret = self.secret(f"{name}-tls")
        assert secret, f"{name} is not served"
        assert key_matches(readiness.value(secret, "tls.crt"), readiness.value(secret, "tls.key"))
        return readiness.leaf_of(secret)

    def work(self, name: str) -> dict[str, Any]:
        kept = self.lane.cluster.get(kinds.CONFIG_MAP, self.namespace, f"certops-certificate-{name}")
        return record.read(kept, "work")

    def left(self, name: str) -> list[str]:
        """What an issuance should have taken away, and has not."""
        values = [value for answer in self._txt(name) for value in answer]
        kept = [part for part in (*record.OF_ORDER, "left", "failure") if part in self.work(name)]
        return values + kept + (["the next key"] if self.secret(f"certops-next-key-{name}") else [])

    def _txt(self, name: str) -> list[Sequence[str]]:
        answers = self.resolver.authoritative(f"_acme-challenge.{host(name)}", "TXT")
        assert answers, "the DNS server does not answer"
        return [answer.values for answer in answers]

    def client(self) -> Client:
        """With the account, whose URL leads by way of the lane; nobody else may be on it."""
        self.lane.now = Module()
        secret = self.secret(ACCOUNT_KEY)
        assert secret
        key = readiness.value(secret, "tls.key")
        return Client(self.lane.acme, key, clock=REAL_CLOCK, trust=self.pebble.trust)

    def orders(self, name: str) -> int:
        """How many orders for this name the server has, without those that are invalid or lost their proof."""
        client = self.client()
        found = orders_of(client)
        for url in set(found).difference(self._known):
            [(_kind, self._known[url])] = client.order(url).identifiers
        return [self._known[url] for url in found].count(host(name))

    def give_up_authorizations(self) -> None:
        """So that the next orders have to prove their names: Pebble reuses some, whatever PEBBLE_AUTHZREUSE says."""
        client = self.client()
        for url in orders_of(client):
            for authorization in client.order(url).authorizations:
                client.deactivate_authorization(authorization)


def host(name: str) -> str:
    return f"{name}.{ZONE}"


def wanted(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "secret_name": f"{name}-tls",
        "dns_names": [host(name)],
        "issuer_ref": {"name": ISSUER},
        "private_key": {"algorithm": "ECDSA"},
    }


@dataclass
class Street:
    """Module processes may work at once in different houses."""

    server: ApiServer
    houses: list[House]


@contextmanager
def street(folder: Path, count: int) -> Iterator[Street]:
    """count: how many houses."""
    store.make(artifacts.BIND, Progress())
    named, key = store.programs_of(artifacts.BIND) / "named", bind.new_key("certops")
    zones = [bind.Zone(ZONE, "", [key.name])]
    with ExitStack() as stack:
        port = stack.enter_context(bind.running(named, folder / "zones", zones, [key], ADDRESS))
        acme = stack.enter_context(pebble(folder, VALIDATING, f"{ADDRESS}:{port}"))
        server = stack.enter_context(api_server(folder / "kubernetes", acme.files))
        made = Street(server, [])
        for number in range(count):
            way = stack.enter_context(lane(server, acme, (ADDRESS, port)))
            made.houses.append(_house(way, f"house-{number}", acme, Resolver([ADDRESS], port), key))
        yield made


def _house(way: Lane, namespace: str, acme: Pebble, resolver: Resolver, key: bind.Key) -> House:
    way.cluster.create(_NAMESPACE, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    update = {
        "nameserver": way.dns,
        "tsig_key_name": key.name,
        "tsig_algorithm": "HMACSHA256",
        "tsig_secret": key.secret,
    }
    # The servers of the zone are not at port 53, so that nobody can look for the answers there.
    solver = {"dns01": {"rfc2136": update, "cname_strategy": "None"}, "wait_instead_of_self_check": "1ms"}
    server = {"server": way.acme, "ca_bundle": acme.trust, "solvers": [solver]}
    made = way.run("issuer", {"name": ISSUER, "namespace": namespace, "engine": "direct", "acme": server})
    assert not made.failed and made.said, made
    return House(way, namespace, acme, resolver)
