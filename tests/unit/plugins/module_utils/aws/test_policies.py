# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the policies are enough for what is done with them, and for nothing else.

The proxy judges each request to Route 53 by resource and condition keys as IAM documents them; moto knows neither of
them. What neither can prove: that the real Route 53 hands IAM these very keys, and that EKS and STS take the trust policies.
"""

from __future__ import annotations

import functools
import json
import types

import boto3
import botocore.endpoint
import pytest
import requests

from ansible_collections.certops.kubernetes.plugins.module_utils.aws import session
from ansible_collections.certops.kubernetes.plugins.module_utils.aws.acm import Acm
from ansible_collections.certops.kubernetes.plugins.module_utils.aws.route53 import Route53
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import ProviderError
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import route53_policy
from ansible_collections.certops.kubernetes.tests.unit.fakes import Time
from tests.aws import server
from tests.aws.iam import normalized
from tests.aws.proxy import Refusal, lose
from tests.dns import route53

WWW, SHOP = "_acme-challenge.www.example.test", "_acme-challenge.shop.example.test"
LIMITED = {"aws_access_key_id": "AKIALIMITED", "aws_secret_access_key": "secret"}
ALL = {"aws_access_key_id": "AKIAALL", "aws_secret_access_key": "secret"}


@pytest.fixture(scope="module")
def serving():
    with server.serving() as found:
        yield found


@pytest.fixture
def aws(serving, lone, monkeypatch):
    """AWS, empty; the key of LIMITED may do what the test lets it."""
    serving.reset()
    monkeypatch.setenv("AWS_ENDPOINT_URL", serving.url)
    return serving


@pytest.fixture(scope="module", autouse=True)
def quick(lone):
    """No test is about the pauses of botocore."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.endpoint, "time", types.SimpleNamespace(sleep=lambda _seconds: None))
        yield


@functools.cache
def client_of(key_id, secret_key):
    return session.client("route53", session.Identity(key_id, secret_key))


def client(key):
    return client_of(key["aws_access_key_id"], key["aws_secret_access_key"])


@pytest.fixture
def zone(aws):
    return route53.make_zone(client(ALL), "example.test")


def limit(aws, policy):
    aws.enforce("AKIALIMITED", lambda: [policy])


def test_dns01_with_a_zone_is_enough(aws, zone):
    limit(aws, route53_policy.policy(["www.example.test", "*.shop.example.test"], [zone]))
    writer = Route53(client(LIMITED), zone)
    writer.add({WWW: ["a", "b"], SHOP: ["c"]})
    writer.settle(Time().clock(), 60.0)
    writer.add({WWW: ["d"]})  # reads what is there
    writer.remove({WWW: ["a", "b", "d"], SHOP: ["c"]})
    assert {one.partition(":")[2] for one in aws.operations if one.startswith("route53")} == {
        "CreateHostedZone",
        "ChangeResourceRecordSets",
        "GetChange",
        "ListResourceRecordSets",
    }


def test_dns01_without_a_zone_is_enough(aws, zone):
    limit(aws, route53_policy.policy(["www.example.test"]))
    writer = Route53(client(LIMITED))
    writer.add({WWW: ["a"]})
    writer.remove({WWW: ["a"]})
    assert aws.count("route53:ListHostedZones") == 1


@pytest.mark.parametrize("missing", [0, 1, 2, 3])
def test_no_statement_of_it_could_be_left_out(aws, zone, missing):
    policy = route53_policy.policy(["www.example.test"])
    del policy["Statement"][missing]
    limit(aws, policy)
    writer = Route53(client(LIMITED))
    client(ALL).change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change("UPSERT", WWW)]})
    time = Time()
    if missing == 2:  # whoever may not ask doesn't wait, so that it is left out only by choice
        writer.add({WWW: ["a"]})
        writer.settle(time.clock(), 60.0)
        assert aws.operations[-1] == "route53:GetChange"
        return
    with pytest.raises(ProviderError, match="does not let"):
        writer.add({WWW: ["a"]})


def change(action, name, kind="TXT", value='"theirs"'):
    records = [{"Value": value}]
    return {"Action": action, "ResourceRecordSet": {"Name": name, "Type": kind, "TTL": 60, "ResourceRecords": records}}


def refused(key, zone, *changes):
    with pytest.raises(Exception, match="is not authorized to perform: route53:ChangeResourceRecordSets"):
        client(key).change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": list(changes)})


def test_dns01_lets_nothing_else_be_done(aws, zone):
    other = route53.make_zone(client(ALL), "example.test")
    limit(aws, route53_policy.policy(["www.example.test"], [zone]))
    refused(LIMITED, zone, change("CREATE", SHOP))
    refused(LIMITED, zone, change("CREATE", WWW), change("CREATE", SHOP))
    refused(LIMITED, zone, change("CREATE", f"x{WWW}"))
    refused(LIMITED, zone, change("CREATE", "*.www.example.test"))
    refused(LIMITED, zone, change("CREATE", WWW, "CNAME", "elsewhere.test."))
    refused(LIMITED, zone, change("UPSERT", WWW))
    refused(LIMITED, other, change("CREATE", WWW))
    client(LIMITED).change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [change("CREATE", WWW.upper() + ".")]}
    )


EXTERNAL_DNS = (
    change("CREATE", "www.example.test", "A", "192.0.2.7"),
    change("CREATE", "a-www.example.test", "TXT", '"heritage=external-dns,external-dns/owner=x"'),
    change("UPSERT", "*.shop.example.test", "CNAME", "lb.test."),
    change("CREATE", "example.test", "AAAA", "2001:db8::7"),
)


def test_external_dns_can_do_its_work_and_nothing_else(aws, zone):
    limit(aws, route53_policy.external_dns(["example.test"], [zone]))
    limited = client(LIMITED)
    limited.list_hosted_zones()
    limited.list_resource_record_sets(HostedZoneId=zone)
    limited.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": list(EXTERNAL_DNS)})
    limited.change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{**EXTERNAL_DNS[0], "Action": "DELETE"}]}
    )
    refused(LIMITED, zone, change("CREATE", "notexample.test"))
    refused(LIMITED, zone, change("CREATE", "www.example.test", "MX", "10 mail.test."))
    refused(LIMITED, zone, change("CREATE", "sub.example.test", "NS", "ns.evil.test."))
    refused(LIMITED, "ZOTHER", EXTERNAL_DNS[0])
    with pytest.raises(Exception, match="ListTagsForResources"):
        limited.list_tags_for_resources(ResourceType="hostedzone", ResourceIds=[zone])


def test_external_dns_against_what_it_documents():
    """https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/aws/#iam-policy: ours asks for no more."""
    documented = {
        "route53:ChangeResourceRecordSets",
        "route53:ListHostedZones",
        "route53:ListResourceRecordSets",
        "route53:ListTagsForResources",
    }
    assert actions(route53_policy.external_dns(["example.test"], zone_tags=True)) == documented
    assert actions(route53_policy.external_dns(["example.test"])) == documented - {"route53:ListTagsForResources"}


def test_dns01_against_what_cert_manager_documents():
    """https://cert-manager.io/docs/configuration/acme/dns01/route53/#iam-user-policy: ours asks for no more."""
    documented = {
        "route53:ChangeResourceRecordSets",
        "route53:GetChange",
        "route53:ListHostedZonesByName",
        "route53:ListResourceRecordSets",
    }
    assert actions(route53_policy.policy(["example.test"], ["Z1"])) == documented - {"route53:ListHostedZonesByName"}
    assert actions(route53_policy.policy(["example.test"])) - documented == {"route53:ListHostedZones"}


def actions(policy):
    said = [statement["Action"] for statement in policy["Statement"]]
    return {action for one in said for action in (one if isinstance(one, list) else [one])}


@pytest.mark.parametrize(
    "name", ["www.example.test", "*.example.test", "_dmarc.EXAMPLE.test.", "bücher.example.test", "a*b.test"]
)
def test_names_are_normalized_in_two_ways_that_agree(name):
    assert route53_policy.normalized(name) == normalized(name)


# What the documentation of acm_certificate says that it needs.
ACM_ACTIONS = ("AddTagsToCertificate", "DeleteCertificate", "DescribeCertificate", "ListCertificates")
ACM_ACTIONS += ("ListTagsForCertificate", "RequestCertificate")


def test_moto_takes_the_documented_rights_for_acm_for_enough(aws):
    """What moto enforces by itself: signature, key and action. It can't check the signature of a request to Route 53."""
    admin = boto3.client("iam", region_name="us-east-1", endpoint_url=aws.upstream, **ALL)
    statement = {"Effect": "Allow", "Action": [f"acm:{action}" for action in ACM_ACTIONS], "Resource": "*"}
    admin.create_user(UserName="acm")
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    admin.put_user_policy(UserName="acm", PolicyName="certops", PolicyDocument=document)
    key = admin.create_access_key(UserName="acm")["AccessKey"]
    pair = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    limited = boto3.client("acm", region_name="us-east-1", endpoint_url=aws.upstream, **pair)
    requests.post(f"{aws.upstream}/moto-api/reset-auth", data="0", timeout=10)
    try:
        acm = Acm(limited)
        arn = acm.request(["www.example.test"], "RSA_2048", {"a": "b"}, "token")
        acm.tag(arn, {"c": "d"})
        assert (acm.describe(arn).names, acm.tags(arn)) == (("www.example.test",), {"a": "b", "c": "d"})
        assert [one.arn for one in acm.summaries()] == [arn]
        with pytest.raises(ProviderError, match="not authorized to perform: acm:ImportCertificate"):
            acm.put(b"certificate", b"key", b"", None, {"a": "b"})
        assert acm.delete(arn)
    finally:
        requests.post(f"{aws.upstream}/moto-api/reset-auth", data="inf", timeout=10)


# The DNS-01 writer through the proxy.


@pytest.mark.parametrize(
    "answer",
    [Refusal(400, "Throttling"), Refusal(400, "PriorRequestNotComplete"), Refusal(503, "ServiceUnavailable"), lose],
)
def test_the_writer_of_dns01_gets_through(aws, zone, answer):
    for operation in ("ListHostedZones", "ChangeResourceRecordSets", "GetChange"):
        aws.rule(f"route53:{operation}", answer)
    writer = Route53(client(ALL))
    writer.add({WWW: ["a"]})
    writer.settle(Time().clock(), 60.0)
    aws.rule("route53:ChangeResourceRecordSets", answer)
    writer.remove({WWW: ["a"]})
    found = client(ALL).list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    assert [one for one in found if one["Type"] == "TXT"] == []


def test_a_change_is_pending_then_in_sync(aws, zone):
    def pending(content):
        return content.replace(b"INSYNC", b"PENDING")

    aws.rule("route53:GetChange", pending, pending)
    writer, time = Route53(client(ALL), zone), Time()
    writer.add({WWW: ["a"]})
    writer.settle(time.clock(), 60.0)
    assert (aws.count("route53:GetChange"), len(time.naps)) == (3, 2)


def test_a_list_that_is_stale_is_read_again(aws, zone):
    """The batch tells what is there; the list does not show it yet."""
    stale = []
    client(ALL).change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change("CREATE", SHOP)]})
    aws.rule("route53:ListResourceRecordSets", lambda content: stale.append(content) or content)
    client(ALL).list_resource_record_sets(HostedZoneId=zone, StartRecordName=WWW, StartRecordType="TXT", MaxItems="1")
    client(ALL).change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change("CREATE", WWW)]})
    aws.rule("route53:ListResourceRecordSets", *[lambda _content: stale[0]] * 2)
    naps = []
    Route53(client(ALL), zone, sleep=naps.append).add({WWW: ["ours"]})
    found = client(ALL).list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    [record] = [one for one in found if one["Name"] == f"{WWW}."]
    assert sorted(value["Value"] for value in record["ResourceRecords"]) == ['"ours"', '"theirs"']
    assert naps == [0.5, 1.0]
