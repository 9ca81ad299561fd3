# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ACME order was made, has a solver for every name, and did not end badly.

Source: cert-manager v1.21, pkg/controller/acmeorders/sync.go and util.go, pkg/util/solverpicker.
"""

from __future__ import annotations

import typing as t

from ...spec import conditions, kinds, solver_choice
from .. import acme_problem
from ..finding import ERROR, WARNING, Finding
from . import acme, caa_records, chain, refused

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..evidence import Evidence, Object

_PATIENCE_SECONDS, _ISSUING_SECONDS, _LONG_SECONDS = 5.0, 10.0, 60.0
_PROFILE = ("does not support profiles", "does not advertise a profile")


def no_solver(evidence: Evidence) -> Iterator[Finding]:
    """One of the issuer's solvers can be used for each name."""
    for item in chain.orders(evidence):
        title = chain.title(kinds.ORDER, item)
        found = [] if chain.has_failed(item) or evidence.issuer is None else list(_unsolved(evidence, item, title))
        yield from found
        for text in [] if found or chain.has_failed(item) else chain.warnings(evidence, item, "Solver")[:1]:
            if not chain.owned(evidence.challenges, [item]):
                remedy = "see the solvers of the issuer, and the acme.cert-manager.io annotations of the Certificate"
                yield Finding("order.no_solver", ERROR, title, text, remedy)


def solvers_of(evidence: Evidence) -> Sequence[Mapping[str, t.Any]]:
    """The solvers of an ACME issuer; none of any other."""
    found: Sequence[Mapping[str, t.Any]] = ((evidence.issuer or {}).get("spec") or {}).get("acme", {}).get("solvers")
    return found or ()


def _unsolved(evidence: Evidence, item: Object, title: str) -> Iterator[Finding]:
    labels = item["metadata"].get("labels") or {}
    for authorization in chain.status(item).get("authorizations") or ():
        if not authorization.get("identifier") or authorization.get("initialState") == "valid":
            continue
        name = f"{'*.' if authorization.get('wildcard') else ''}{authorization['identifier']}"
        offered = frozenset(challenge["type"] for challenge in authorization.get("challenges") or ())
        finding = unsolved(solvers_of(evidence), name, labels, offered, title)
        if finding:
            yield finding


def unsolved(
    solvers: Sequence[Mapping[str, t.Any]], name: str, labels: Mapping[str, str], offered: frozenset[str], title: str
) -> Finding | None:
    """Why no solver can be used for a name, None where one can."""
    if solver_choice.choose(solvers, name, labels, offered):
        return None
    seen = {"name": name, "offered": sorted(offered), "solvers": [_in_words(solver) for solver in solvers]}
    if name.startswith("*.") and not solver_choice.choose(solvers, name, labels):
        message = f"{name} is a wildcard, and the issuer has no DNS-01 solver for it."
        remedy = "give the issuer a dns01 solver: a wildcard can't be validated by HTTP-01"
        return Finding("order.wildcard_needs_dns01", ERROR, title, message, remedy, seen)
    message = f"no solver of the issuer can be used for {name}: {'; '.join(seen['solvers']) or 'it has none'}."
    remedy = "add a solver without selector, or one whose selector takes this name"
    return Finding("order.no_solver", ERROR, title, message, remedy, seen)


def _in_words(solver: Mapping[str, t.Any]) -> str:
    selector = ", ".join(f"{key} {value}" for key, value in (solver.get("selector") or {}).items() if value)
    return f"{', '.join(sorted(solver_choice.challenge_types(solver)))} for {selector or 'all names'}"


def order(evidence: Evidence) -> Iterator[Finding]:
    """The server took it, and it did not end badly (RFC 8555, 7.1.6)."""
    for item in chain.orders(evidence):
        title = chain.title(kinds.ORDER, item)
        finding = _ended(evidence, item, title) if chain.has_failed(item) else _not_made(evidence, item, title)
        if finding:
            yield finding


def _ended(evidence: Evidence, item: Object, title: str) -> Finding | None:
    """Its own reason, or none where a challenge tells it: an order without a reason only follows from that."""
    status = chain.status(item)
    reason = chain.reason(item)
    problem = acme_problem.parse(reason)
    if problem:
        names = (item.get("spec") or {}).get("dnsNames") or ()
        subject = f"the order for {', '.join(names) or 'this certificate'} was refused"
        # When an order is made, no name has been validated for it.
        finding = acme.finding(title, subject, problem, validating=not reason.startswith("Failed to create Order"))
        return caa_records.shown(evidence, names, finding)
    refusal = refused.explain(title, reason)
    if refusal:
        return refusal
    if any(words in reason for words in _PROFILE):
        message = f"the server does not have the issuer's profile: {reason}"
        return Finding("acme.invalid_profile", ERROR, title, message, "correct acme.profile, or leave it out")
    if any(chain.has_failed(challenge) for challenge in chain.owned(evidence.challenges, [item])):
        return None
    message = f"is {status['state']}: {reason or 'no reason given'}"
    return Finding(f"order.{status['state']}", ERROR, title, message, "mend what the reason names, then renew it")


def _not_made(evidence: Evidence, item: Object, title: str) -> Finding | None:
    status = chain.status(item)
    waited = chain.age(evidence, item)
    if waited is None or waited < _PATIENCE_SECONDS or not _issuer_ready(evidence):
        return None
    if not status.get("url"):
        message = f"the ACME server has not taken it for {waited:.0f} s; it answers with errors, or not at all."
        remedy = "see cert-manager's log, which alone has the answer, and the CA's status page"
        severity = chain.severity(evidence, item, _LONG_SECONDS)
        return Finding("order.not_made", severity, title, message, remedy)
    if status.get("state") in ("ready", "processing") and waited >= _ISSUING_SECONDS:
        message = f"all names are validated, but the ACME server has not issued for {waited:.0f} s since the order."
        return Finding("order.processing", WARNING, title, message, "wait; see cert-manager's log if it stays")
    return None


def _issuer_ready(evidence: Evidence) -> bool:
    return evidence.issuer is None or conditions.is_true(evidence.issuer, "Ready")
