# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each challenge: what it waits for, or why it failed, told by its one reason."""

from __future__ import annotations

import re
import typing as t

from ...spec import kinds
from .. import acme_problem
from ..finding import ERROR, WARNING, Finding
from . import acme, caa_records, chain, dns01, refused, self_check

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ..evidence import Evidence, Object

_PATIENCE_SECONDS = 60.0
# waitInsteadOfSelfCheck; and what cert-manager mends itself, when its cache lagged behind what it had just made.
_GOES_ON = re.compile(r"^Waiting \S+ before accepting|found and cleaned up\. retrying challenge sync")
_NO_INGRESS = re.compile(r'ingress(?:es)?(?:\.networking\.k8s\.io)? "([\w.-]+)" not found')


def challenge(evidence: Evidence) -> Iterator[Finding]:
    """None of them waits for long, none has failed."""
    for item in chain.challenges(evidence):
        if chain.status(item).get("state") != "valid":
            finding = _explain(evidence, item)
            if finding:
                yield finding


def _explain(evidence: Evidence, item: Object) -> Finding | None:
    title, reason = chain.title(kinds.CHALLENGE, item), chain.reason(item)
    if _GOES_ON.search(reason):
        return None
    return (
        refused.explain(title, reason)
        or self_check.explain(evidence, item)
        or dns01.explain(evidence, item)
        or _already_invalid(item, title, reason)
        or _problem(evidence, item, title, reason)
        or _no_ingress(title, reason)
        or _failed(item, title, reason)
        or _waits(evidence, item, title, reason)
    )


def _already_invalid(item: Object, title: str, reason: str) -> Finding | None:
    """The server validated at its first asking, and cert-manager, asking again, saw only that it is too late."""
    if "Cannot update challenge with status invalid" not in reason:
        return None
    message = f"{_what(item)} failed, and the ACME server's reason was lost: it had judged before cert-manager saw it."
    remedy = (
        "see whether the host leads to the solver's class; without wait_instead_of_self_check, cert-manager tries it "
        "itself first and says what it sees"
    )
    return Finding("challenge.already_invalid", ERROR, title, message, remedy, {**_seen(item), "answer": reason})


def _problem(evidence: Evidence, item: Object, title: str, reason: str) -> Finding | None:
    problem = acme_problem.parse(reason)
    if problem is None and chain.has_failed(item):
        problem = acme_problem.guess(reason)
    if problem is None:
        return None
    name = item["spec"]["dnsName"]
    finding = acme.finding(title, f"validation of {name} by {item['spec']['type']}", problem)
    return caa_records.shown(evidence, [name], finding)


def _no_ingress(title: str, reason: str) -> Finding | None:
    found = _NO_INGRESS.search(reason)
    if found is None:
        return None
    message = f"Ingress {found[1]}, into which the solver's path should be put, does not exist."
    remedy = "make it, or use http01.ingress_class instead of http01.ingress_name"
    return Finding("solver.ingress_missing", ERROR, title, message, remedy)


def _failed(item: Object, title: str, reason: str) -> Finding | None:
    if not chain.has_failed(item):
        return None
    state = chain.status(item)["state"]
    message = f"{_what(item)} is {state}: {reason or 'no reason given'}"
    return Finding(
        f"challenge.{state}", ERROR, title, message, "mend what the reason names, then renew it", _seen(item)
    )


def _waits(evidence: Evidence, item: Object, title: str, reason: str) -> Finding | None:
    status = chain.status(item)
    if reason:
        severity = chain.severity(evidence, item, _PATIENCE_SECONDS)
        message = f"{_what(item)} is {status.get('state') or 'pending'}: {reason}"
        return Finding("challenge.pending", severity, title, message, "see cert-manager's log if it stays", _seen(item))
    if not chain.lasted(evidence, item, _PATIENCE_SECONDS):
        return None
    waited = f"{chain.age(evidence, item):.0f} s"
    if not status.get("processing"):
        message = f"{_what(item)} has waited for its turn for {waited}."
        remedy = "see other challenges for this name, and whether 60 are under way (--max-concurrent-challenges)"
        return Finding("challenge.not_scheduled", WARNING, title, message, remedy, _seen(item))
    message = f"{_what(item)} gives no reason after {waited}."
    remedy = "see cert-manager's log: the ACME server may not answer"
    return Finding("challenge.silent", ERROR, title, message, remedy, _seen(item))


def _what(item: Object) -> str:
    return f"{item['spec']['type']} for {item['spec']['dnsName']}"


def _seen(item: Object) -> dict[str, t.Any]:
    return {"dns_name": item["spec"]["dnsName"], "type": item["spec"]["type"]}
