# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import caa
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.caa import Issuance, Policy
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.dns_answers import Answer, Dns

OWN, OTHER = '0 issue "letsencrypt.org"', '0 issue "ca.example.net"'
LE = ("letsencrypt.org",)
ACCOUNT = "https://acme.test/account/1"


def refusal(*records, name="www.example.org", authorities=LE, account=ACCOUNT, method="http-01"):
    return caa.refusal(Policy("example.org", records), Issuance(name, authorities, account, method))


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([OWN], None),
        ([OTHER, OWN], None),
        (['0 ISSUE " LetsEncrypt.ORG. "'], None),
        (['0 iodef "mailto:ops@example.org"'], None),
        (['128 issue "letsencrypt.org"'], None),
        ([OTHER], "they name ca.example.net"),
        ([OTHER, '0 issue ";"'], "they name ca.example.net; they name no CA at all"),
        (['0 issue ";"'], "they name no CA at all"),
        (['0 issue ""'], "they name no CA at all"),
        (['128 tbs "x"', OWN], "they have the critical property tbs, which no CA may ignore"),
        ([f'0 issue "letsencrypt.org; accounturi={ACCOUNT}"'], None),
        (
            ['0 issue "letsencrypt.org; accounturi=https://acme.test/account/2"'],
            "letsencrypt.org may issue for the account https://acme.test/account/2 only",
        ),
        ([f'0 issue "letsencrypt.org; accounturi={ACCOUNT}; accounturi={ACCOUNT}"'], f"account {ACCOUNT}, {ACCOUNT} o"),
        (['0 issue "letsencrypt.org; validationmethods=dns-01,http-01"'], None),
        (['0 issue "letsencrypt.org;ValidationMethods = dns-01"'], "letsencrypt.org may validate by dns-01 only"),
        (['0 issue "letsencrypt.org; %%%"'], "the parameters of letsencrypt.org can't be read"),
        (['0 issue "letsencrypt.org;"'], None),
        (["no record"], None),
    ],
)
def test_records(records, said):
    found = refusal(*records)
    assert (found is None) if said is None else (said in found)


@pytest.mark.parametrize(
    ("records", "name", "allowed"),
    [
        ([OTHER, '0 issuewild "letsencrypt.org"'], "*.example.org", True),
        ([OTHER, '0 issuewild "letsencrypt.org"'], "example.org", False),
        ([OWN, '0 issuewild ";"'], "*.example.org", False),
        ([OWN, '0 issuewild ";"'], "www.example.org", True),
        ([OWN], "*.example.org", True),
        (['0 issuewild ";"'], "www.example.org", True),
    ],
)
def test_wildcards(records, name, allowed):
    assert (refusal(*records, name=name) is None) is allowed


def test_what_is_not_known_is_no_reason():
    assert refusal(OTHER, authorities=()) is None
    assert refusal('0 issue ";"', authorities=()) == "they name no CA at all"
    both = f'0 issue "letsencrypt.org; accounturi={ACCOUNT}x; validationmethods=dns-01"'
    assert refusal(both, account=None, method=None) is None


def dns(**records):
    return Dns(tuple(Answer(name.replace("_", "."), "CAA", *said) for name, said in records.items()))


NONE = ("NOERROR", ())


def test_the_next_name_above_that_has_records_counts():
    found = dns(www_example_org=NONE, example_org=("NOERROR", (OWN,)), org=("NOERROR", (OTHER,)))
    assert caa.policy(found, "*.www.example.org") == Policy("example.org", (OWN,))


def test_no_records():
    assert caa.policy(dns(example_org=("NXDOMAIN",), org=NONE), "example.org") is None


def test_a_failure_below_leaves_it_open():
    found = dns(www_example_org=("SERVFAIL",), example_org=("NOERROR", (OWN,)), org=NONE)
    assert caa.policy(found, "www.example.org").status == "SERVFAIL"


def test_what_was_not_asked():
    assert caa.policy(Dns(), "www.example.org") is None


def test_tree():
    assert caa.tree("*.www.Example.org") == ("www.example.org", "example.org", "org")
