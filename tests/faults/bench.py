# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays cases: makes each fault, looks until it is named, asks the module, mends it, and looks again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.hopeless import HOPELESS
from ansible_collections.certops.kubernetes.plugins.module_utils.dns.resolver import Resolver
from ansible_collections.certops.kubernetes.plugins.module_utils.engine import status
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.cert_manager import CertManager
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.ports import Run
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import CertopsError
from ansible_collections.certops.kubernetes.plugins.module_utils.glue import certificates, cluster
from ansible_collections.certops.kubernetes.plugins.module_utils.kube.cluster import Cluster
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import certificate
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.selection import Selection

from . import described
from .case import Case
from .objects import ISSUER_REF
from .place import Place, clear
from .played import Facts, Played

# Mostly waiting, but each is work for cert-manager, and each challenge a pod.
_AT_ONCE = 14
# How long is looked for a fault, how long a module may take that ends by itself or not, and a mended certificate.
_LOOK_SECONDS, _PAUSE_SECONDS = 180.0, 0.7
_HOPELESS_SECONDS, _PATIENT_SECONDS, _MENDED_SECONDS = 40.0, 3.0, 180.0
_ASKED_AT_MOST = 3


class Bench:
    """environment: of the testbed, as `python -m tests.testbed env` prints it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._cluster = self._connect()
        self._watched: dict[str, Played] = {}
        self._over = threading.Event()

    def _connect(self, **more: str) -> Cluster:
        return cluster.connect({"kubeconfig": self._environment["KUBECONFIG"], **more})

    def play(self, cases: Iterable[Case], say: Callable[[str], None] = lambda words: None) -> list[Played]:
        """All of them side by side."""
        clear(self._cluster)
        all_played = [Played(case, Place(case.name, self._environment, self._cluster)) for case in cases]
        self._over.clear()
        watching = threading.Thread(target=self._watch)
        watching.start()
        try:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                for played in pool.map(self._play_one, all_played):
                    say(f"{played.case.name}: {played.seconds:.0f} s")
        finally:
            self._over.set()
            watching.join()
        return all_played

    def _play_one(self, played: Played) -> Played:
        began = time.monotonic()
        try:
            self._make(played)
            self._await_name(played)
            if not played.refused and not played.case.user:
                played.differs = self._compare(played.place)
            if not played.case.served:
                self._ask_module(played)
            if played.case.can_be_mended:
                self._mend(played)
        except (AssertionError, CertopsError, OSError) as error:
            played.broken = repr(error)
        finally:
            self._watched.pop(played.place.namespace, None)
            if played.case.restore:
                played.case.restore(played.place)
            played.place.remove()
        played.seconds = time.monotonic() - began
        return played

    def _compare(self, place: Place) -> list[str]:
        def look() -> Facts | None:
            return self._shown(place.namespace).get(place.namespace)

        return described.differences(look, place.namespace, self._environment)

    def _make(self, played: Played) -> None:
        case, place = played.case, played.place
        place.put_faults(*case.server)
        place.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": place.namespace}})
        place.apply(*case.objects(place))
        try:
            self._ensure(played)
        except CertopsError as error:
            played.refused = error
            played.see([finding.as_dict() for finding in error.findings], {"refused": str(error)})
            return
        if case.then:
            case.then(place)

    def _await_name(self, played: Played) -> None:
        if not played.case.user:
            self._watched[played.place.namespace] = played
        deadline = time.monotonic() + _LOOK_SECONDS
        while not played.refused and not played.seen.wait(_PAUSE_SECONDS) and time.monotonic() < deadline:
            if played.case.user:
                self._see([played], played.place.namespace)

    def _watch(self) -> None:
        """One look at the whole cluster shows all cases."""
        while not self._over.wait(_PAUSE_SECONDS):
            waiting = [played for played in self._watched.copy().values() if not played.seen.is_set()]
            if waiting:
                self._see(waiting)

    def _see(self, some: Sequence[Played], namespace: str | None = None) -> None:
        shown = self._shown(namespace, some[0].case.user if namespace else None)
        for played in some:
            facts = shown.get(played.place.namespace)
            if facts:
                played.see(facts["findings"], facts["evidence"])

    def _shown(self, namespace: str | None, user: str | None = None) -> dict[str, Facts]:
        """What certificate_status shows of the cases' Certificates, by their namespace."""
        found = status.look(self._run(user=user), Selection(namespace), with_evidence=True).facts["certificates"]
        return {facts["namespace"]: facts for facts in found if facts["name"] == "www"}

    def _ask_module(self, played: Played) -> None:
        """A fault that shows now and then only, as between two self-checks, is asked for again."""
        for _time in range(_ASKED_AT_MOST):
            began = time.monotonic()
            try:
                self._ensure(played, _HOPELESS_SECONDS if played.case.code in HOPELESS else _PATIENT_SECONDS)
            except CertopsError as error:
                played.said, played.said_codes = str(error), [finding.code for finding in error.findings]
            played.asked = time.monotonic() - began
            if played.case.code in played.said_codes[:1]:
                return

    def _mend(self, played: Played) -> None:
        case, place = played.case, played.place
        if case.mend:
            case.mend(place)
        if case.certificate is None:
            place.await_issued()
        try:
            self._ensure(played, _MENDED_SECONDS, retry_failed=True, **case.better)
        except CertopsError as error:
            played.unmended = str(error)
            return
        again = Played(case, place)
        self._see([again], place.namespace)
        played.after = again.findings

    def _ensure(self, played: Played, seconds: float = 0.0, **better: Any) -> None:
        """As the module certificate does; without seconds it does not wait."""
        case, place = played.case, played.place
        if case.certificate is None:
            return
        given = {
            "name": "www",
            "namespace": place.namespace,
            "secret_name": "www-tls",
            "dns_names": [place.host()],
            "issuer_ref": ISSUER_REF,
            **case.certificate(place),
            **better,
        }
        validated = ArgumentSpecValidator(certificates.ONE.argument_spec).validate(given)
        assert not validated.error_messages, validated.error_messages
        wanted = certificate.from_parameters(validated.validated_parameters)
        CertManager().ensure_certificates(self._run(seconds, case.user), [wanted])

    def _run(self, seconds: float = 0.0, user: str | None = None) -> Run:
        asked = self._connect(impersonate_user=user) if user else self._cluster
        resolver = Resolver([self._environment["CERTOPS_DNS_SERVER"]])
        return Run(asked, cluster.CLOCK, wait=bool(seconds), timeout=seconds, resolver=resolver)
