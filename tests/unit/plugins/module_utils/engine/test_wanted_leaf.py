# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import timedelta

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import wanted_leaf
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.match import Wanted

# What cert-manager's defaults ask for.
BARE = {
    "common_name": "",
    "subject": {},
    "usages": ("digital signature", "key encipherment"),
    "name_constraints": {},
    "duration": timedelta(days=90),
    "dns_names": (),
    "ip_addresses": (),
    "uris": (),
    "email_addresses": (),
    "is_ca": False,
    "key_algorithm": "RSA",
}


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ({}, BARE),
        (
            {
                "commonName": "a.test",
                "dnsNames": ["a.test"],
                "ipAddresses": ["192.0.2.7"],
                "uris": ["spiffe://a"],
                "emailAddresses": ["ops@a.test"],
                "otherNames": [{"oid": "1.2.3", "utf8Value": "x"}],
                "subject": {"countries": ["DE"]},
                "isCA": True,
                "usages": ["server auth"],
                "nameConstraints": {"critical": True, "permitted": {"dnsDomains": ["a.test"]}},
                "duration": "90m",
                "privateKey": {"algorithm": "ECDSA", "size": 384},
            },
            {
                "common_name": "a.test",
                "dns_names": ("a.test",),
                "ip_addresses": ("192.0.2.7",),
                "uris": ("spiffe://a",),
                "email_addresses": ("ops@a.test",),
                "other_names": (("1.2.3", "x"),),
                "subject": {"countries": ["DE"]},
                "is_ca": True,
                "usages": ("server auth",),
                "name_constraints": {"critical": True, "permitted": {"dnsDomains": ["a.test"]}},
                "duration": timedelta(minutes=90),
                "key_algorithm": "ECDSA",
                "key_size": 384,
            },
        ),
        (
            {"literalSubject": "CN=a.test,DC=test", "dnsNames": ["a.test"]},
            BARE
            | {
                "common_name": None,
                "literal_subject": "CN=a.test,DC=test",
                "dns_names": ("a.test",),
                "ip_addresses": None,
                "uris": None,
                "email_addresses": None,
            },
        ),
        ({"privateKey": {"rotationPolicy": "Always"}}, BARE),
    ],
)
def test_from_body(body, wanted):
    assert wanted_leaf.from_body(body) == Wanted(**{"other_names": (), **wanted})
