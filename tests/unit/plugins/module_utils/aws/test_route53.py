# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import boto3
import pytest
import requests

from ansible_collections.certops.kubernetes.plugins.module_utils.aws import session
from ansible_collections.certops.kubernetes.plugins.module_utils.aws.route53 import Route53
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import NotReady, ProviderError
from ansible_collections.certops.kubernetes.tests.unit.fakes import Time
from tests.dns import route53

from .conftest import KEY, Line, answer

IDENTITY = session.Identity(KEY["aws_access_key_id"], KEY["aws_secret_access_key"])
BATCH, READ, LIST = "ChangeResourceRecordSets", "ListResourceRecordSets", "ListHostedZones"


class Account:
    """A client, what goes over the line, and another client that nobody watches."""

    def __init__(self, client, other):
        self.client, self.other, self.line = client, other, Line(client)

    def zone(self, name, private=False):
        return route53.make_zone(self.other, name, private)

    def change(self, zone, action, found):
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": found}]}
        self.other.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)

    def put(self, zone, name, *values, ttl=300):
        records = [{"Value": f'"{value}"'} for value in values]
        self.change(zone, "UPSERT", {"Name": name, "Type": "TXT", "TTL": ttl, "ResourceRecords": records})

    def txt(self, zone):
        pages = self.other.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone)
        found = [item for page in pages for item in page["ResourceRecordSets"]]
        return {
            item["Name"].rstrip("."): (item["TTL"], sorted(record["Value"] for record in item["ResourceRecords"]))
            for item in found
            if item["Type"] == "TXT"
        }

    def writer(self, zone=None):
        return Route53(self.client, zone)


@pytest.fixture(scope="module")
def clients(lone):
    return session.client("route53", IDENTITY), boto3.client("route53", region_name="us-east-1", **KEY)


@pytest.fixture
def account(clients, endpoint):
    requests.post(f"{endpoint}/moto-api/reset", timeout=10)
    account = Account(*clients)
    yield account
    account.line.close()


WWW, SHOP = "_acme-challenge.www.example.test", "_acme-challenge.shop.example.test"


def test_all_names_of_a_zone_are_one_request(account):
    zone = account.zone("example.test")
    account.writer().add({WWW: ["a", "b"], SHOP: ["c"]})
    assert account.txt(zone) == {WWW: (10, ['"a"', '"b"']), SHOP: (10, ['"c"'])}
    assert account.line.sent == [LIST, BATCH]


def test_with_the_zones_id_no_zone_is_looked_for(account):
    zone = account.zone("example.test")
    writer = account.writer(zone)
    writer.add({WWW: ["a", "b"]})
    writer.remove({WWW: ["b", "a"]})
    assert account.txt(zone) == {}
    assert account.line.sent == [BATCH, BATCH]


def test_the_values_of_others_stay_and_so_does_their_ttl(account):
    zone = account.zone("example.test")
    account.put(zone, WWW, "theirs")
    writer = account.writer(zone)
    writer.add({WWW: ["ours"], SHOP: ["ours"]})
    assert account.txt(zone) == {WWW: (300, ['"ours"', '"theirs"']), SHOP: (10, ['"ours"'])}
    assert account.line.sent == [BATCH, READ, BATCH]
    writer.remove({WWW: ["ours"], SHOP: ["ours"]})
    assert account.txt(zone) == {WWW: (300, ['"theirs"'])}


def test_doing_it_twice_is_harmless(account):
    zone = account.zone("example.test")
    writer = account.writer(zone)
    for _time in range(2):
        writer.add({WWW: ["a"]})
    assert account.txt(zone) == {WWW: (10, ['"a"'])}
    for _time in range(2):
        writer.remove({WWW: ["a"]})
    assert account.txt(zone) == {}


def test_a_value_that_came_in_between_is_not_lost(account):
    zone = account.zone("example.test")
    account.put(zone, WWW, "theirs")
    account.line(BATCH, None, lambda: account.put(zone, WWW, "theirs", "too"))
    account.writer(zone).add({WWW: ["ours"]})
    assert account.txt(zone)[WWW][1] == ['"ours"', '"theirs"', '"too"']
    assert account.line.sent == [BATCH, READ, BATCH, READ, BATCH]


def test_a_record_that_went_in_between(account):
    zone = account.zone("example.test")
    account.put(zone, WWW, "ours", ttl=10)
    account.line(
        BATCH,
        lambda: account.change(
            zone, "DELETE", {"Name": WWW, "Type": "TXT", "TTL": 10, "ResourceRecords": [{"Value": '"ours"'}]}
        ),
    )
    account.writer(zone).remove({WWW: ["ours"]})
    assert account.txt(zone) == {}


def test_an_answer_that_got_lost_is_found_out(account):
    """The batch was taken, but nobody heard of it: botocore sends it again, and that one is refused."""
    zone = account.zone("example.test")
    account.line(BATCH, lambda: account.put(zone, WWW, "ours", ttl=10) or answer(500, "InternalFailure"))
    account.writer(zone).add({WWW: ["ours"]})
    assert account.txt(zone) == {WWW: (10, ['"ours"'])}


@pytest.mark.parametrize(
    ("status", "code"), [(400, "Throttling"), (400, "PriorRequestNotComplete"), (503, "ServiceUnavailable")]
)
def test_what_passes_is_tried_again(account, status, code):
    zone = account.zone("example.test")
    account.line(BATCH, answer(status, code))
    account.writer(zone).add({WWW: ["a"]})
    assert account.line.sent == [BATCH, BATCH]


def test_long_and_odd_values(account):
    zone = account.zone("example.test")
    writer = account.writer(zone)
    writer.add({WWW: ["a" * 300]})
    assert account.txt(zone)[WWW][1] == [f'"{"a" * 255}" "{"a" * 45}"']
    writer.remove({WWW: ["a" * 300]})
    assert account.txt(zone) == {}


def test_many_names_are_several_batches(account):
    zone = account.zone("example.test")
    account.writer(zone).add({f"_acme-challenge.{number}.example.test": ["v"] for number in range(301)})
    assert account.line.sent == [BATCH, BATCH]
    assert len(account.txt(zone)) == 301


# Which zone.


def test_the_longest_suffix_and_whole_labels_only(account):
    outer, inner = account.zone("example.test"), account.zone("shop.example.test")
    account.zone("op.example.test")
    account.writer().add({SHOP: ["v"], WWW: ["v"], "_acme-challenge.bishop.example.test": ["v"]})
    assert set(account.txt(inner)) == {SHOP}
    assert set(account.txt(outer)) == {WWW, "_acme-challenge.bishop.example.test"}


def test_a_private_zone_hides_no_public_one(account):
    public, private = account.zone("example.test"), account.zone("shop.example.test", private=True)
    account.zone("example.test", private=True)
    account.writer().add({SHOP: ["v"]})
    assert (set(account.txt(public)), account.txt(private)) == ({SHOP}, {})


def no_zone(account):
    with pytest.raises(ProviderError) as caught:
        account.writer().add({WWW: ["v"]})
    assert [finding.code for finding in caught.value.findings] == ["dns01.zone_not_found"]
    assert account.line.sent == [LIST]
    return str(caught.value)


def test_only_a_private_zone(account):
    zone = account.zone("example.test", private=True)
    assert no_zone(account) == (
        f"only private zones fit {WWW}, which no CA can see: hosted zone {zone} (example.test)."
    )


def test_two_public_zones_of_one_name(account):
    zones = sorted([account.zone("example.test"), account.zone("example.test")])
    assert no_zone(account) == f"several public hosted zones fit {WWW}: {', '.join(zones)}."


def test_no_zone_fits(account):
    account.zone("other.test")
    assert no_zone(account) == f"no hosted zone of this account fits {WWW}."


def test_a_zone_id_that_does_not_exist(account):
    with pytest.raises(ProviderError, match=r"Route 53 does not have hosted zone ZNONE\."):
        account.writer("ZNONE").add({WWW: ["v"]})


# Refusals.

DENIED = (
    "User: arn:aws:iam::123456789012:user/edge is not authorized to perform: route53:ChangeResourceRecordSets on "
    "resource: arn:aws:route53:::hostedzone/Z1 because no identity-based policy allows it"
)


def test_a_missing_right_names_the_action_and_the_zone(account):
    account.zone("example.test")
    account.line(BATCH, answer(403, "AccessDenied", DENIED))
    with pytest.raises(ProviderError) as caught:
        account.writer().add({WWW: ["v"]})
    (finding,) = caught.value.findings
    assert finding.code == "dns01.access_denied"
    assert finding.message.startswith(
        "AWS does not let arn:aws:iam::123456789012:user/edge do route53:ChangeResourceRecordSets on hosted zone "
    )
    assert "(example.test)" in finding.message
    assert account.line.sent == [LIST, BATCH]


def test_zones_that_may_not_be_listed(account):
    account.line(LIST, answer(403, "AccessDenied", "Access denied"))
    with pytest.raises(ProviderError, match=r"this identity do route53:ListHostedZones"):
        account.writer().add({WWW: ["v"]})


def test_a_batch_that_is_refused_for_another_reason(account):
    zone = account.zone("example.test")
    refusal = answer(400, "InvalidChangeBatch", "RRSet with DNS name is not permitted")
    account.line(BATCH, refusal, refusal)
    with pytest.raises(ProviderError, match=r"is not permitted") as caught:
        account.writer(zone).add({WWW: ["v"]})
    assert caught.value.findings[0].code == "dns01.provider_error"


def test_a_record_with_a_routing_policy_is_left_alone(account):
    zone = account.zone("example.test")
    weighted = {
        "Name": WWW,
        "Type": "TXT",
        "TTL": 60,
        "SetIdentifier": "a",
        "Weight": 1,
        "ResourceRecords": [{"Value": '"theirs"'}],
    }
    account.change(zone, "CREATE", weighted)
    account.line(BATCH, answer(400, "InvalidChangeBatch", f"name='{WWW}.' conflicts"))
    with pytest.raises(ProviderError, match=r"has a routing policy"):
        account.writer(zone).add({WWW: ["v"]})


# Propagation.


def test_waits_until_the_change_is_on_all_servers(account, monkeypatch):
    zone, time = account.zone("example.test"), Time()
    writer = account.writer(zone)
    writer.add({WWW: ["v"]})
    answers = iter(["PENDING", "PENDING", "INSYNC"])
    monkeypatch.setattr(account.client, "get_change", lambda **_how: {"ChangeInfo": {"Status": next(answers)}})
    writer.settle(time.clock(), 60.0)
    assert len(time.naps) == 2
    writer.settle(time.clock(), 60.0)
    assert len(time.naps) == 2


def test_a_change_that_does_not_get_there(account, monkeypatch):
    zone, time = account.zone("example.test"), Time()
    writer = account.writer(zone)
    writer.add({WWW: ["v"]})
    monkeypatch.setattr(account.client, "get_change", lambda **_how: {"ChangeInfo": {"Status": "PENDING"}})
    with pytest.raises(NotReady, match=f"all servers of hosted zone {zone}"):
        writer.settle(time.clock(), 10.0)
    assert 10.0 <= time.seconds < 16.0


def test_whoever_may_not_ask_does_not_wait(account):
    zone, time = account.zone("example.test"), Time()
    writer = account.writer(zone)
    writer.add({WWW: ["v"]})
    account.line("GetChange", answer(403, "AccessDenied"))
    writer.settle(time.clock(), 60.0)
    assert time.naps == []
