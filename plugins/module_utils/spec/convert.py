# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ansible parameters to Kubernetes manifests: snake_case to the API's camelCase, unset options left out."""

from __future__ import annotations

import re
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping

# The API's names that are not plain camelCase of ours.
_IRREGULAR = {
    "access_key_id": "accessKeyID",
    "access_key_id_secret_ref": "accessKeyIDSecretRef",
    "hosted_zone_id": "hostedZoneID",
    "is_ca": "isCA",
    "issuing_certificate_urls": "issuingCertificateURLs",
    "key_id": "keyID",
    "skip_tls_verify": "skipTLSVerify",
}


def camel(option: str) -> str:
    """``dns_names`` → ``dnsNames``."""
    return _IRREGULAR.get(option) or re.sub(r"_([a-z0-9])", lambda match: match.group(1).upper(), option)


def snake(field: str) -> str:
    """``dnsNames`` → ``dns_names``; the way back, for messages that name an option."""
    for option, name in _IRREGULAR.items():
        if name == field:
            return option
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", field).lower()


def manifest(options: Mapping[str, t.Any], values: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Turn validated parameters into the API's shape.

    :param options: the argument spec of these parameters; a dict without ``options`` of its own is passed as it is
        (labels, annotations, templates: the keys are the user's)
    :param values: the parameters; ``None`` means not given
    """
    shaped = {}
    for option, rule in options.items():
        value = values.get(option)
        if value is None:
            continue
        inner = rule.get("options")
        if inner and rule["type"] == "list":
            value = [manifest(inner, item) for item in value]
        elif inner:
            value = manifest(inner, value)
        shaped[camel(option)] = value
    return shaped
