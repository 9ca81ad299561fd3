# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How certificates stand and why: the chain of each that is selected. Reads only."""

from __future__ import annotations

import contextlib
import typing as t

from .. import errors
from ..diagnose import causes, readiness, tree, unread
from ..diagnose.chain import Chain
from ..diagnose.finding import ERROR, Finding, in_words
from ..diagnose.preflight import validation
from ..spec import kinds
from ..x509.leaf import X509Error
from ..x509.match import key_matches
from . import (
    dns_evidence,
    evidence,
    installation,
    parallel,
    ports,
    recorded,
    snapshot,
    validation_evidence,
    wanted_leaf,
)

if t.TYPE_CHECKING:
    from ..diagnose.evidence import Evidence
    from ..spec.selection import Selection


def look(
    run: ports.Run, selection: Selection, with_evidence: bool = False, only_unhealthy: bool = False
) -> ports.Outcome:
    """Show the chain of every selected Certificate; what can't be read around it is said.

    :param only_unhealthy: leave those that are as wanted out of ``msg``

    :raises ApiError: the Certificates themselves can't be read
    """
    reading, seen = recorded.of(snapshot.of(run, wide=selection.namespace is None))
    selected, notes = _selected(reading, selection)
    notes += [
        unread.finding(plural, answer, "so only the direct engine's are shown")
        for plural, answer in seen.refused.items()
    ]
    chains = parallel.each(lambda certificate: _chain(reading, certificate), selected)
    findings = _once([finding for chain in chains for finding in chain.findings] + notes)
    facts = {
        "msg": in_words(tree.forest(chains, selection.words, only_unhealthy), findings),
        "certificates": [chain.facts(with_evidence) for chain in chains],
        # Given as a fact: a warning of the module's for each would say the same again, outside of `msg`.
        "findings": [finding.as_dict() for finding in findings],
    }
    return ports.Outcome(False, facts)


def _selected(run: ports.Run, selection: Selection) -> tuple[list[ports.Object], list[Finding]]:
    """The Certificates that are meant, and what is to be said of the selection itself."""
    try:
        certificates = _listed(run, selection)
    except errors.NotFound:
        return [], [installation.no_crds()]
    ingresses, notes = _ingresses(run, selection)
    chosen = [dict(item) for item in selection.chosen(certificates, ingresses)]
    if selection.name and not chosen:
        title = kinds.CERTIFICATE.title(selection.namespace, selection.name)
        remedy = "correct namespace and name, or make it (certops.kubernetes.certificate)"
        notes.append(Finding("certificate.missing", ERROR, title, "does not exist.", remedy))
    return chosen, notes


def _listed(run: ports.Run, selection: Selection) -> list[ports.Object]:
    if selection.name is None:
        return run.cluster.list(kinds.CERTIFICATE, selection.namespace, labels=selection.label_selector)[0]
    found = run.cluster.get(kinds.CERTIFICATE, selection.namespace, selection.name)
    if found is None:
        with contextlib.suppress(errors.Forbidden):
            run.cluster.list(kinds.CERTIFICATE, selection.namespace)  # NotFound where not even the kind exists
    return [found] if found else []


def _ingresses(run: ports.Run, selection: Selection) -> tuple[list[ports.Object], list[Finding]]:
    if not selection.needs_ingresses:
        return [], []
    try:
        found, _version = run.cluster.list(kinds.INGRESS, selection.namespace)
    except errors.ApiError as error:
        consequence = "so only the names of the Certificates themselves were compared"
        return [], [unread.finding(kinds.INGRESS.plural, error.detail, consequence)]
    names = {(item["metadata"]["namespace"], item["metadata"]["name"]) for item in found}
    if selection.ingress and (selection.namespace, selection.ingress) not in names:
        title = kinds.INGRESS.title(selection.namespace, selection.ingress)
        return found, [
            Finding("ingress.missing", ERROR, title, "does not exist.", "correct its namespace and name, or create it")
        ]
    return found, []


def _chain(run: ports.Run, certificate: ports.Object) -> Chain:
    found = validation_evidence.refused(run, dns_evidence.added(run, evidence.gather(run, certificate)))
    secret = _secret(run, found)
    findings = validation.once_refused(found) + causes.run_all(found) + _shown(run, found, secret)
    return Chain(found, tuple(_once(findings)), _key_matches(secret))


def _secret(run: ports.Run, found: Evidence) -> ports.Object | None:
    """The Secret with its key, which evidence never has; it is only compared."""
    if found.secret is None:
        return None
    return run.cluster.get(kinds.SECRET, found.namespace, found.certificate["spec"]["secretName"])


def _key_matches(secret: ports.Object | None) -> bool | None:
    if secret is None:
        return None
    try:
        return key_matches(readiness.value(secret, "tls.crt"), readiness.value(secret, "tls.key"))
    except X509Error:
        return None


def _shown(run: ports.Run, found: Evidence, secret: ports.Object | None) -> list[Finding]:
    """What is not as wanted on the Certificate and its Secret themselves: the consequence, after the causes."""
    live = dict(found.certificate)
    if secret is None and kinds.SECRET.plural in found.errors and readiness.needs_secret(live):
        return []
    title = kinds.CERTIFICATE.title(found.namespace, live["metadata"]["name"])
    verdict = readiness.certificate(live, secret, wanted_leaf.from_body(live["spec"]), title, run.clock.now())
    return [verdict.finding] if verdict.finding else []


def _once(findings: list[Finding]) -> list[Finding]:
    """Without those that say the same of the same object: a cluster-wide cause is found for every Certificate."""
    first: dict[tuple[str, str, str], Finding] = {}
    for finding in findings:
        first.setdefault((finding.code, finding.object, finding.message), finding)
    return list(first.values())
