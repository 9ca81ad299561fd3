# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of an issuer. Source: cert-manager, pkg/apis/certmanager/v1/types_issuer.go, pkg/apis/acme/v1/types_issuer.go."""

from __future__ import annotations

import typing as t

Options = dict[str, dict[str, t.Any]]

_STRING: dict[str, t.Any] = {"type": "str"}
_STRINGS: dict[str, t.Any] = {"type": "list", "elements": "str"}
_RAW: dict[str, t.Any] = {"type": "dict"}


def _secret_key(required: bool = False) -> dict[str, t.Any]:
    """A reference to one key of a Secret; the name of a Secret is no secret."""
    key: dict[str, t.Any] = {"type": "str", "no_log": False, "required": required}
    return {"type": "dict", "no_log": False, "options": {"name": {"type": "str", "required": True}, "key": key}}


_SERVICE_ACCOUNT: dict[str, t.Any] = {
    "type": "dict",
    "options": {"name": {"type": "str", "required": True}, "audiences": _STRINGS},
}

SELF_SIGNED: Options = {"crl_distribution_points": _STRINGS}

CA: Options = {
    "secret_name": {"type": "str", "required": True},
    "crl_distribution_points": _STRINGS,
    "ocsp_servers": _STRINGS,
    "issuing_certificate_urls": _STRINGS,
}

HTTP01: Options = {
    "ingress_class": _STRING,
    "ingress_class_annotation": _STRING,
    "ingress_name": _STRING,
    "ingress_template": _RAW,
    "gateway": {
        "type": "dict",
        "options": {"labels": _RAW, "parent_refs": {"type": "list", "elements": "dict"}},
    },
    "service_type": {"type": "str", "choices": ["ClusterIP", "NodePort"]},
    "pod_template": _RAW,
    "responder_image": _STRING,
    "responder_keep": {"type": "bool"},
}

ROUTE53: Options = {
    "region": _STRING,
    "hosted_zone_id": _STRING,
    "role": _STRING,
    "access_key_id": _STRING,
    "access_key_id_secret_ref": _secret_key(),
    "secret_access_key": {"type": "str", "no_log": True},
    "secret_access_key_secret_ref": _secret_key(),
    "service_account_ref": _SERVICE_ACCOUNT,
}

RFC2136: Options = {
    "nameserver": {"type": "str", "required": True},
    "protocol": {"type": "str", "choices": ["TCP", "UDP"]},
    "tsig_key_name": {"type": "str", "no_log": False},
    "tsig_algorithm": {"type": "str", "choices": ["HMACMD5", "HMACSHA1", "HMACSHA256", "HMACSHA512"]},
    "tsig_secret": {"type": "str", "no_log": True},
    "tsig_secret_secret_ref": _secret_key(),
}

DNS01: Options = {
    "cname_strategy": {"type": "str", "choices": ["None", "Follow"]},
    "route53": {"type": "dict", "options": ROUTE53},
    "rfc2136": {"type": "dict", "options": RFC2136},
    "persist": {"type": "bool"},
    "raw": _RAW,
}

SOLVER: Options = {
    "selector": {
        "type": "dict",
        "options": {"dns_names": _STRINGS, "dns_zones": _STRINGS, "match_labels": _RAW},
    },
    "wait_instead_of_self_check": _STRING,
    "http01": {"type": "dict", "options": HTTP01},
    "dns01": {"type": "dict", "options": DNS01},
}

_COUNT: dict[str, t.Any] = {"type": "int"}

RATE_LIMITS: Options = {
    "enforce": {"type": "bool"},
    "certificates_per_domain": _COUNT,
    "certificates_per_names": _COUNT,
    "consecutive_failures": _COUNT,
    "failed_validations": _COUNT,
    "new_orders": _COUNT,
}

# What is to be done with the account's key; no part of what is kept of the issuer.
ACCOUNT_KEY: Options = {
    "roll_over_account_key": {"type": "bool", "no_log": False},
    "account_key_max_age": {"type": "str", "no_log": False},
}

ACME: Options = {
    "server": {"type": "str", "required": True},
    "email": _STRING,
    "private_key_secret_ref": {
        "type": "dict",
        "no_log": False,
        "options": {"name": {"type": "str", "required": True}, "key": {"type": "str", "no_log": False}},
    },
    "external_account_binding": {
        "type": "dict",
        "options": {
            "key_id": {"type": "str", "required": True},
            "key": {"type": "str", "no_log": True},
            "key_secret_ref": _secret_key(True),
        },
    },
    "preferred_chain": _STRING,
    "profile": _STRING,
    "ca_bundle": _STRING,
    "skip_tls_verify": {"type": "bool"},
    "disable_account_key_generation": {"type": "bool", "no_log": False},
    "enable_duration_feature": {"type": "bool"},
    "rate_limits": {"type": "dict", "options": RATE_LIMITS},
    **ACCOUNT_KEY,
    "solvers": {"type": "list", "elements": "dict", "options": SOLVER},
}

VAULT: Options = {
    "server": {"type": "str", "required": True},
    "path": {"type": "str", "required": True},
    "namespace": _STRING,
    "server_name": _STRING,
    "ca_bundle": _STRING,
    "ca_bundle_secret_ref": _secret_key(),
    "client_cert_secret_ref": _secret_key(),
    "client_key_secret_ref": _secret_key(),
    "auth": {
        "type": "dict",
        "required": True,
        "options": {
            "token_secret_ref": _secret_key(),
            "app_role": {
                "type": "dict",
                "options": {
                    "path": {"type": "str", "required": True},
                    "role_id": {"type": "str", "required": True},
                    "secret_ref": _secret_key(),
                },
            },
            "client_certificate": {
                "type": "dict",
                "options": {"mount_path": _STRING, "secret_name": _STRING, "name": _STRING},
            },
            "kubernetes": {
                "type": "dict",
                "options": {
                    "mount_path": _STRING,
                    "role": {"type": "str", "required": True},
                    "secret_ref": _secret_key(),
                    "service_account_ref": _SERVICE_ACCOUNT,
                },
            },
            "aws": {
                "type": "dict",
                "options": {
                    "mount_path": _STRING,
                    "role": {"type": "str", "required": True},
                    "region": _STRING,
                    "service_account_ref": _SERVICE_ACCOUNT,
                    "iam_role_arn": _STRING,
                    "vault_header_value": _STRING,
                },
            },
        },
    },
}

TYPES: Options = {
    "self_signed": {"type": "dict", "options": SELF_SIGNED},
    "ca": {"type": "dict", "options": CA},
    "acme": {"type": "dict", "options": ACME},
    "vault": {"type": "dict", "options": VAULT},
    "spec": _RAW,
}
