# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of a run that gives a right in AWS, from a module's parameters."""

from __future__ import annotations

import typing as t

from ..engine.access.ports import AccessRun
from ..spec.access import ACCESS_KEY
from . import aws, cluster

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule


def new_run(module: AnsibleModule) -> AccessRun:
    """How this module call is to be done.

    :raises ProviderError: there are no credentials, or the role may not be taken on
    :raises ImportError: boto3 is missing, or kubernetes where a Secret is written
    """
    from ..aws import eks, iam, session

    account = session.Account(aws.identity(module.params), iam.AREA)
    with_key = module.params["method"] == ACCESS_KEY
    return AccessRun(
        identities=iam.Iam(account.client("iam"), account.client("sts")),
        clusters=eks.Eks(None if with_key else account.client("eks")),
        clock=cluster.CLOCK,
        check_mode=module.check_mode,
        cluster=cluster.connect(module.params) if with_key else None,
    )
