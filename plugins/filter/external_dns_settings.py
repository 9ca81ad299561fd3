# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an external-dns is set to, from its Deployment: running in a cluster, or as its chart would make it."""

from __future__ import annotations

DOCUMENTATION = r"""
name: external_dns_settings
short_description: What an external-dns does, read from its Deployment
version_added: 1.0.0
description:
  - Reads the arguments, the variables C(EXTERNAL_DNS_…) and the image of external-dns.
  - The annotations of external-dns changed their prefix with version 0.22, which reads the new one only.
author: certops (@certops)
options:
  _input:
    description: The Deployment.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Look at external-dns
  kubernetes.core.k8s_info:
    api_version: apps/v1
    kind: Deployment
    label_selectors: [app.kubernetes.io/name=external-dns]
  register: found

- name: Say which annotations it reads
  ansible.builtin.debug:
    msg: "{{ (found.resources[0] | certops.kubernetes.external_dns_settings).annotation_prefixes }}"
"""

RETURN = r"""
_value:
  description: The settings.
  type: dict
  contains:
    name: {description: Name of the Deployment., type: str}
    namespace: {description: Its namespace., type: str}
    release: {description: "The Helm release that it is of, null where no label tells.", type: str}
    version: {description: "By the tag of its image, null where that doesn't tell.", type: str, sample: 0.22.0}
    annotation_prefixes: {description: The prefixes that it reads; empty where nothing tells., type: list, elements: str}
    policy: {description: "V(sync), V(upsert-only) or V(create-only), null where it is not said.", type: str}
    owner_id: {description: What it marks its records with., type: str}
    registry: {description: "Where it keeps the owner of a record, V(txt) by default.", type: str}
    provider: {description: Where it writes., type: str}
    sources: {description: What it reads., type: list, elements: str}
    domain_filters: {description: The domains that it looks after; empty for all., type: list, elements: str}
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..module_utils.diagnose.announcer import Announcer

# What external-dns takes where nothing is given.
_OWNER = "default"
_REGISTRY = "txt"
_RELEASE = "app.kubernetes.io/instance"


def external_dns_settings(deployment: t.Any) -> dict[str, t.Any]:
    """See DOCUMENTATION.

    :raises AnsibleFilterError: if it is no Deployment
    """
    try:
        announcer, metadata = Announcer(deployment), deployment["metadata"]
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise AnsibleFilterError("external_dns_settings: this is no Deployment with a container") from error
    return {
        "name": metadata["name"],
        "namespace": metadata.get("namespace"),
        "release": (metadata.get("labels") or {}).get(_RELEASE),
        "version": ".".join(map(str, announcer.version)) if announcer.version else None,
        "annotation_prefixes": sorted(announcer.prefixes),
        "policy": announcer.one("policy"),
        "owner_id": announcer.one("txt-owner-id") or _OWNER,
        "registry": announcer.one("registry") or _REGISTRY,
        "provider": announcer.one("provider"),
        "sources": announcer.all("source"),
        "domain_filters": announcer.all("domain-filter"),
    }


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filter of this file."""
        return {"external_dns_settings": external_dns_settings}
