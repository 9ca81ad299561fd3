# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that several modules share."""

from __future__ import annotations

from ansible.module_utils.basic import env_fallback
from ansible_collections.kubernetes.core.plugins.module_utils.args_common import AUTH_ARG_SPEC

from .argspec import ArgumentSpec

AUTH = ArgumentSpec(AUTH_ARG_SPEC)

# An object that is named by its namespace and name: the options of a dict.
REFERENCE = {"name": {"type": "str", "required": True}, "namespace": {"type": "str", "required": True}}

STATE = ArgumentSpec({"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}})

DELETE_SECRET = ArgumentSpec({"delete_secret": {"type": "bool", "default": False, "no_log": False}})

DNS = ArgumentSpec(
    {"dns_servers": {"type": "list", "elements": "str", "fallback": (env_fallback, ["CERTOPS_DNS_SERVERS"])}}
)

PREFLIGHT = ArgumentSpec({"preflight": {"type": "str", "choices": ["fail", "warn", "off"], "default": "warn"}})

FORCE = ArgumentSpec({"force_conflicts": {"type": "bool", "default": False}})

ENGINE = ArgumentSpec({"engine": {"type": "str", "choices": ["cert_manager", "direct"], "default": "cert_manager"}})

CLUSTER_ISSUERS = ArgumentSpec({"cluster_resource_namespace": {"type": "str", "default": "cert-manager"}})

FOLLOWED_ENGINE = CLUSTER_ISSUERS.merge(
    ArgumentSpec({"engine": {"type": "str", "choices": ["auto", "cert_manager", "direct"], "default": "auto"}})
)


def wait(timeout: int) -> ArgumentSpec:
    """``wait`` and ``wait_timeout``, in seconds."""
    return ArgumentSpec(
        {"wait": {"type": "bool", "default": True}, "wait_timeout": {"type": "int", "default": timeout}}
    )
