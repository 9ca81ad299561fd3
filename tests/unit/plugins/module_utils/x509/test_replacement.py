# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.x509 import keys, signing
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.keys import KeySpec
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import parse_chain, rfc3339
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.match import Wanted
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.replacement import objections
from ansible_collections.certops.kubernetes.tests.unit import factory

NOW = datetime.now(timezone.utc).replace(microsecond=0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOST = "www.example.test"
KEY = keys.generate(KeySpec("ECDSA", 256))
ROOT = factory.authority()
WANTED = Wanted(
    dns_names=(HOST,), usages=("digital signature", "key encipherment", "server auth"), key_algorithm="ECDSA"
)


def issued(*dns_names, ca=ROOT, not_before=NOW - HOUR, **more):
    made = ca.issue(*(dns_names or (HOST,)), key=KEY, not_before=not_before, **more)
    return signing.Issued(made.chain_pem, ROOT.pem)


def old(not_before, lifetime=90 * DAY):
    return parse_chain(issued(not_before=not_before, lifetime=lifetime).chain)[0]


@pytest.mark.parametrize("ca", [ROOT, ROOT.intermediate()])
def test_what_is_right_meets_no_objection(ca):
    assert objections(issued(ca=ca), KEY, WANTED, NOW) == ()


def test_a_ca_that_is_not_named_is_none():
    assert objections(signing.Issued(issued().chain), KEY, WANTED, NOW) == ()


def test_our_own_pass():
    body = {"dnsNames": [HOST], "isCA": True, "commonName": "CA"}
    made = signing.self_signed(body, KEY, 90 * DAY, NOW)
    assert objections(made, KEY, Wanted(dns_names=(HOST,), is_ca=True, duration=90 * DAY), NOW) == ()


@pytest.mark.parametrize(
    ("new", "key", "said"),
    [
        (signing.Issued(b""), KEY, ("tls.crt: no PEM certificate found",)),
        (signing.Issued(issued().chain, b"x"), KEY, ("tls.crt: no PEM certificate found",)),
        (issued(), keys.generate(KeySpec("ECDSA", 256)), ("tls.key: does not belong to the certificate",)),
        (issued("api.example.test"), KEY, ("dnsNames: not as wanted",)),
        (issued(is_ca=True), KEY, ("isCA",)),
        (issued(not_before=NOW + HOUR), KEY, ('tls.crt: "www.example.test" is not valid before',)),
        (issued(lifetime=HOUR / 2), KEY, ('tls.crt: "www.example.test" expired at',)),
        (
            signing.Issued(issued().chain + factory.authority("Other").pem, ROOT.pem),
            KEY,
            ('tls.crt: "www.example.test" is followed by "Other", which did not sign it', "ca.crt"),
        ),
        (
            signing.Issued(issued().chain, factory.authority("Other").pem),
            KEY,
            ('ca.crt: "Other" did not sign "www.example.test"',),
        ),
    ],
)
def test_every_objection_names_its_field(new, key, said):
    wanted = Wanted(dns_names=(HOST,), is_ca=False, key_algorithm="ECDSA")
    found = objections(new, key, wanted, NOW)
    assert len(found) == len(said)
    assert all(sentence.startswith(start) for sentence, start in zip(found, said, strict=True)), found


def test_an_acme_server_chooses_usages_and_lifetime():
    wanted = Wanted(dns_names=(HOST,), usages=("client auth",), duration=DAY)
    assert objections(issued(), KEY, wanted, NOW, lenient=True) == ()
    assert objections(issued(), KEY, wanted, NOW) == ("usages: not as wanted", "duration: not as wanted")


@pytest.mark.parametrize(
    ("there", "refused"),
    [
        (None, False),
        (old(NOW - 30 * DAY), False),
        (old(NOW - HOUR), False),
        (old(NOW), True),
        (old(NOW, lifetime=30 * DAY), False),  # ends before the new one does
        (old(NOW - 30 * DAY, lifetime=900 * DAY), False),  # a shorter lifetime is no step back
    ],
)
def test_an_older_certificate_does_not_replace_a_newer(there, refused):
    found = objections(issued(), KEY, WANTED, NOW, old=there)
    assert found == (
        (f"notBefore: {rfc3339(NOW - HOUR)} is before {rfc3339(NOW)}, that of the certificate there",)
        if refused
        else ()
    )


def test_the_same_one_may_be_written_again():
    new = issued()
    assert objections(new, KEY, WANTED, NOW, old=parse_chain(new.chain)[0]) == ()
