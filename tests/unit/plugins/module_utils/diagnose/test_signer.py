# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.signer import other_signer
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import parse_chain
from ansible_collections.certops.kubernetes.tests.unit import factory, live

LETSENCRYPT = "https://acme-v02.api.letsencrypt.org/directory"
STAGING = "https://acme-staging-v02.api.letsencrypt.org/directory"
OTHER_CA = factory.authority("Other CA")
OURS = parse_chain(live.WWW.chain_pem)
SELF_SIGNED = parse_chain(factory.self_signed(live.HOST, subject=factory.name("www")).leaf_pem)
TEST_CHAIN = parse_chain(factory.authority("(STAGING) Tenuous Tomato R13").issue(live.HOST).chain_pem)


def order(url, created="2026-03-01T12:00:00Z", state="valid"):
    return {"metadata": {"creationTimestamp": created}, "status": {"state": state, "url": url}}


def found(spec, served=OURS, orders=(), authority=None):
    return other_signer({"spec": spec}, orders, served, authority)


@pytest.mark.parametrize(
    ("spec", "served", "authority", "said"),
    [
        ({"selfSigned": {}}, SELF_SIGNED, None, None),
        ({"selfSigned": {}}, OURS, None, "signed by CN=Shop CA, not by its own key"),
        ({"ca": {"secretName": "ca"}}, OURS, live.CA, None),
        ({"ca": {"secretName": "ca"}}, OURS, OTHER_CA, "signed by CN=Shop CA, not by Other CA"),
        # A namesake with another key: names tell nothing.
        ({"ca": {"secretName": "ca"}}, OURS, factory.authority("Shop CA"), "signed by CN=Shop CA, not by Shop CA"),
        ({"ca": {"secretName": "ca"}}, OURS, None, None),
        ({"vault": {"server": "https://vault.test"}}, OURS, None, None),
    ],
)
def test_signed_by_a_key(spec, served, authority, said):
    known = parse_chain(authority.pem)[0] if authority else None
    assert found(spec, served, authority=known) == said


@pytest.mark.parametrize(
    ("server", "orders", "said"),
    [
        (LETSENCRYPT, [order("https://acme-v02.api.letsencrypt.org/acme/order/1")], None),
        (
            LETSENCRYPT,
            [order("https://acme-staging-v02.api.letsencrypt.org/acme/order/1")],
            "ordered from acme-staging-v02.api.letsencrypt.org, not from acme-v02.api.letsencrypt.org",
        ),
        # The latest one that was finished counts.
        (
            LETSENCRYPT,
            [
                order("https://acme-v02.api.letsencrypt.org/1", "2026-03-02T00:00:00Z"),
                order("https://old.test/1", "2026-03-01T00:00:00Z"),
            ],
            None,
        ),
        (LETSENCRYPT, [order("https://old.test/1", state="invalid")], None),
        (LETSENCRYPT, [order(None)], None),
        (LETSENCRYPT, [], None),
    ],
)
def test_ordered_from_an_acme_server(server, orders, said):
    assert found({"acme": {"server": server}}, orders=orders) == said


def test_without_an_order_a_test_ca_gives_itself_away():
    said = found({"acme": {"server": LETSENCRYPT}}, TEST_CHAIN)
    assert said == "signed by Let's Encrypt staging, not by acme-v02.api.letsencrypt.org"
    assert found({"acme": {"server": STAGING}}, TEST_CHAIN) is None
