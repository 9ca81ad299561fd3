# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.acme import dns_persist
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import AcmeError

# The test vector of draft-ietf-acme-dns-persist-02, 10.2.
THUMBPRINT = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
ACCOUNT = "https://ca.example/acct/123"
PREFIX = "https://ca.example/account-hash/"
HASHED = f"{PREFIX}sha-256/5SQm7n6tPh2-PlLbCKGnViTXX5z19SCN4cPGQHSk-kw"
ISSUERS = ["authority.example", "ca.example.net"]


def value(challenge, wildcard=False, prefix=PREFIX):
    return dns_persist.value(challenge, "example.com", wildcard, ACCOUNT, THUMBPRINT, prefix)


def test_the_drafts_own_example():
    assert value({"issuerDomainNames": ISSUERS}) == f"authority.example; accounturi={HASHED}"
    assert value({"issuerDomainNames": ISSUERS}, wildcard=True).endswith("; policy=wildcard")


def test_the_form_of_the_drafts_before():
    said = value({"issuer-domain-names": ISSUERS}, wildcard=True, prefix=None)
    assert said == f"authority.example; accounturi={ACCOUNT}; policy=wildcard"


@pytest.mark.parametrize(
    ("challenge", "prefix"),
    [
        ({}, PREFIX),
        ({"issuerDomainNames": []}, PREFIX),
        ({"issuerDomainNames": ["a.example"] * 11}, PREFIX),
        ({"issuerDomainNames": "a.example"}, PREFIX),
        ({"issuerDomainNames": ISSUERS}, None),
    ],
)
def test_a_malformed_challenge_is_refused(challenge, prefix):
    with pytest.raises(AcmeError) as caught:
        value(challenge, prefix=prefix)
    assert caught.value.problem.type == "malformed"
