# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host answered to its own HTTP-01 challenge, where that isn't the right answer."""

from __future__ import annotations

import typing as t

from .finding import ERROR, Finding
from .served import Failure, Page

if t.TYPE_CHECKING:
    from ..spec.challenge import Task

_OTHER_RULE = "see which Ingress, route or default backend of this host takes /.well-known/acme-challenge/"
_CONTROLLER = "see whether the ingress controller runs, and whether its port 80 is open from where this runs"

# HTTP status → cause, sentence, remedy.
_STATUS = {
    401: ("forbidden", "something asks for a login", "except /.well-known/acme-challenge/ from login for this host"),
    403: ("forbidden", "something keeps strangers out", "except /.well-known/acme-challenge/ from allow lists"),
    404: ("not_found", "no rule leads to the responder", f"see the class of the responder's Ingress; {_OTHER_RULE}"),
    502: ("unavailable", "nothing answers behind the rule", "see the responder's pod, and network policies"),
    503: ("unavailable", "nothing answers behind the rule", "see the responder's pod, and network policies"),
    504: ("unavailable", "nothing answers behind the rule", "see the responder's pod, and network policies"),
}


def right(task: Task, seen: Page | Failure) -> bool:
    """Whether it is the answer (RFC 8555, 8.3: with white space at the end, if any)."""
    return (
        isinstance(seen, Page)
        and seen.status == 200
        and seen.body.rstrip() == task.key_authorization.encode("ascii", "replace")
    )


def explain(task: Task, address: str, title: str, seen: Page | Failure) -> Finding:
    """The finding for a wrong answer.

    :param address: where it was asked; "" for the host's own
    :param title: the Ingress that should lead to the responder
    """
    where = f"port 80 of {task.identifier}" + (f" at {address}" if address else "")
    known: dict[str, t.Any] = {"host": task.identifier, "address": address or None}
    if isinstance(seen, Failure):
        evidence = {**known, "answer": seen.detail}
        return _finding(seen.reason, title, f"{where} gives no answer: {seen.detail}.", _CONTROLLER, evidence)
    evidence = {**known, "url": seen.url, "status": seen.status}
    if seen.status == 200:
        message = f"something else than the responder answers on {where}, with status 200."
        return _finding("wrong_content", title, message, _OTHER_RULE, evidence)
    cause, said, remedy = _STATUS.get(seen.status, ("status", "that is not the challenge", _OTHER_RULE))
    return _finding(cause, title, f"{where} answers {seen.status}: {said}.", remedy, evidence)


def _finding(cause: str, title: str, message: str, remedy: str, evidence: dict[str, t.Any]) -> Finding:
    return Finding(f"self_check.{cause}", ERROR, title, message, remedy, evidence)
