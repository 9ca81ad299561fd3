# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The least that DNS-01 needs of Route 53, as an IAM policy: TXT records of exactly these names, and what leads to them.

Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html
"""

from __future__ import annotations

import re
import typing as t

from ..errors import SpecError
from . import rules

_CHANGE = "route53:ChangeResourceRecordSets"
_NAMES, _TYPES, _ACTIONS = f"{_CHANGE}NormalizedRecordNames", f"{_CHANGE}RecordTypes", f"{_CHANGE}Actions"
# What aws/route53.py does; the controller of cert-manager does UPSERT besides.
ACTIONS = ("CREATE", "DELETE")
_ALL_ACTIONS = (*ACTIONS, "UPSERT")
_PARTITIONS = ("aws", "aws-cn", "aws-us-gov")
_ZONE_ID = re.compile(r"[A-Z0-9]{1,32}")

Policy = dict[str, t.Any]


def policy(
    dns_names: t.Sequence[str],
    hosted_zone_ids: t.Sequence[str] = (),
    record_names: t.Sequence[str] = (),
    actions: t.Sequence[str] = ACTIONS,
    partition: str = "aws",
) -> Policy:
    """An IAM policy document.

    :param dns_names: of certificates; a wildcard has the same record as the name below it
    :param hosted_zone_ids: the zones that may be written; none: any, and they may be listed, to find the right one
    :param record_names: where CNAMEs of _acme-challenge lead, besides
    :raises SpecError: with every broken rule
    """
    problems = [problem for name in dns_names for problem in rules.dns_name("dns_names", name)]
    problems += [problem for name in record_names for problem in rules.dns_name("record_names", name)]
    problems += [
        f"hosted_zone_ids: {zone!r} is no ID of a hosted zone"
        for zone in hosted_zone_ids
        if not _ZONE_ID.fullmatch(zone)
    ]
    problems += [
        f"actions: {action!r} is none of {', '.join(_ALL_ACTIONS)}" for action in actions if action not in _ALL_ACTIONS
    ]
    if partition not in _PARTITIONS:
        problems.append(f"partition: {partition!r} is none of {', '.join(_PARTITIONS)}")
    if not dns_names and not record_names:
        problems.append("dns_names: give at least one; a policy without names would allow all")
    if problems:
        raise SpecError(problems)
    records = {normalized(f"_acme-challenge.{name.removeprefix('*.')}") for name in dns_names}
    records |= {normalized(name) for name in record_names}
    return {"Version": "2012-10-17", "Statement": _statements(sorted(records), hosted_zone_ids, actions, partition)}


def normalized(name: str) -> str:
    """A record's name as IAM compares it: lower case, no dot at the end, other characters than these in octal."""
    return "".join(
        char if re.fullmatch(r"[a-z0-9_.-]", char) else f"\\{ord(char):03o}" for char in name.rstrip(".").lower()
    )


def _statements(records: list[str], zones: t.Sequence[str], actions: t.Sequence[str], partition: str) -> list[Policy]:
    arn = f"arn:{partition}:route53:::"
    where = [f"{arn}hostedzone/{zone}" for zone in zones or ("*",)]
    condition = {
        "ForAllValues:StringEquals": {_NAMES: records, _TYPES: ["TXT"], _ACTIONS: list(actions)},
        # ForAllValues also holds for a key that isn't there.
        "Null": {_NAMES: "false", _TYPES: "false", _ACTIONS: "false"},
    }
    statements: list[Policy] = [
        {"Effect": "Allow", "Action": _CHANGE, "Resource": where, "Condition": condition},
        {"Effect": "Allow", "Action": "route53:ListResourceRecordSets", "Resource": where},
        {"Effect": "Allow", "Action": "route53:GetChange", "Resource": f"{arn}change/*"},
    ]
    if not zones:
        statements.append({"Effect": "Allow", "Action": "route53:ListHostedZones", "Resource": "*"})
    return statements
