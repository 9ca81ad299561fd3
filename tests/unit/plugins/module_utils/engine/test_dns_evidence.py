# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import causes
from ansible_collections.certops.kubernetes.plugins.module_utils.dns.resolver import Resolver
from ansible_collections.certops.kubernetes.plugins.module_utils.engine import dns_evidence
from ansible_collections.certops.kubernetes.tests.unit import issuance as made
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time
from ansible_collections.certops.kubernetes.tests.unit.nameserver import NameServer, serving

RECORD = f"_acme-challenge.{live.HOST}"
ZONE = """
example.test. 60 IN SOA ns.example.test. hostmaster.example.test. 1 60 60 60 5
example.test. 60 IN NS ns.example.test.
ns.example.test. 60 IN A 127.0.0.1
example.test. 60 IN CAA 0 issue "ca.example.net"
"""
WWW = f"{ZONE}{live.HOST}. 60 IN A 198.51.100.1\n{live.HOST}. 60 IN AAAA 2001:db8::1\n"
ALIAS = f"{ZONE}{RECORD}. 60 IN CNAME www.acme.elsewhere.test.\n"
NO_HOST = made.SELF_CHECK + made.GET + f"dial tcp: lookup {live.HOST}: no such host"
UNSEEN = "Waiting for DNS-01 challenge propagation: DNS record not yet propagated"


def added(evidence, records):
    """The evidence, and what was asked."""
    server = NameServer(records)
    with serving(resolver=server) as port:
        run = FakeCluster(Time()).run(resolver=Resolver(["127.0.0.1"], port))
        return dns_evidence.added(run, evidence), server.asked


def test_hosts_of_http01_challenges():
    found, asked = added(made.challenging(made.challenge("odd")), WWW)
    assert found.dns.addresses(live.HOST) == ("198.51.100.1", "2001:db8::1")
    assert sorted(asked) == [f"{live.HOST}. A RD", f"{live.HOST}. AAAA RD"]


def test_what_a_resolver_says_tells_the_cause():
    found, _asked = added(made.challenging(made.challenge(NO_HOST)), ZONE)
    assert [finding.code for finding in causes.run_all(found)] == ["self_check.nxdomain"]


@pytest.mark.parametrize(
    ("records", "code", "words"),
    [
        (ZONE, "dns01.not_propagated", "zone: 127.0.0.1 answers NXDOMAIN."),
        (f'{ZONE}{RECORD}. 60 IN TXT "old"', "dns01.not_propagated", "zone: 127.0.0.1 has 1 other."),
        (f"{ZONE}{RECORD}. 60 IN A 192.0.2.7", "dns01.not_propagated", "zone: 127.0.0.1 has none."),
        (f'{ZONE}{RECORD}. 60 IN TXT "digest"', "dns01.not_propagated", "is on all servers of its zone by now"),
        (ALIAS, "dns01.cname_dangling", "is a CNAME to www.acme.elsewhere.test, whose zone is not there"),
        (f"{ALIAS}{RECORD.replace('_acme-challenge.www', 'x')}. 1 IN A 192.0.2.7", "dns01.cname_dangling", "CNAME"),
    ],
)
def test_what_the_servers_of_the_zone_say(records, code, words):
    item = made.challenge(UNSEEN, kind="DNS-01", age=300)
    item["spec"]["key"] = "digest"
    found, asked = added(made.challenging(item), records)
    [finding] = causes.run_all(found)
    assert finding.code == code
    assert words in finding.message
    assert f"{live.HOST}. A RD" not in asked


def test_an_alias_into_a_zone_that_is_there():
    records = f'{ZONE}{RECORD}. 60 IN CNAME www.acme.example.test.\nwww.acme.example.test. 60 IN TXT "old"'
    found, _asked = added(made.challenging(made.challenge(UNSEEN, kind="DNS-01", age=300)), records)
    [finding] = causes.run_all(found)
    assert (finding.code, finding.evidence["alias"]) == ("dns01.not_propagated", "www.acme.example.test")


def test_a_server_that_does_not_answer():
    server = NameServer(ZONE, {RECORD: ""})
    item = made.challenge(UNSEEN, kind="DNS-01", age=300)
    with serving(resolver=NameServer(ZONE.replace("127.0.0.1", "127.0.0.2")), silent=server) as port:
        run = FakeCluster(Time()).run(resolver=Resolver(["127.0.0.1"], port, 0.2))
        [finding] = causes.run_all(dns_evidence.added(run, made.challenging(item)))
    assert finding.message.endswith("zone: 127.0.0.2 does not answer.")


REFUSED = "403 urn:ietf:params:acme:error:caa: CAA record for example.test prevents issuance"


@pytest.mark.parametrize(
    "evidence",
    [made.challenging(made.challenge(REFUSED, "invalid")), made.ordering(made.order("invalid", REFUSED))],
)
def test_caa_records_are_shown_where_they_were_the_reason(evidence):
    found, asked = added(evidence, ZONE)
    finding = causes.run_all(found)[0]
    assert finding.message.endswith('; example.test has CAA 0 issue "ca.example.net".')
    assert finding.evidence["caa"] == {live.HOST: {"owner": "example.test", "records": ['0 issue "ca.example.net"']}}
    assert "test. CAA RD" in asked
    assert "caa" not in causes.run_all(evidence)[0].evidence


@pytest.mark.parametrize("evidence", [made.evidence(), made.challenging(made.challenge(state="valid"))])
def test_nothing_is_asked_while_no_challenge_waits(evidence):
    assert added(evidence, ZONE) == (evidence, [])


def test_no_resolver_and_no_library():
    class Missing:
        def answer(self, name, rdtype):
            raise ImportError("dns", name="dns")

    evidence = made.challenging(made.challenge(NO_HOST))
    run = FakeCluster(Time()).run()
    assert dns_evidence.added(run, evidence) is evidence
    assert dns_evidence.added(replace(run, resolver=Missing()), evidence) is evidence
