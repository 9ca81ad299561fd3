# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report as a page: unlike Ansible's own templates, every value is escaped for HTML."""

from __future__ import annotations

DOCUMENTATION = r"""
name: tls_report
short_description: A page about the TLS of a cluster
version_added: 1.0.0
description:
  - Fills a template with what M(certops.kubernetes.tls_info) has returned. Every value is escaped for HTML.
  - The role P(certops.kubernetes.tls_report#role) uses it, with a template that a page of your own can begin with.
author: certops (@certops)
options:
  _input:
    description: The result of M(certops.kubernetes.tls_info).
    type: dict
    required: true
  template:
    description: Text of the template, in Jinja.
    type: str
    required: true
  now:
    description: The time of the report (RFC 3339, UTC).
    type: str
    required: true
  title:
    description: Title of the page.
    type: str
    default: TLS report
  chains:
    description: Results of M(certops.kubernetes.certificate_status).
    type: list
    elements: dict
    default: []
"""

EXAMPLES = r"""
- name: Write a page with a template of one's own
  ansible.builtin.copy:
    content: "{{ tls | certops.kubernetes.tls_report(template=page, now=now(utc=true, fmt='%Y-%m-%dT%H:%M:%SZ')) }}"
    dest: tls.html
    mode: "0644"
  vars:
    page: "{{ lookup('ansible.builtin.file', 'page.html.j2') }}"
"""

RETURN = r"""
_value:
  description: The page.
  type: str
"""

import typing as t

from ansible.errors import AnsibleFilterError
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from ..module_utils.report import page

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def tls_report(
    tls: Mapping[str, t.Any],
    template: str,
    now: str,
    title: str = "TLS report",
    chains: Sequence[Mapping[str, t.Any]] = (),
) -> str:
    """Render the page; see the documentation above."""
    environment = SandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    try:
        return environment.from_string(template).render(title=title, **page.view(tls, chains, now))
    except KeyError as error:
        raise AnsibleFilterError(f"tls_report: this is no result of tls_info: {error} is missing") from error
    except (TemplateError, ValueError) as error:
        raise AnsibleFilterError(f"tls_report: {error}") from error


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """The filter of this file."""
        return {"tls_report": tls_report}
