# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of an ACM run from a module's parameters."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ..engine.acm.ports import AcmRun
from . import aws, cluster

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

    from ..aws.session import Account
    from ..engine.acm.ports import Records


def new_run(module: AnsibleModule) -> AcmRun:
    """How this module call is to be done.

    :raises ProviderError: there are no credentials, or a role may not be taken on
    :raises ImportError: boto3 is missing, or kubernetes where a Secret is imported
    """
    from ..aws import acm, session
    from ..dns.resolver import Resolver

    p = module.params
    present = p["state"] == "present"
    account = session.Account(aws.identity(p), acm.AREA)
    return AcmRun(
        certificates=acm.Acm(account.client("acm")),
        records=_records(p, account) if present and p.get("dns_names") else None,
        clock=cluster.CLOCK,
        check_mode=module.check_mode,
        wait=p["wait"],
        timeout=float(p["wait_timeout"]),
        cluster=cluster.connect(p) if present and p.get("secret") else None,
        resolver=Resolver(p.get("dns_servers") or ()),
    )


def _records(p: dict[str, t.Any], account: Account) -> Records | None:
    """Route 53, with a role of the zone's account where one is given."""
    from ..aws import cnames, session

    if p["validation"] != "route53":
        return None
    given = p.get("route53") or {}
    if given.get("role_arn"):
        who = replace(aws.identity(p), role=given["role_arn"], external_id=given.get("external_id"))
        account = session.Account(who, cnames.AREA)
    return cnames.Cnames(account.client("route53"), given.get("hosted_zone_id"))
