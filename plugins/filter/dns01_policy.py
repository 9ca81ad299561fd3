# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An IAM policy as text for other tools: Terraform, CloudFormation, the console."""

from __future__ import annotations

DOCUMENTATION = r"""
name: dns01_policy
short_description: The least IAM policy for DNS-01 through Route 53
version_added: 1.0.0
description:
  - An IAM policy document that lets its holder write the TXT records of C(_acme-challenge) for exactly these names, and
    nothing else. It is all that the direct engine's DNS-01 through Route 53 needs.
  - The controller of cert-manager needs the action C(UPSERT) besides, see O(actions).
author: certops (@certops)
positional: hosted_zone_ids
options:
  _input:
    description: The DNS names of the certificates. A wildcard has the same record as the name below it.
    type: list
    elements: str
    required: true
  hosted_zone_ids:
    description:
      - IDs of the hosted zones that the names are in.
      - Without any, records of these names may be written in every zone, and zones may be listed to find the right one.
    type: list
    elements: str
    default: []
  record_names:
    description: Names that CNAME records of C(_acme-challenge) lead to, when validation is delegated.
    type: list
    elements: str
    default: []
  actions:
    description: What may be done to the records.
    type: list
    elements: str
    choices: [CREATE, DELETE, UPSERT]
    default: [CREATE, DELETE]
  partition:
    description: The part of AWS that the zones are in.
    type: str
    choices: [aws, aws-cn, aws-us-gov]
    default: aws
"""

EXAMPLES = r"""
- name: Write the policy for Terraform
  ansible.builtin.copy:
    content: "{{ ['www.example.org', '*.example.org'] | certops.kubernetes.dns01_policy(zones) | to_nice_json }}"
    dest: dns01-policy.json
    mode: "0644"
  vars:
    zones: [Z0123456789ABC]
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


def dns01_policy(
    dns_names: list[str],
    hosted_zone_ids: list[str] | None = None,
    record_names: list[str] | None = None,
    actions: list[str] | None = None,
    partition: str = "aws",
) -> dict[str, t.Any]:
    """See DOCUMENTATION.

    :raises AnsibleFilterError: with every broken rule
    """
    try:
        return route53_policy.policy(
            dns_names, hosted_zone_ids or (), record_names or (), actions or route53_policy.ACTIONS, partition
        )
    except errors.SpecError as error:
        raise AnsibleFilterError(f"dns01_policy: {error}") from error


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filters by name."""
        return {"dns01_policy": dns01_policy}
