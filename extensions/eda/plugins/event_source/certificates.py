# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates of a Kubernetes cluster that expire or fail, as events.

The cluster is watched, not polled: a look at it follows each change of a Certificate, of a record of the direct engine
and of a TLS Secret, and the moments at which time alone changes something.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
import pathlib
import sys
import threading
import time
import typing as t
from datetime import datetime, timedelta, timezone

# A decision environment has the collection, but no Ansible that would make it importable.
sys.path.append(str(pathlib.Path(__file__).absolute().parents[7]))

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import fleet
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.ports import Clock, Run
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import CertopsError
from ansible_collections.certops.kubernetes.plugins.module_utils.kube import connect
from ansible_collections.certops.kubernetes.plugins.module_utils.kube.cluster import Cluster
from ansible_collections.certops.kubernetes.plugins.module_utils.report import events
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds, scope
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.direct import record
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import Watch

DOCUMENTATION = r"""
---
short_description: Certificates that expire or fail
description:
  - Emits an event for each certificate that expires or fails, whichever engine keeps it, when that comes about, and for
    those that are so at the start. One that has become right again is told too.
  - Needs to list and watch Certificates, Ingresses, Secrets and ConfigMaps; what it may not read, it goes without.
  - "An event is C({'certificate': {…}}) with C(state) (V(expiring), V(failing) or V(well)), C(namespace), C(name),
    C(secret_name), C(dns_names), C(issuer_ref), C(not_after), C(renewal_time), and C(findings) with code, severity,
    object, message and remedy. While the cluster does not answer, C(state) is V(unreachable), with a C(message)."
options:
  kubeconfig:
    description: Path of a kubeconfig. This and the next five are also read from C(K8S_AUTH_*), as in kubernetes.core.
    type: str
  context:
    description: The context in it.
    type: str
  host:
    description: URL of the API server.
    type: str
  api_key:
    description: Token for it.
    type: str
  ca_cert:
    description: PEM file with the roots of its certificate.
    type: str
  validate_certs:
    description: Whether its certificate is verified.
    type: bool
  namespaces:
    description: The namespaces that are watched. The default is all of them.
    type: list
    elements: str
  label_selector:
    description: Only Certificates with these labels.
    type: str
  within:
    description: How long before its end a certificate expires, such as V(14d).
    type: str
    default: 14d
  cluster:
    description: A name for the cluster, given back in each event.
    type: str
"""

EXAMPLES = r"""
- name: Renew what expires
  hosts: all
  sources:
    - certops.kubernetes.certificates:
        kubeconfig: /etc/kubernetes/renewer.kubeconfig
        within: 20d
  rules:
    - name: Renew
      condition: event.certificate.state == "expiring"
      action:
        run_job_template: {name: TLS renew, organization: Default}
"""

AUTH: dict[str, dict[str, t.Any]] = {
    **{name: {"type": "str"} for name in ("kubeconfig", "context", "host", "api_key", "ca_cert")},
    "validate_certs": {"type": "bool", "aliases": ["verify_ssl"]},
}
OTHERS = ("namespaces", "label_selector", "within", "cluster")
CLOCK = Clock(lambda: datetime.now(timezone.utc), time.monotonic, time.sleep)
# Changes come in bursts: one look is for all of them.
SETTLE_SECONDS = 1.0
RETRY_SECONDS = 15.0

logger = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Settings:
    """What is watched."""

    auth: dict[str, t.Any]
    scope: scope.Scope
    within: timedelta
    cluster: str | None


def settings(args: dict[str, t.Any]) -> Settings:
    """From a rulebook's arguments.

    :raises ValueError: an argument that isn't one
    :raises CertopsError: one that isn't right, with what is allowed
    """
    unknown = sorted(set(args) - set(AUTH) - set(OTHERS) - {"eda_feedback_queue"})
    if unknown:
        raise ValueError(f"{', '.join(unknown)}: no argument of certops.kubernetes.certificates; there are "
                         f"{', '.join((*AUTH, *OTHERS))}")  # fmt: skip
    # A rulebook has empty text for a variable that isn't given.
    given = {name: value for name, value in args.items() if value not in ("", None)}
    wanted = scope.from_parameters({"namespaces": None, "label_selector": None, "within": "14d"} | given)
    return Settings(connect.options(given, AUTH), wanted, wanted.within or timedelta(0), given.get("cluster"))


def watches(wanted: scope.Scope) -> list[Watch]:
    """What may change a certificate's state."""
    return [
        watch
        for namespace in wanted.namespaces or (None,)
        for watch in (
            Watch(kinds.CERTIFICATE, namespace),
            Watch(kinds.CONFIG_MAP, namespace, labels=record.CERTIFICATES),
            Watch(kinds.SECRET, namespace, fields="type=kubernetes.io/tls"),
        )
    ]


def ring(cluster: Cluster, wanted: scope.Scope, bell: asyncio.Event) -> t.Callable[[], None]:
    """Has the bell ring at each change, from a thread that ends with the process; a function that ends it before."""
    loop, feed, closed = asyncio.get_running_loop(), cluster.follow(*watches(wanted)), threading.Event()

    def pump() -> None:
        while not closed.is_set():
            if feed.next(timeout=60) is not None:
                with contextlib.suppress(RuntimeError):  # the loop has ended
                    loop.call_soon_threadsafe(bell.set)

    threading.Thread(target=pump, name="certificates", daemon=True).start()

    def close() -> None:
        closed.set()
        feed.close()

    return close


async def main(queue: asyncio.Queue[dict[str, t.Any]], args: dict[str, t.Any]) -> None:
    """Puts events into the queue until it is cancelled."""
    wanted = settings(args)
    cluster = Cluster(connect.connect(wanted.auth))
    bell = asyncio.Event()
    # A cluster that does not answer is told as an event, not with each request.
    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)
    await tell(queue, wanted, Run(cluster, CLOCK), bell, lambda: ring(cluster, wanted.scope, bell))


async def tell(
    queue: asyncio.Queue[dict[str, t.Any]],
    wanted: Settings,
    run: Run,
    bell: asyncio.Event,
    watch: t.Callable[[], t.Callable[[], None]],
) -> None:
    """One look after the other, each told as far as it differs from the one before.

    :param watch: has the bell ring at each change; the function that it gives back ends that
    """
    known: dict[events.Key, events.State] = {}
    close: t.Callable[[], None] | None = None
    lost = False
    name = {"cluster": wanted.cluster} if wanted.cluster else {}
    try:
        while True:
            try:
                facts = (await asyncio.to_thread(fleet.look, run, wanted.scope)).facts
            except CertopsError as error:
                logger.warning("certops.kubernetes.certificates: %s", error)
                if not lost:
                    await queue.put({"certificate": {"state": "unreachable", "message": str(error), **name}})
                if close:
                    close()
                lost, close = True, None
                await asyncio.sleep(RETRY_SECONDS)
                continue
            lost = False
            # What comes about between the look and the watch is among what a watch begins with.
            close = close or watch()
            current = events.states(facts)
            for event in events.changes(known, current):
                await queue.put({"certificate": event | name})
            known = current
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(bell.wait(), events.next_look(facts, CLOCK.now(), wanted.within) + 1)
            await asyncio.sleep(SETTLE_SECONDS)
            bell.clear()
    finally:
        if close:
            close()
