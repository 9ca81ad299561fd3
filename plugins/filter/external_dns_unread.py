# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects whose announcement an external-dns would not read."""

from __future__ import annotations

DOCUMENTATION = r"""
name: external_dns_unread
short_description: Objects with annotations that external-dns does not read
version_added: 1.0.0
description:
  - The objects that have annotations for external-dns, none of them with a prefix that it reads. With the policy C(sync)
    it deletes the records that it made for them when it did.
author: certops (@certops)
positional: annotation_prefixes
options:
  _input:
    description: Ingress, Service and other objects, as from M(kubernetes.core.k8s_info).
    type: list
    elements: dict
    required: true
  annotation_prefixes:
    description: The prefixes that it reads, as P(certops.kubernetes.external_dns_settings#filter) tells them.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Read the Ingresses
  kubernetes.core.k8s_info:
    api_version: networking.k8s.io/v1
    kind: Ingress
  register: ingresses

- name: See that version 0.22 reads them all
  ansible.builtin.assert:
    that: ingresses.resources | certops.kubernetes.external_dns_unread(['external-dns.kubernetes.io/']) | length == 0
"""

RETURN = r"""
_value:
  description: "For each: C(kind), C(namespace), C(name), and C(annotations), the keys that are not read."
  type: list
  elements: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..module_utils.spec import external_dns


def external_dns_unread(objects: t.Any, annotation_prefixes: list[str]) -> list[dict[str, t.Any]]:
    """See DOCUMENTATION.

    :raises AnsibleFilterError: if these are no objects
    """
    try:
        return external_dns.unread(objects, annotation_prefixes)
    except (KeyError, TypeError, AttributeError) as error:
        raise AnsibleFilterError("external_dns_unread: these are no objects of Kubernetes") from error


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filter of this file."""
        return {"external_dns_unread": external_dns_unread}
