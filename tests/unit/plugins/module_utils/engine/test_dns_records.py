# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.dns.resolver import Resolver
from ansible_collections.certops.kubernetes.plugins.module_utils.engine import dns_records
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.nameserver import NameServer, serving

HOST = live.HOST
SERVED = f"""
example.test. 60 IN SOA ns1.example.test. hostmaster.example.test. 1 60 60 60 5
example.test. 60 IN NS ns1.example.test.
ns1.example.test. 60 IN A 127.0.0.2
example.test. 60 IN CAA 0 issue "letsencrypt.org"
{HOST}. 60 IN CNAME lb.example.test.
lb.example.test. 60 IN A 192.0.2.7
lb.example.test. 60 IN AAAA 2001:db8::7
_acme-challenge.{HOST}. 60 IN CNAME {HOST}.acme.example.test.
{HOST}.acme.example.test. 60 IN TXT "digest"
apart.example.test. 60 IN A 198.51.100.1
public.example.test. 60 IN A 8.8.8.8
both.example.test. 60 IN A 192.0.2.7
both.example.test. 60 IN A 198.51.100.1
dangling.example.test. 60 IN A 192.0.2.7
_acme-challenge.dangling.example.test. 60 IN CNAME x.elsewhere.test.
"""


def look(host=HOST, addresses=(), ingress=None, records=SERVED, rcodes=None, live_ingress=None, own=None):
    """The facts of one host."""
    own = own or NameServer(records)
    with serving(resolver=NameServer(records, rcodes, authoritative=False), own=own) as port:
        resolver = Resolver(["127.0.0.1"], port, 0.3)
        outcome = dns_records.look(resolver, [host], addresses, ingress, lambda *_place: live_ingress)
    assert (outcome.changed, outcome.findings) == (False, ())
    [record] = outcome.facts["records"]
    return record, [(finding["code"], finding["severity"]) for finding in outcome.facts["findings"]]


def test_all_that_is_said_of_a_host():
    record, findings = look(addresses=["192.0.2.7", "2001:db8:0::7"])
    assert findings == []
    assert record["addresses"] == ["192.0.2.7", "2001:db8::7"]
    assert (record["canonical_name"], record["error"], record["leads_there"]) == ("lb.example.test", None, True)
    assert record["zone"] == {
        "apex": "example.test",
        "servers": [{"name": "ns1.example.test", "address": "127.0.0.2"}],
    }
    assert record["caa"] == {"owner": "example.test", "records": ['0 issue "letsencrypt.org"']}
    assert [(each["rdtype"], each["server"], each["authoritative"]) for each in record["resolved"]] == [
        ("A", "127.0.0.1", False),
        ("AAAA", "127.0.0.1", False),
    ]
    assert [(each["rdtype"], each["server"], each["authoritative"]) for each in record["authoritative"]] == [
        ("A", "127.0.0.2", True),
        ("AAAA", "127.0.0.2", True),
    ]


def test_where_dns01_looks():
    challenge = look()[0]["acme_challenge"]
    assert challenge["name"] == f"_acme-challenge.{HOST}"
    assert challenge["canonical_name"] == f"{HOST}.acme.example.test"
    assert challenge["zone"]["apex"] == "example.test"
    assert challenge["values"] == ["digest"]
    assert [answer["values"] for answer in challenge["authoritative"]] == [["digest"]]


@pytest.mark.parametrize(
    ("host", "addresses", "leads", "codes"),
    [
        (HOST, ["lb.example.test"], True, []),
        (HOST, [], None, []),
        ("apart.example.test", ["192.0.2.7"], False, ["dns.wrong_address"]),
        ("both.example.test", ["192.0.2.7"], False, ["dns.wrong_address"]),
        ("public.example.test", ["192.0.2.7"], None, []),
        ("nowhere.example.test", ["192.0.2.7"], False, ["dns.nxdomain"]),
        ("example.test", ["192.0.2.7"], False, ["dns.no_address"]),
    ],
)
def test_whether_it_leads_there(host, addresses, leads, codes):
    record, findings = look(host, addresses)
    assert record["leads_there"] is leads
    assert [code for code, _severity in findings] == codes


@pytest.mark.parametrize(
    ("ingress", "codes", "expected"),
    [
        (live.ingress(), [], ["192.0.2.7"]),
        (live.ingress() | {"status": {}}, ["ingress.no_address"], []),
        (None, ["ingress.missing"], []),
    ],
)
def test_addresses_of_an_ingress(ingress, codes, expected):
    record, findings = look("dangling.example.test", ingress=("shop", "www"), live_ingress=ingress)
    assert record["expected_addresses"] == expected
    assert [code for code, _severity in findings] == [*codes, "dns01.cname_dangling"]


def test_servers_that_differ():
    other = NameServer("apart.example.test. 60 IN A 203.0.113.9")
    zone = SERVED + "example.test. 60 IN NS ns2.example.test.\nns2.example.test. 60 IN A 127.0.0.3\n"
    with serving(resolver=NameServer(zone), own=NameServer(zone), other=other) as port:
        resolver = Resolver(["127.0.0.1"], port, 0.3)
        outcome = dns_records.look(resolver, ["apart.example.test"], [], None, lambda *_place: None)
    [finding] = outcome.facts["findings"]
    assert finding["code"] == "dns.servers_differ"
    assert "127.0.0.2: 198.51.100.1; 127.0.0.3: 203.0.113.9" in finding["message"]


@pytest.mark.parametrize(
    ("own", "words"),
    [
        (NameServer("", {"apart.example.test": "REFUSED"}), "answers REFUSED"),
        (NameServer("", {"apart.example.test": ""}), "does not answer"),
        (NameServer(SERVED, authoritative=False), "no AA flag"),
    ],
)
def test_a_server_that_is_none(own, words):
    with serving(resolver=NameServer(SERVED), own=own) as port:
        resolver = Resolver(["127.0.0.1"], port, 0.3)
        outcome = dns_records.look(resolver, ["apart.example.test"], [], None, lambda *_place: None)
    failed = [finding for finding in outcome.facts["findings"] if finding["code"] == "dns.server_failed"]
    assert len(failed) == 2
    assert all(words in finding["message"] for finding in failed)


def test_dns_that_fails():
    record, findings = look("apart.example.test", rcodes={"apart.example.test": "SERVFAIL"})
    assert (record["error"], record["caa"], record["zone"]) == ("SERVFAIL", None, None)
    assert findings == [("dns.failed", "error"), ("caa.failed", "warning")]


def test_a_wildcard_is_asked_as_it_is():
    record, _findings = look("*.example.test", records=f"{SERVED}*.example.test. 60 IN A 192.0.2.7\n")
    assert (record["addresses"], record["acme_challenge"]["name"]) == (["192.0.2.7"], "_acme-challenge.example.test")
