# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a certificate: every field of cert-manager's Certificate.spec (v1.20, v1.21), in snake_case.

Source: cert-manager, pkg/apis/certmanager/v1/types_certificate.go.
"""

from __future__ import annotations

import typing as t

Options = dict[str, dict[str, t.Any]]

ISSUER_REF: Options = {
    "name": {"type": "str", "required": True},
    "kind": {"type": "str", "default": "Issuer"},
    "group": {"type": "str", "default": "cert-manager.io"},
}

# pkg/apis/certmanager/v1/types.go, KeyUsage
USAGES = (
    "signing",
    "digital signature",
    "content commitment",
    "key encipherment",
    "key agreement",
    "data encipherment",
    "cert sign",
    "crl sign",
    "encipher only",
    "decipher only",
    "any",
    "server auth",
    "client auth",
    "code signing",
    "email protection",
    "s/mime",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "timestamping",
    "ocsp signing",
    "microsoft sgc",
    "netscape sgc",
)


def _strings() -> dict[str, t.Any]:
    return {"type": "list", "elements": "str"}


def _secret_key(default: str | None = None) -> dict[str, t.Any]:
    key = {"type": "str", "no_log": False}
    return {
        "type": "dict",
        "no_log": False,
        "options": {
            "name": {"type": "str", "required": True},
            "key": key | ({"default": default} if default else {}),
        },
    }


def _names() -> Options:
    return {name: _strings() for name in ("dns_domains", "ip_ranges", "email_addresses", "uri_domains")}


def _keystore(extra: Options) -> dict[str, t.Any]:
    options = {
        "create": {"type": "bool", "required": True},
        "password_secret_ref": _secret_key(),
        "password": {"type": "str", "no_log": True},
    }
    return {"type": "dict", "options": options | extra}


SPEC: Options = {
    "secret_name": {"type": "str"},
    "issuer_ref": {"type": "dict", "options": ISSUER_REF},
    "common_name": {"type": "str"},
    "dns_names": _strings(),
    "ip_addresses": _strings(),
    "uris": _strings(),
    "email_addresses": _strings(),
    "other_names": {
        "type": "list",
        "elements": "dict",
        "options": {"oid": {"type": "str", "required": True}, "utf8_value": {"type": "str", "required": True}},
    },
    "subject": {
        "type": "dict",
        "options": {
            **{
                name: _strings()
                for name in (
                    "organizations",
                    "countries",
                    "organizational_units",
                    "localities",
                    "provinces",
                    "street_addresses",
                    "postal_codes",
                )
            },
            "serial_number": {"type": "str"},
        },
    },
    "literal_subject": {"type": "str"},
    "duration": {"type": "str"},
    "renew_before": {"type": "str"},
    "renew_before_percentage": {"type": "int"},
    "renewal": {
        "type": "dict",
        "options": {
            "policy": {"type": "str", "choices": ["RenewBefore", "Disabled"]},
            "windows": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "cron": {"type": "str", "required": True},
                    "window_duration": {"type": "str", "required": True},
                    "timezone": {"type": "str"},
                },
            },
        },
    },
    "private_key": {
        "type": "dict",
        "no_log": False,
        "options": {
            "rotation_policy": {"type": "str", "choices": ["Always", "Never"]},
            "algorithm": {"type": "str", "choices": ["RSA", "ECDSA", "Ed25519"]},
            "size": {"type": "int"},
            "encoding": {"type": "str", "choices": ["PKCS1", "PKCS8"]},
        },
    },
    "signature_algorithm": {
        "type": "str",
        "choices": [
            "SHA256WithRSA",
            "SHA384WithRSA",
            "SHA512WithRSA",
            "ECDSAWithSHA256",
            "ECDSAWithSHA384",
            "ECDSAWithSHA512",
            "PureEd25519",
        ],
    },
    "usages": _strings() | {"choices": list(USAGES)},
    "encode_usages_in_request": {"type": "bool"},
    "is_ca": {"type": "bool"},
    "name_constraints": {
        "type": "dict",
        "options": {
            "critical": {"type": "bool"},
            "permitted": {"type": "dict", "options": _names()},
            "excluded": {"type": "dict", "options": _names()},
        },
    },
    "secret_template": {
        "type": "dict",
        "no_log": False,
        "options": {"annotations": {"type": "dict"}, "labels": {"type": "dict"}},
    },
    "keystores": {
        "type": "dict",
        "no_log": False,
        "options": {
            "jks": _keystore({"alias": {"type": "str"}}),
            "pkcs12": _keystore(
                {"profile": {"type": "str", "choices": ["LegacyRC2", "LegacyDES", "Modern2023", "Modern2026"]}}
            ),
        },
    },
    "additional_output_formats": {
        "type": "list",
        "elements": "dict",
        "options": {"type": {"type": "str", "required": True, "choices": ["DER", "CombinedPEM"]}},
    },
    "revision_history_limit": {"type": "int"},
}
