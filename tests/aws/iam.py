# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM policies judged as IAM does, as far as policies for Route 53 need it. moto knows neither resources nor conditions.

The rules are from the IAM User Guide, "IAM JSON policy elements: Condition operators" and "Condition operators for multivalued
context keys", and the Route 53 Developer Guide, "Using IAM policy conditions for fine-grained access control".
"""

from __future__ import annotations

import re
import urllib.parse
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Context = Mapping[str, list[str]]

_CHANGE = "route53:ChangeResourceRecordSets"


@dataclass(frozen=True)
class Request:
    """One request to AWS. operation: as in policies, "route53:GetChange"."""

    operation: str
    service: str
    method: str
    path: str
    body: bytes


def allowed(policies: Iterable[Mapping[str, Any]], request: Request) -> bool:
    """Whether a policy allows it, and none denies it."""
    resource, context = _resource(request), _context(request)
    statements = [statement for policy in policies for statement in _many(policy["Statement"])]
    holding = [one["Effect"] for one in statements if holds(one, request.operation, resource, context)]
    return "Allow" in holding and "Deny" not in holding


def holds(statement: Mapping[str, Any], action: str, resource: str, context: Context) -> bool:
    """Whether a statement is about this action, on this resource, in this context."""
    return (
        any(_like(pattern.lower(), action.lower()) for pattern in _many(statement["Action"]))
        and any(_like(pattern, resource) for pattern in _many(statement.get("Resource", "*")))
        and all(
            _fulfilled(operator, context.get(key), [str(value) for value in _many(values)])
            for operator, tests in (statement.get("Condition") or {}).items()
            for key, values in tests.items()
        )
    )


def _fulfilled(operator: str, present: Sequence[str] | None, wanted: Sequence[str]) -> bool:
    if operator == "Null":
        return (present is None) == (wanted == ["true"])
    qualifier, _colon, plain = operator.rpartition(":")
    test = _TESTS[plain]

    def fits(value: str) -> bool:
        return any(test(pattern, value) for pattern in wanted)

    if qualifier == "ForAllValues":
        return all(map(fits, present or ()))  # also where the key isn't there
    if qualifier == "ForAnyValue":
        return any(map(fits, present or ()))
    return present is not None and len(present) == 1 and fits(present[0])


def _like(pattern: str, value: str) -> bool:
    """* and ? are the wildcards of IAM; a dot is nothing to them."""
    parts = [".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern]
    return bool(re.fullmatch("".join(parts), value, re.DOTALL))


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda pattern, value: pattern == value,
    "StringLike": _like,
}


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _resource(request: Request) -> str:
    """The ARN that a request is about (Service Authorization Reference, "Route 53")."""
    if request.service != "route53":
        return "*"
    path = urllib.parse.urlsplit(request.path).path
    if found := re.search(r"/hostedzone/([A-Z0-9]+)", path):
        return f"arn:aws:route53:::hostedzone/{found[1]}"
    if found := re.search(r"/change/([A-Z0-9]+)", path):
        return f"arn:aws:route53:::change/{found[1]}"
    return "*"


def _context(request: Request) -> Context:
    """The condition keys of a change: every name, type and action in it once."""
    if request.operation != _CHANGE:
        return {}
    tree = ET.fromstring(request.body)
    space = tree.tag.partition("}")[0] + "}"
    changes = list(tree.iter(f"{space}Change"))
    said = {
        "NormalizedRecordNames": [normalized(_text(change, f".//{space}Name")) for change in changes],
        "RecordTypes": [_text(change, f".//{space}Type") for change in changes],
        "Actions": [_text(change, f"{space}Action") for change in changes],
    }
    return {f"{_CHANGE}{key}": list(dict.fromkeys(values)) for key, values in said.items()}


def _text(element: ET.Element, path: str) -> str:
    return element.findtext(path) or ""


def normalized(name: str) -> str:
    """As Route 53 hands a record's name to IAM."""
    plain = set("abcdefghijklmnopqrstuvwxyz0123456789-_.")
    lower = name.removesuffix(".").lower().replace("\\052", "*")
    return "".join(char if char in plain else f"\\{ord(char):03o}" for char in lower)
