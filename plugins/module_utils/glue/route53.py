# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Route 53 from the ``dns01.route53`` of one solver, in cert-manager's shape."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..aws.route53 import Route53


def writer(body: Mapping[str, t.Any], value: Callable[[Mapping[str, str]], str]) -> Route53:
    """Without a key, the credentials are this machine's: environment, AWS_PROFILE, Pod Identity, IRSA, instance profile.

    :param value: what a reference to a key of a Secret leads to
    :raises ProviderError: there are no credentials, or the role may not be taken on
    """
    from ..aws import session
    from ..aws.route53 import Route53

    key_id = body.get("accessKeyID")
    if body.get("accessKeyIDSecretRef"):
        key_id = value(body["accessKeyIDSecretRef"])
    secret = value(body["secretAccessKeySecretRef"]) if body.get("secretAccessKeySecretRef") else None
    identity = session.Identity(key_id, secret, role=body.get("role"), region=body.get("region"))
    return Route53(session.client("route53", identity), body.get("hostedZoneID"))
