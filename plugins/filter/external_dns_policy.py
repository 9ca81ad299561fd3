# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An IAM policy for external-dns as text for other tools: Terraform, CloudFormation, the console."""

from __future__ import annotations

DOCUMENTATION = r"""
name: external_dns_policy
short_description: The least IAM policy for external-dns with Route 53
version_added: 1.0.0
description:
  - An IAM policy document that lets its holder write records of these domains and of all names below them, of these types,
    and nothing else. The policy that external-dns documents allows every record of every zone.
  - The TXT records by which external-dns knows its own are below the domain too. Where it is told to name them otherwise,
    their domain has to be among the input.
author: certops (@certops)
positional: hosted_zone_ids
options:
  _input:
    description: The domains, as in external-dns' C(--domain-filter).
    type: list
    elements: str
    required: true
  hosted_zone_ids:
    description: IDs of the hosted zones that may be written; any that has such names, without any.
    type: list
    elements: str
    default: []
  record_types:
    description: Types of records that may be written; as in C(--managed-record-types), and V(TXT).
    type: list
    elements: str
    default: [A, AAAA, CNAME, TXT]
  zone_tags:
    description: Whether external-dns chooses zones by their tags, with C(--aws-zone-tags).
    type: bool
    default: false
  partition:
    description: The part of AWS that the zones are in.
    type: str
    choices: [aws, aws-cn, aws-us-gov]
    default: aws
"""

EXAMPLES = r"""
- name: Write the policy for Terraform
  ansible.builtin.copy:
    content: "{{ ['example.org'] | certops.kubernetes.external_dns_policy(['Z0123456789ABC']) | to_nice_json }}"
    dest: external-dns-policy.json
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The policy document.
  type: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..module_utils import errors
from ..module_utils.spec import route53_policy


def external_dns_policy(
    domains: list[str],
    hosted_zone_ids: list[str] | None = None,
    record_types: list[str] | None = None,
    zone_tags: bool = False,
    partition: str = "aws",
) -> dict[str, t.Any]:
    """See DOCUMENTATION.

    :raises AnsibleFilterError: with every broken rule
    """
    types = route53_policy.RECORD_TYPES if record_types is None else record_types
    try:
        return route53_policy.external_dns(domains, hosted_zone_ids or (), types, zone_tags, partition)
    except errors.SpecError as error:
        raise AnsibleFilterError(f"external_dns_policy: {error}") from error


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filters by name."""
        return {"external_dns_policy": external_dns_policy}
