# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hosts of HTTP-01 challenges: their addresses in DNS, and who answers there on port 80.

What is seen is seen from the machine that this runs on, which may not be what the CA sees. So a finding is an error
only where another place would see the same: a name without an address, or somebody else's answer.
"""

from __future__ import annotations

import typing as t
from dataclasses import replace
from urllib.parse import urlsplit

from ...spec.solver_choice import HTTP01
from ...x509.names import is_ip_literal
from .. import unresolved
from ..checks import chain
from ..checks.host import foreign
from ..dns_answers import NODATA, NXDOMAIN
from ..finding import ERROR, WARNING, Finding
from . import solvers
from .classes import published

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..evidence import Evidence

PATH = "/.well-known/acme-challenge/certops-preflight"


def _named(evidence: Evidence) -> list[solvers.Name]:
    return [each for each in solvers.by(evidence, HTTP01) if not is_ip_literal(each.name)]


def unknown(evidence: Evidence) -> list[str]:
    """Hosts that DNS knows no address of."""
    return [each.name for each in _named(evidence) if evidence.dns.error(each.name) in (NXDOMAIN, NODATA)]


def addresses(evidence: Evidence) -> Iterator[Finding]:
    """Each has one, or external-dns is about to make it."""
    for each in _named(evidence):
        finding = unresolved.host(solvers.title(evidence), each.name, evidence.dns)
        if finding and each.name in unknown(evidence) and _announced(evidence):
            message = f"{finding.message.removesuffix('.')} yet; external-dns is to make a record."
            remedy = "the order waits until it does; see external-dns's log if that lasts"
            finding = replace(finding, severity=WARNING, message=message, remedy=remedy)
        if finding:
            yield finding


def _announced(evidence: Evidence) -> bool:
    """What keeps external-dns from making a record has findings of its own."""
    return any(chain.status(item).get("availableReplicas") for item in evidence.external_dns)


def port_80(evidence: Evidence) -> Iterator[Finding]:
    """The Ingress's controller answers, and lets the challenge's path through (RFC 8555, 8.3)."""
    for each in _named(evidence):
        seen = evidence.paths.get(each.name)
        if seen:
            ours = published(evidence, each)
            elsewhere = foreign(evidence.dns.addresses(each.name), ours)
            finding = (
                _elsewhere(evidence, each.name, seen, elsewhere, ours)
                if elsewhere
                else _here(evidence, each.name, seen)
            )
            if finding:
                yield finding


def _elsewhere(
    evidence: Evidence, host: str, seen: Mapping[str, t.Any], found: Sequence[str], ours: Sequence[str]
) -> Finding | None:
    """DNS leads to other addresses than the Ingress's: a proxy in front of it passes its answers on, others don't."""
    answer, own = seen["answer"], seen.get("ingress_answer")
    where = f"{host} leads to {', '.join(found)}, but the Ingress is at {', '.join(ours)}"
    facts = {"host": host, "dns_addresses": list(found), "ingress_addresses": list(ours), **seen}
    if "status" not in answer:
        message = f"{where}: {_failure(answer)} there."
        remedy = "correct the DNS record; with external-dns, see which resource owns it"
        return _finding(evidence, "dns.wrong_address", ERROR, message, remedy, facts)
    if own is not None and _alike(answer, own):
        return None
    certain = own is not None and "status" in own
    message = f"{where}: port 80 is answered by somebody else there ({_in_words(answer)})."
    remedy = "correct the DNS record, or have that server pass /.well-known/acme-challenge/ on to the Ingress"
    return _finding(evidence, "http01.answered_by_other", ERROR if certain else WARNING, message, remedy, facts)


def _here(evidence: Evidence, host: str, seen: Mapping[str, t.Any]) -> Finding | None:
    answer, where = seen["answer"], f"port 80 of {host} ({seen['address']})"
    facts = {"host": host, **seen}
    if "status" not in answer:
        message = f"{where} can't be asked from here: {_failure(answer)}."
        remedy = "see whether it leads to the ingress controller, and is open to the whole internet"
        return _finding(evidence, f"http01.{answer['reason']}", WARNING, message, remedy, facts)
    if answer["status"] in (401, 403):
        remedy = "except /.well-known/acme-challenge/ from login, allow lists and firewalls for this host"
        message = f"{where} asks for a login, or keeps strangers out ({_in_words(answer)})."
        return _finding(evidence, "http01.forbidden", WARNING, message, remedy, facts)
    target = urlsplit(answer.get("location") or "").hostname
    if target and target != host.lower():
        message = f"{where} redirects to another host, {answer['location']}."
        remedy = "except /.well-known/acme-challenge/ from this redirect"
        return _finding(evidence, "http01.redirected", WARNING, message, remedy, facts)
    return None


def _alike(one: Mapping[str, t.Any], other: Mapping[str, t.Any]) -> bool:
    """Whether two answers are from the same server, as far as status, redirect and kind of content tell."""
    return all(one.get(part) == other.get(part) for part in ("status", "location", "content_type", "content_length"))


def _failure(answer: Mapping[str, t.Any]) -> str:
    return {"connection_refused": "nothing listens", "timeout": "nobody answers"}.get(
        str(answer["reason"]), str(answer["detail"])
    )


def _in_words(answer: Mapping[str, t.Any]) -> str:
    server = f", server {answer['server']}" if answer.get("server") else ""
    return f"status {answer['status']}{server}"


def _finding(
    evidence: Evidence, code: str, severity: str, message: str, remedy: str, facts: Mapping[str, t.Any] | None = None
) -> Finding:
    return Finding(code, severity, solvers.title(evidence), message, remedy, facts or {})
