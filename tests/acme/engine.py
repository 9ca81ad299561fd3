# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The direct engine at work: a cluster in memory, a real ACME server, and runs that can be killed at any request.

A killed run is one whose parts are dead from that moment on: whatever it still does on its way down reaches nobody, as
after kill -9.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from ansible_collections.certops.kubernetes.plugins.module_utils.acme.client import Client
from ansible_collections.certops.kubernetes.plugins.module_utils.acme.renewal_info import certificate_id
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.finding import ERROR, Finding
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct import certificates, issuers
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct.engine import Direct
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct.ports import Parts
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.ports import Clock, Outcome, Run, Server
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import NotReady, ProviderError
from ansible_collections.certops.kubernetes.plugins.module_utils.glue.direct import revoke
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.certificate import CertificateSpec
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.challenge import Task
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.direct import record
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.issuer import IssuerSpec
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.solvers import base64_text
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time

from .pebble import Pebble
from .workbench import Hurried, orders_of

REF = {"name": "pebble", "kind": "Issuer", "group": "cert-manager.io"}


class Killed(BaseException):
    """The end of a run; nothing in the engine catches it."""


class Fate:
    """When a run dies: at one of its requests, before or after it reaches the other side.

    point: its name; time: which of those of that name
    """

    def __init__(self, point: str = "", after: bool = False, time: int = 1) -> None:
        self.requests: list[str] = []
        self._point, self._after, self._time, self._dead = point, after, time, False
        self._lock = threading.Lock()

    def meet(self, name: str, request: Any) -> Any:
        with self._lock:
            if self._dead:
                raise Killed
            self.requests.append(name)
            this = name == self._point and self.requests.count(name) == self._time
            if this and not self._after:
                self._dead = True
                raise Killed
        answer = request()
        if this and self._after:
            self._dead = True
            raise Killed
        return answer


class Mortal:
    """A part all of whose requests a fate decides about."""

    def __init__(self, part: Any, fate: Fate, name: str) -> None:
        self._part, self._fate, self._name = part, fate, name

    def __getattr__(self, verb: str) -> Any:
        found = getattr(self._part, verb)
        if not callable(found) or verb == "key_authorization":
            return found
        return lambda *given, **named: self._fate.meet(self._told(verb, given), lambda: found(*given, **named))

    def _told(self, verb: str, given: tuple[Any, ...]) -> str:
        if self._name != "cluster":
            return f"{self._name} {verb}"
        kind = given[0].kind
        if verb == "merge" and '"claim"' in given[3].get("data", {}).get("work", ""):
            verb = "claim"
        name = given[1]["metadata"]["name"] if verb in ("apply", "create") else given[2] if len(given) > 2 else ""
        return f"{verb} {kind} {name}".strip()


@dataclass
class Solver:
    """Answers by a note; what is left of them is what was presented and not cleaned up.

    unseen: hosts that nobody sees. refused: whether it may not take away what it has presented.
    """

    presented: set[Task] = field(default_factory=set)
    unseen: set[str] = field(default_factory=set)
    refused: bool = False
    prepared: list[Task] = field(default_factory=list)
    challenge_type = "http-01"

    def prepare(self, tasks: Sequence[Task]) -> None:
        self.prepared += tasks

    def present(self, tasks: Sequence[Task]) -> None:
        self.presented |= set(tasks)

    def await_visible(self, tasks: Sequence[Task], deadline: float) -> None:
        if hidden := [task.identifier for task in tasks if task.identifier in self.unseen]:
            raise NotReady(f"not seen: {', '.join(hidden)}")

    def clean_up(self, tasks: Sequence[Task]) -> None:
        if self.refused:
            raise ProviderError("not today", [Finding("dns01.update_refused", ERROR, "zone example.com", "not today")])
        self.presented -= set(tasks)


class Bench:
    """A cluster with an issuer of a server."""

    def __init__(self, pebble: Pebble, **acme: Any) -> None:
        self.cluster, self.hurried, self.solver = FakeCluster(Time()), Hurried(), Solver()
        self.cluster.missing_kinds |= {"Certificate", "Issuer", "ClusterIssuer"}
        body = {
            "server": pebble.directory,
            "caBundle": base64_text(pebble.trust),
            "privateKeySecretRef": {"name": "pebble-account-key"},
            "solvers": [{"http01": {"ingress": {}}}],
            **acme,
        }
        self.issuer = IssuerSpec(kinds.ISSUER, "pebble", "shop", {"acme": body}, {}, "shop")
        self.clients: list[Client] = []

    def run(self, fate: Fate | None = None, **how: Any) -> Run:
        cluster = Mortal(self.cluster, fate, "cluster") if fate else self.cluster
        return Run(cluster, **{"clock": self.hurried.clock(), "timeout": 60.0, **how})

    def parts(self, fate: Fate | None = None) -> Parts:
        def client(server: Server, clock: Clock) -> Any:
            made = Client(
                server.directory_url,
                server.key_pem,
                server.account_uri,
                clock=clock,
                trust=server.trust,
                patience=server.patience,
            )
            self.clients.append(made)
            return Mortal(made, fate, "acme") if fate else made

        def solver(run: Run, body: Any, namespace: str, secrets_namespace: str) -> Any:
            return Mortal(self.solver, fate, "solver") if fate else self.solver

        return Parts(client, certificate_id, solver)

    def registered(self) -> Self:
        """The same with an account."""
        self.register()
        return self

    def register(self) -> Outcome:
        return issuers.ensure(self.run(), self.parts(), self.issuer)

    def issue(self, *wanted: CertificateSpec, fate: Fate | None = None, **how: Any) -> Outcome:
        return certificates.ensure(self.run(fate, **how), self.parts(fate), wanted)

    def expose(self, wanted: CertificateSpec, fate: Fate | None = None, **how: Any) -> Outcome:
        """As the engine does with renew: key_exposed; the revocation is a request like others."""

        def revoked(*given: Any) -> bool:
            return bool(fate.meet("acme revoke", lambda: revoke(*given)) if fate else revoke(*given))

        return Direct(self.parts(fate)).ensure_certificates(self.run(fate, revoke=revoked, **how), [wanted])

    def killed(self, wanted: CertificateSpec, point: str, after: bool) -> None:
        act = self.expose if wanted.renew == "key_exposed" else self.issue
        try:
            act(wanted, fate=Fate(point, after))
        except Killed:
            return
        raise AssertionError(f"nothing asked for {point}")

    def secret(self, name: str) -> dict[str, Any] | None:
        return self.cluster.live(kinds.SECRET, "shop", name)

    def work(self, name: str = "www") -> dict[str, Any]:
        return record.read(self.cluster.live(kinds.CONFIG_MAP, "shop", f"certops-certificate-{name}"), "work")

    def give_up_authorizations(self, *orders: str) -> None:
        """So that the server can't reuse them: Pebble does once in a hundred, whatever PEBBLE_AUTHZREUSE says.

        orders: those whose authorizations are given up; all, if none is named.
        """
        client = self.clients[-1]
        for order in orders or self.orders():
            for url in client.order(order).authorizations:
                client.deactivate_authorization(url)

    def orders(self) -> list[str]:
        """The orders that the server has for the account."""
        return orders_of(self.clients[-1])


def wanted(name: str = "www", host: str = "", options: dict[str, Any] | None = None, **spec: Any) -> CertificateSpec:
    body = {
        "secretName": f"{name}-tls",
        "issuerRef": REF,
        "dnsNames": [host or f"{name}.example.com"],
        "privateKey": {"algorithm": "ECDSA"},
        **spec,
    }
    return replace(CertificateSpec(name, "shop", body), **(options or {}))
