# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Probe a host: read what is expected from the cluster, look, judge, and again until it holds or the time is out."""

from __future__ import annotations

import typing as t

from .. import errors
from ..diagnose import probe, readiness
from ..diagnose.finding import ERROR, in_words
from ..diagnose.served import Evidence, Served
from ..spec.probe import Reference
from ..x509.leaf import X509Error
from ..x509.roots import Roots, from_secret
from . import ports

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ..spec import kinds
    from ..spec.probe import ProbeSpec
    from ..x509.leaf import CertificateInfo

FIRST_PAUSE, LONGEST_PAUSE, PAUSE_GROWTH = 0.2, 2.0, 1.6  # seconds, seconds, factor
LOOK_SECONDS = 5.0  # for each connection of a look


class Look(t.Protocol):
    """One look at a host (probe/look.py)."""

    def __call__(self, spec: ProbeSpec, address: str, trusted: Roots | None, seconds: float) -> Served: ...


class Read(t.Protocol):
    """Reads one object, None when there is none (kube/cluster.py); only called where the spec names one."""

    def __call__(self, kind: kinds.Kind, namespace: str, name: str) -> Mapping[str, t.Any] | None: ...


def run(spec: ProbeSpec, look: Look, read: Read, clock: ports.Clock, timeout: float) -> ports.Outcome:
    """Look until all expectations hold.

    :param timeout: seconds to go on looking; 0 looks once
    :raises NotReady: they don't hold in time; with the findings, and the facts of the last look
    :raises ApiError: the cluster refuses to show what is expected
    """
    began = clock.monotonic()
    left, pause = timeout, FIRST_PAUSE
    while True:
        # The last look is cut short, but not so short that a good host can't answer.
        seconds = min(LOOK_SECONDS, max(left, 1.0)) if timeout else LOOK_SECONDS
        evidence = _gather(spec, look, read, seconds)
        findings = probe.findings(spec, evidence, clock.now())
        facts = {"probe": evidence.as_facts(spec.host)}
        if all(finding.severity != ERROR for finding in findings):
            return ports.Outcome(False, facts, findings=findings)
        left = began + timeout - clock.monotonic()
        if left <= 0:
            summary = f"{spec.host} is not served as expected after {clock.monotonic() - began:.0f} s."
            raise errors.NotReady(in_words(summary, findings), findings, facts)
        clock.sleep(min(pause, left))
        left, pause = left - pause, min(pause * PAUSE_GROWTH, LONGEST_PAUSE)


def _gather(spec: ProbeSpec, look: Look, read: Read, seconds: float) -> Evidence:
    trusted = _roots(spec.trust, read) if isinstance(spec.trust, Reference) else spec.trust
    expected = _expected(spec.secret, read) if spec.secret else None
    address, problem = _address(spec, read)
    if not address:
        return Evidence("", problem, None, trusted, expected)
    usable = trusted if isinstance(trusted, Roots) else None
    return Evidence(address, "", look(spec, address, usable, seconds), trusted, expected)


def _address(spec: ProbeSpec, read: Read) -> tuple[str, str]:
    """Where to connect, or why that isn't known."""
    if spec.address or spec.ingress is None:
        return spec.address or spec.host, ""
    ingress = _object(spec.ingress, read)
    if ingress is None:
        return "", "does not exist"
    for entry in ingress.get("status", {}).get("loadBalancer", {}).get("ingress") or ():
        if entry.get("ip") or entry.get("hostname"):
            return entry.get("ip") or entry["hostname"], ""
    named = (ingress.get("spec") or {}).get("ingressClassName")
    return "", f"has no address in status.loadBalancer.ingress (its class: {named or 'the default one'})"


def _roots(reference: Reference, read: Read) -> Roots | str:
    secret = _object(reference, read)
    if secret is None:
        return "it does not exist"
    try:
        ca, served = (readiness.value(secret, key) for key in ("ca.crt", "tls.crt"))
        return from_secret(reference.title, ca, served)
    except X509Error as error:
        return str(error)


def _expected(reference: Reference, read: Read) -> CertificateInfo | str:
    secret = _object(reference, read)
    if secret is None:
        return "it does not exist"
    try:
        return readiness.leaf_of(secret)
    except X509Error as error:
        return str(error)


def _object(reference: Reference, read: Read) -> Mapping[str, t.Any] | None:
    return read(reference.kind, reference.namespace, reference.name)
