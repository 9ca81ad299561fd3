# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A chain as a short tree of plain text, readable where only ``msg`` is shown."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from datetime import timedelta

from ..spec import conditions, kinds
from ..spec.duration import in_words
from . import chain
from .checks.chain import moment

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

Facts = t.Mapping[str, t.Any]

_WARNINGS_SHOWN = 3


@dataclass(frozen=True)
class Node:
    """A line and those below it."""

    text: str
    children: tuple[Node, ...] = ()

    def lines(self) -> Iterator[str]:
        """Its own line first."""
        yield self.text
        for number, child in enumerate(self.children, 1):
            first, rest = ("└─ ", "   ") if number == len(self.children) else ("├─ ", "│  ")
            for index, line in enumerate(child.lines()):
                yield (rest if index else first) + line


def drawn(found: chain.Chain, short: bool = False) -> str:
    """The tree of one Certificate.

    :param short: only its first line
    """
    facts, now = found.facts(), found.evidence.now
    head = f"{found.title}: {_standing(facts)}{_renewal(facts, now)}"
    return head if short else "\n".join(Node(head, tuple(_below(found, facts, now))).lines())


def _below(found: chain.Chain, facts: Facts, now: datetime) -> Iterator[Node]:
    if facts["engine"] != "cert_manager":
        yield Node(f"kept by the {facts['engine']} engine")
    yield _issuer(facts["issuer"], facts["namespace"])
    yield Node(f"Secret {facts['secret']['name']}: {_secret(facts['secret'])}", tuple(_sharing(facts)))
    if facts["requests"]:
        older = len(facts["requests"]) - 1
        yield _request(facts["requests"][0], f" ({older} older)" if older else "")
    elif (
        facts["engine"] == "cert_manager" and "certificaterequests" not in found.evidence.errors and not facts["ready"]
    ):
        yield Node("no CertificateRequest")
    if facts["next_try"]:
        attempts = facts["failed_issuance_attempts"] or 1
        again = f"next try {_when(facts['next_try'], now)}"
        yield Node(f"failed {attempts} times, the last at {facts['last_failure_time']}; {again}")
    warnings = [item for item in facts["events"] if item["type"] == "Warning"]
    for item in warnings[-_WARNINGS_SHOWN:]:
        yield Node(f"Event of {item['object']}: {item['reason']}: {_one_line(item['message'])}")
    if facts["unreadable"]:
        yield Node(f"not seen: {', '.join(sorted(facts['unreadable']))}")


def _standing(facts: Facts) -> str:
    """The Ready condition in the controller's words."""
    if facts["reason"] is None and not facts["conditions"]:
        who = "cert-manager" if facts.get("engine", "cert_manager") == "cert_manager" else "a run"
        return f"{who} has said nothing about it yet"
    said = ": ".join(part for part in (facts["reason"], _one_line(facts["message"])) if part)
    return (
        f"{'ready' if facts['ready'] else 'not ready'}, {said}" if said else "ready" if facts["ready"] else "not ready"
    )


def _renewal(facts: Facts, now: datetime) -> str:
    if not facts["ready"] or not facts["not_after"]:
        return ""
    ends = f"; ends {_when(facts['not_after'], now)}"
    return ends + (f", renewal {_when(facts['renewal_time'], now)}" if facts["renewal_time"] else "")


def _issuer(facts: Facts, namespace: str) -> Node:
    kind, name = facts["kind"], facts["name"]
    title = f"{kind} {name}" if kind == "ClusterIssuer" else f"{kind} {namespace}/{name}"
    if facts["group"] != kinds.OWN_GROUP:
        return Node(f"{title} of {facts['group']}: not cert-manager's own, see its controller")
    if facts["exists"] is None:
        return Node(f"{title}: not seen")
    return Node(f"{title}: {_standing(facts) if facts['exists'] else 'does not exist'}")


def _secret(facts: Facts) -> str:
    if not facts["exists"]:
        return "not seen" if facts["exists"] is None else "does not exist"
    leaf = facts["certificate"]
    if leaf is None:
        return str(facts["error"])
    names = [*leaf["dns_names"], *leaf["ip_addresses"], *leaf["uris"], *leaf["email_addresses"]]
    signer = "itself" if leaf["self_signed"] else leaf["issuer_common_name"] or leaf["issuer"] or "(no name)"
    key = {True: "key belongs to it", False: "KEY DOES NOT BELONG TO IT", None: "key not seen"}[facts["key_matches"]]
    return f"{', '.join(names) or leaf['subject']} signed by {signer}, serial {leaf['serial_number']}, {key}"


def _sharing(facts: Facts) -> Iterator[Node]:
    for name in facts["claimants"]:
        yield Node(f"also claimed by Certificate {facts['namespace']}/{name}")
    for name in facts["ingresses"]:
        yield Node(f"served by Ingress {facts['namespace']}/{name}")


def _request(facts: Facts, older: str) -> Node:
    approval = {True: "approved, ", False: "denied, ", None: "not approved yet, "}[facts["approved"]]
    return Node(
        f"CertificateRequest {facts['name']}: {approval}{_standing(facts)}{older}",
        tuple(_order(order) for order in facts["orders"]),
    )


def _order(facts: Facts) -> Node:
    text = f"Order {facts['name']}: {_state(facts)}"
    return Node(text, tuple(_challenge(challenge) for challenge in facts["challenges"]))


def _challenge(facts: Facts) -> Node:
    wildcard = "*." if facts["wildcard"] else ""
    text = f"Challenge {facts['name']}: {facts['type']} for {wildcard}{facts['dns_name']}, {_state(facts)}"
    return Node(text, tuple(_solver(facts["solver"])))


def _solver(facts: Facts) -> Iterator[Node]:
    for item in facts["ingresses"]:
        where = ", ".join(item["addresses"]) or "no address yet"
        yield Node(f"Ingress {item['name']}: class {item['class'] or '(none)'}, {where}")
    for item in facts["services"]:
        yield Node(f"Service {item['name']}: {item['type']}")
    for item in facts["pods"]:
        why = ": ".join(_one_line(part) for part in (item["reason"], item["message"]) if part)
        yield Node(f"Pod {item['name']}: {item['phase']}, {'ready' if item['ready'] else f'not ready, {why}'}")


def _state(facts: Facts) -> str:
    """An ACME object's state (RFC 8555, 7.1.6); without one, cert-manager has not begun with it."""
    state = facts["state"] or "no state yet"
    return f"{state}: {_one_line(facts['reason'])}" if facts["reason"] else state


def _when(text: str, now: datetime) -> str:
    """A time of the API, as seen from now."""
    away = (moment(text) or now) - now
    return f"in {in_words(away)} ({text})" if away > timedelta(0) else f"{in_words(-away)} ago ({text})"


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def forest(chains: t.Sequence[chain.Chain], words: str, only_unhealthy: bool = False) -> str:
    """All trees; of several, the healthy ones only by their first line, below a line that counts them.

    :param words: what was selected
    :param only_unhealthy: leave the healthy ones to the line that counts them
    """
    if len(chains) == 1 and not only_unhealthy:
        return drawn(chains[0])
    shown = [each for each in chains if not (only_unhealthy and each.healthy)]
    return "\n".join([_count(chains, words), *(drawn(each, short=each.healthy) for each in shown)])


def _count(chains: t.Sequence[chain.Chain], words: str) -> str:
    if not chains:
        return f"No Certificate found for {words}."
    ready = sum(found.ready for found in chains)
    issuing = sum(conditions.is_true(found.evidence.certificate, "Issuing") for found in chains)
    rest: Mapping[str, int] = {"ready": ready, "not ready": len(chains) - ready, "being issued": issuing}
    standings = ", ".join(f"{number} {what}" for what, number in rest.items() if number)
    noun = "Certificate" if len(chains) == 1 else "Certificates"
    return f"{len(chains)} {noun} of {words}: {standings}."
