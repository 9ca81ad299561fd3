# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The least that DNS-01 and external-dns need of Route 53, as IAM policies: records of these names and types, and no others.

Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html
"""

from __future__ import annotations

import re
import typing as t

from .. import errors
from . import rules

_CHANGE = "route53:ChangeResourceRecordSets"
_NAMES, _TYPES, _ACTIONS = f"{_CHANGE}NormalizedRecordNames", f"{_CHANGE}RecordTypes", f"{_CHANGE}Actions"
# What aws/route53.py does; the controller of cert-manager does UPSERT besides.
ACTIONS = ("CREATE", "DELETE")
_ALL_ACTIONS = (*ACTIONS, "UPSERT")
# What external-dns makes: records of hosts, and the TXT records by which it knows its own.
RECORD_TYPES = ("A", "AAAA", "CNAME", "TXT")
_ALL_TYPES = (*RECORD_TYPES, "CAA", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SRV", "SSHFP", "SVCB", "TLSA")
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
    problems += _problems(hosted_zone_ids, actions, partition)
    if not dns_names and not record_names:
        problems.append("dns_names: give at least one; a policy without names would allow all")
    if problems:
        raise errors.SpecError(problems)
    records = {normalized(f"_acme-challenge.{name.removeprefix('*.')}") for name in dns_names}
    records |= {normalized(name) for name in record_names}
    keys = {_NAMES: sorted(records), _TYPES: ["TXT"], _ACTIONS: list(actions)}
    arn, where = _resources(hosted_zone_ids, partition)
    statements = [
        _change("StringEquals", keys, where),
        {"Effect": "Allow", "Action": "route53:ListResourceRecordSets", "Resource": where},
        {"Effect": "Allow", "Action": "route53:GetChange", "Resource": f"{arn}change/*"},
    ]
    if not hosted_zone_ids:
        statements.append({"Effect": "Allow", "Action": "route53:ListHostedZones", "Resource": "*"})
    return {"Version": "2012-10-17", "Statement": statements}


def external_dns(
    domains: t.Sequence[str],
    hosted_zone_ids: t.Sequence[str] = (),
    record_types: t.Sequence[str] = RECORD_TYPES,
    zone_tags: bool = False,
    partition: str = "aws",
) -> Policy:
    """An IAM policy document for external-dns: records of the domains and of all names below them.

    :param hosted_zone_ids: the zones that may be written; none: any that have such names
    :param zone_tags: whether it chooses zones by their tags
    :raises SpecError: with every broken rule
    """
    problems = [problem for name in domains for problem in rules.dns_name("domains", name)]
    problems += [
        f"domains: {name!r} is a wildcard; all names below a domain are meant" for name in domains if "*" in name
    ]
    problems += _problems(hosted_zone_ids, (), partition)
    problems += [
        f"record_types: {kind!r} is none of {', '.join(_ALL_TYPES)}" for kind in record_types if kind not in _ALL_TYPES
    ]
    if not domains:
        problems.append("domains: give at least one; a policy without names would allow all")
    if not record_types:
        problems.append("record_types: give at least one")
    if problems:
        raise errors.SpecError(problems)
    names = sorted({normalized(name) for name in domains})
    keys = {
        _NAMES: [*names, *(f"*.{name}" for name in names)],
        _TYPES: list(record_types),
        _ACTIONS: list(_ALL_ACTIONS),
    }
    _arn, where = _resources(hosted_zone_ids, partition)
    reads = ["route53:ListResourceRecordSets", *(["route53:ListTagsForResources"] if zone_tags else [])]
    statements: list[Policy] = [
        _change("StringLike", keys, where),
        {"Effect": "Allow", "Action": reads, "Resource": where},
        # It has no narrower resource, and external-dns lists zones also where it is given their IDs.
        {"Effect": "Allow", "Action": "route53:ListHostedZones", "Resource": "*"},
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def _problems(hosted_zone_ids: t.Sequence[str], actions: t.Sequence[str], partition: str) -> list[str]:
    problems = [
        f"hosted_zone_ids: {zone!r} is no ID of a hosted zone"
        for zone in hosted_zone_ids
        if not _ZONE_ID.fullmatch(zone)
    ]
    problems += [
        f"actions: {action!r} is none of {', '.join(_ALL_ACTIONS)}" for action in actions if action not in _ALL_ACTIONS
    ]
    if partition not in _PARTITIONS:
        problems.append(f"partition: {partition!r} is none of {', '.join(_PARTITIONS)}")
    return problems


def normalized(name: str) -> str:
    """A record's name as IAM compares it: lower case, no dot at the end, other characters than these in octal."""
    return "".join(
        char if re.fullmatch(r"[a-z0-9_.-]", char) else f"\\{ord(char):03o}" for char in name.rstrip(".").lower()
    )


def _resources(zones: t.Sequence[str], partition: str) -> tuple[str, list[str]]:
    arn = f"arn:{partition}:route53:::"
    return arn, [f"{arn}hostedzone/{zone}" for zone in zones or ("*",)]


def _change(operator: str, keys: dict[str, list[str]], where: list[str]) -> Policy:
    condition = {
        f"ForAllValues:{operator}": keys,
        # ForAllValues also holds for a key that isn't there.
        "Null": dict.fromkeys(keys, "false"),
    }
    return {"Effect": "Allow", "Action": _CHANGE, "Resource": where, "Condition": condition}
