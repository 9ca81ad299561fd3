# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a module's parameters to AWS."""

from __future__ import annotations

import typing as t

from .argspec import ArgumentSpec

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ..aws.session import Identity

# Named as in amazon.aws, as far as it has them. What is not given, boto3 finds by itself.
AWS = ArgumentSpec(
    {
        "access_key": {"type": "str", "no_log": False},
        "secret_key": {"type": "str", "no_log": True},
        "session_token": {"type": "str", "no_log": True},
        "profile": {"type": "str"},
        "region": {"type": "str"},
        "role_arn": {"type": "str"},
        "external_id": {"type": "str"},
    },
    mutually_exclusive=[("profile", "access_key"), ("profile", "session_token")],
    required_together=[("access_key", "secret_key")],
    required_by={"session_token": ["access_key"], "external_id": ["role_arn"]},
)


def identity(p: Mapping[str, t.Any]) -> Identity:
    """Who asks."""
    from ..aws.session import Identity

    return Identity(
        p.get("access_key"),
        p.get("secret_key"),
        p.get("session_token"),
        p.get("profile"),
        p.get("role_arn"),
        p.get("external_id"),
        p.get("region"),
    )
