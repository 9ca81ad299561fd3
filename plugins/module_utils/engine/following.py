# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine that follows the issuer: whichever engine keeps the issuer of a certificate does its work.

One read of the ConfigMap that the direct engine would keep about each distinct issuer tells. Where both engines keep the
issuer, as while certificates are moved, or for a ClusterIssuer of which some namespaces are, the certificate itself tells.
"""

from __future__ import annotations

import typing as t

from .. import errors
from ..diagnose.finding import ERROR, Finding, in_words
from ..spec import kinds
from . import parallel, ports
from .direct import observe, records

if t.TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..spec.certificate import CertificateSpec
    from ..spec.issuer import IssuerSpec
    from . import protocol

Item = t.TypeVar("Item")


class Following:
    """Implements protocol.Engine with the two others. An issuer says itself which one it is for."""

    def __init__(self, cert_manager: protocol.Engine, direct: protocol.Engine) -> None:
        self._cert_manager, self._direct = cert_manager, direct

    def ensure_issuer(self, run: ports.Run, wanted: IssuerSpec) -> ports.Outcome:
        return self._cert_manager.ensure_issuer(run, wanted)

    def remove_issuer(
        self, run: ports.Run, kind: kinds.Kind, namespace: str | None, name: str, secrets: protocol.IssuerSecrets
    ) -> ports.Outcome:
        return self._cert_manager.remove_issuer(run, kind, namespace, name, secrets)

    def reads_annotations(self, run: ports.Run, wanted: CertificateSpec) -> bool:
        """As the issuer's engine does."""
        return not _directly(run, [wanted])[0]

    def ensure_certificates(self, run: ports.Run, wanted: Sequence[CertificateSpec]) -> ports.Outcome:
        """As the engines do.

        :raises CertopsError: an issuer is known to neither
        """
        places = [_told_by(run, spec) for spec in wanted]
        directly = _directly(run, wanted)
        return self._both(
            wanted, directly, lambda engine, some: engine.ensure_certificates(run, some), lambda: _neither(places)
        )

    def remove_certificates(
        self, run: ports.Run, targets: Sequence[protocol.CertificateTarget], delete_secret: bool
    ) -> ports.Outcome:
        """As the engines do; which one keeps a certificate is told by the record that the direct one has of it."""
        places = [(kinds.CERTIFICATE, target.namespace, target.name) for target in targets]
        directly = [found is not None for found in parallel.each(lambda place: _kept(run, place), places)]
        return self._both(
            targets, directly, lambda engine, some: engine.remove_certificates(run, some, delete_secret), list
        )

    def _both(
        self,
        items: Sequence[Item],
        directly: Sequence[bool],
        act: Callable[[protocol.Engine, Sequence[Item]], ports.Outcome],
        neither: Callable[[], Sequence[Finding]],
    ) -> ports.Outcome:
        """Have each engine do its own; the certificates of both in the items' order, the failures of both in one."""
        outcomes: dict[bool, ports.Outcome] = {}
        failures: list[errors.NotReady] = []
        for direct in sorted(set(directly)):
            some = [item for item, mine in zip(items, directly, strict=True) if mine == direct]
            try:
                outcomes[direct] = act(self._direct if direct else self._cert_manager, some)
            except errors.NotReady as error:
                failures.append(error)
                outcomes[direct] = ports.Outcome(bool(error.facts.get("changed")), error.facts)
            except errors.CertopsError as error:
                raise _explained(error, neither()) from error
        facts = {"certificates": _in_order(directly, outcomes)}
        changed = any(outcome.changed for outcome in outcomes.values())
        if failures:
            findings = [finding for error in failures for finding in error.findings]
            raise errors.NotReady("\n".join(map(str, failures)), findings, {"changed": changed, **facts})
        diff = [part for outcome in outcomes.values() for part in outcome.diff]
        return ports.Outcome(changed, facts, diff, [note for outcome in outcomes.values() for note in outcome.findings])


def _directly(run: ports.Run, wanted: Sequence[CertificateSpec]) -> list[bool]:
    """Whether the direct engine keeps each of them."""
    places = [_told_by(run, spec) for spec in wanted]
    distinct = list(dict.fromkeys(places))

    def keepers(place: observe.Place) -> tuple[bool, bool]:
        direct = _kept(run, place) is not None
        return direct, direct and place[0] is not kinds.CERTIFICATE and _has(run, place)

    kept = dict(zip(distinct, parallel.each(keepers, distinct), strict=True))

    def one(spec: CertificateSpec, place: observe.Place) -> bool:
        direct, both = kept[place]
        if not both:
            return direct
        own = (kinds.CERTIFICATE, spec.namespace, spec.name)
        return _kept(run, own) is not None or not _has(run, own)

    return parallel.each(lambda pair: one(*pair), list(zip(wanted, places, strict=True)))


def _has(run: ports.Run, place: observe.Place) -> bool:
    """Whether cert-manager has it; whoever may not read it has no use for that engine."""
    kind, namespace, name = place
    try:
        return run.cluster.get(kind, namespace if kind.namespaced else None, name) is not None
    except errors.Forbidden:
        return False


def _told_by(run: ports.Run, wanted: CertificateSpec) -> observe.Place:
    """What tells the engine: the issuer, or the certificate itself where nothing is said of its issuer."""
    if wanted.as_it_is:
        return kinds.CERTIFICATE, wanted.namespace, wanted.name
    return observe.place_of(run, wanted)


def _kept(run: ports.Run, place: observe.Place) -> ports.Object | None:
    """What the direct engine keeps; whoever may not read it has no use for that engine."""
    try:
        return records.read(run, *place)
    except errors.Forbidden:
        return None


def _in_order(directly: Sequence[bool], outcomes: t.Mapping[bool, ports.Outcome]) -> list[t.Any]:
    found = {direct: iter(outcome.facts.get("certificates") or ()) for direct, outcome in outcomes.items()}
    return [item for direct in directly if (item := next(found[direct], None)) is not None]


def _neither(places: Sequence[observe.Place]) -> list[Finding]:
    return [
        Finding(
            "engine.none",
            ERROR,
            kind.title(namespace, name),
            f"is known to neither engine: the direct one keeps no such issuer in namespace {namespace}, "
            "and the cluster has no cert-manager.",
            "make it with the module certops.kubernetes.issuer and engine: direct, or install cert-manager",
        )
        for kind, namespace, name in dict.fromkeys(places)
    ]


def _explained(error: errors.CertopsError, neither: Sequence[Finding]) -> errors.CertopsError:
    """Without cert-manager's kinds, what is missing is an engine rather than a kind."""
    if not neither or not any(finding.code == "crd.missing" for finding in error.findings):
        return error
    return errors.CertopsError(in_words("Nothing was issued.", neither), neither)
