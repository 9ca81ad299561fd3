# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many clusters in one report."""

from __future__ import annotations

DOCUMENTATION = r"""
name: tls_joined
short_description: The TLS of many clusters as if it were one
version_added: 1.0.0
description:
  - Joins what M(certops.kubernetes.tls_info) has returned for each of many clusters, so that
    P(certops.kubernetes.tls_report#filter) makes one page of it. Each namespace bears its cluster's name, such as
    C(production/shop).
  - A result that failed is a cluster that could not be seen, and is said to be.
author: certops (@certops)
options:
  _input:
    description: Results of M(certops.kubernetes.tls_info), by the clusters' names.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Count the certificates of all clusters
  ansible.builtin.debug:
    msg: "{{ ({'east': tls_east, 'west': tls_west} | certops.kubernetes.tls_joined).summary.certificates }}"
"""

RETURN = r"""
_value:
  description: A result in the shape of M(certops.kubernetes.tls_info).
  type: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..module_utils.report import joined

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def tls_joined(clusters: Mapping[str, Mapping[str, t.Any]]) -> dict[str, t.Any]:
    """Join them; see the documentation above."""
    try:
        return joined.join(clusters)
    except (AttributeError, KeyError, TypeError) as error:
        raise AnsibleFilterError(f"tls_joined: these are no results of tls_info by cluster: {error}") from error


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """The filter of this file."""
        return {"tls_joined": tls_joined}
