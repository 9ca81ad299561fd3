# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What certificate_status shows, held against `kubectl describe` of every object that it shows."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Facts = Mapping[str, Any]

# Objects change while both are asked; a difference that lasts is one.
_TRIES = 6

# What cert-manager tries to make has another name at each try.
_NEW_NAME = re.compile(r"(?<=cm-acme-http-solver)-\w+")

# Kind of kubectl → what describe calls it → our fact.
_STATUS = {
    "certificate": {
        "Not Before": "not_before",
        "Not After": "not_after",
        "Renewal Time": "renewal_time",
        "Revision": "revision",
        "Last Failure Time": "last_failure_time",
        "Failed Issuance Attempts": "failed_issuance_attempts",
    },
    "issuer": {},
    "clusterissuer": {},
    "certificaterequest": {"Failure Time": "failure_time"},
    "order": {"State": "state", "Reason": "reason", "URL": "url", "Failure Time": "failure_time"},
    "challenge": {"State": "state", "Reason": "reason", "Presented": "presented", "Processing": "processing"},
}
_HEAD = {
    "ingress": {"Ingress Class": "class", "Address": "addresses"},
    "service": {"Type": "type"},
    "pod": {"Status": "phase", "Node": "node"},
}
_CONDITION = {"Type": "type", "Status": "status", "Reason": "reason", "Message": "message"}
_WITH_CONDITIONS = ("certificate", "issuer", "clusterissuer", "certificaterequest")


@dataclass(frozen=True)
class Shown:
    """An object that certificate_status shows. events: those about it."""

    kind: str
    name: str
    facts: Facts
    events: tuple[Facts, ...]


def differences(look: Callable[[], Facts | None], namespace: str, environment: Mapping[str, str]) -> list[str]:
    """What is not the same, a line each.

    look: asks certificate_status for the Certificate; None while there is none.
    """
    found = ["nothing was shown"]
    for _time in range(_TRIES):
        facts = look()
        shown = list(_shown(facts)) if facts else []
        command = ["kubectl", f"--namespace={namespace}", "describe", *(f"{each.kind}/{each.name}" for each in shown)]
        done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)
        if done.returncode:
            found = [done.stderr]
            continue
        texts = re.split(r"(?m)^(?=Name: )", _NEW_NAME.sub("", done.stdout))[1:]
        found = [line for each, text in zip(shown, texts, strict=True) for line in _compared(each, text)]
        if not found:
            break
    return found


def _shown(facts: Facts) -> Iterator[Shown]:
    def one(kind: str, part: Facts) -> Shown:
        named = re.compile(rf"(?i){kind} (\S+/)?{re.escape(part['name'])}$")
        return Shown(kind, part["name"], part, tuple(each for each in facts["events"] if named.match(each["object"])))

    yield one("certificate", facts)
    if facts["issuer"]["exists"]:
        yield one(facts["issuer"]["kind"].lower(), facts["issuer"])
    for request in facts["requests"]:
        yield one("certificaterequest", request)
        for order in request["orders"]:
            yield one("order", order)
            for challenge in order["challenges"]:
                yield one("challenge", challenge)
                for kind in ("ingress", "service", "pod"):
                    yield from (
                        one(kind, each)
                        for each in challenge["solver"]["ingresses" if kind == "ingress" else f"{kind}s"]
                    )


def _compared(shown: Shown, text: str) -> Iterator[str]:
    title = f"{shown.kind} {shown.name}"
    status = _block(text, "Status")
    for said, fact in _STATUS.get(shown.kind, {}).items():
        yield from _differs(f"{title}: {said}", status.get(said), shown.facts[fact])
    for said, fact in _HEAD.get(shown.kind, {}).items():
        value = _fields(text, 0).get(said)
        value = value.partition("/")[0] if said == "Node" and value else value
        if said == "Status" and value and value.startswith("Terminating"):
            continue  # describe shows that instead of the phase
        yield from _differs(f"{title}: {said}", value, shown.facts[fact])
    if shown.kind in _WITH_CONDITIONS:
        ours = [tuple(_word(each[fact]) for fact in _CONDITION.values()) for each in shown.facts["conditions"]]
        theirs = list(_conditions(text))
        if ours != theirs:
            yield f"{title}: conditions {theirs}, shown as {ours}"
    for event in shown.events:
        if not all(_word(event[part]) in text for part in ("reason", "message")):
            yield f"{title}: no event {event['reason']}: {event['message']}"


def _differs(what: str, described: str | None, fact: Any) -> Iterator[str]:
    value = ",".join(fact) if isinstance(fact, list) else _word(fact)
    if (described or "") not in (value, value or "<none>"):
        yield f"{what} is {described!r}, shown as {fact!r}"


def _word(fact: Any) -> str:
    """As describe writes it, the first line of it: what is false or nothing is left out."""
    if fact is None or fact is False:
        return ""
    first = "true" if fact is True else next(iter(str(fact).splitlines()), "")
    return _NEW_NAME.sub("", first).rstrip()


def _block(text: str, name: str) -> dict[str, str]:
    found = re.search(rf"(?m)^{name}:\n((?: .*\n?)*)", text)
    return _fields(found[1], 2) if found else {}


def _fields(text: str, indent: int) -> dict[str, str]:
    lines = re.findall(rf"(?m)^ {{{indent}}}([A-Z][\w ]*): +(\S.*)$", text)
    return {name: "" if value == "false" else value.rstrip() for name, value in lines}


def _conditions(text: str) -> Iterator[tuple[str, ...]]:
    """Type is the last of each, since its fields are sorted by name."""
    fields: dict[str, str] = {}
    found = re.search(r"(?m)^  Conditions:\n((?:    .*\n?)*)", text)
    for name, value in re.findall(r"(?m)^ {4}([A-Z][\w ]*): +(\S.*)$", found[1] if found else ""):
        fields[name] = value.rstrip()
        if name == "Type":
            yield tuple(fields.get(each, "") for each in _CONDITION)
            fields = {}
