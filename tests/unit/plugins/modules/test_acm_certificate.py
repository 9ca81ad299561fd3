# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta, timezone

import boto3
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from moto.acm.models import acm_backends

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.dns_answers import Answer
from ansible_collections.certops.kubernetes.plugins.module_utils.dns.resolver import Resolver
from ansible_collections.certops.kubernetes.plugins.modules import acm_certificate
from ansible_collections.certops.kubernetes.tests.unit import live
from tests.aws.proxy import Refusal, lose
from tests.dns import route53

ACCOUNT = "123456789012"
NAMES = ["www.example.test", "*.shop.example.test"]
RECORDS = {
    "_d930b28be6c5927595552b219965053e.www.example.test.",
    "_d930b28be6c5927595552b219965053e.shop.example.test.",
}


@pytest.fixture
def zone(aws):
    return route53.make_zone(boto3.client("route53", "us-east-1"), "example.test")


@pytest.fixture
def acm(call, fake, aws, monkeypatch):
    """The module."""
    fake.time.start = datetime.now(timezone.utc)
    monkeypatch.setattr(Resolver, "answer", lambda self, name, rdtype: Answer(name, rdtype, "TIMEOUT"))
    return lambda **options: call(acm_certificate, **options)


def cnames(zone):
    found = boto3.client("route53", "us-east-1").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    return {one["Name"]: one["ResourceRecords"][0]["Value"] for one in found if one["Type"] == "CNAME"}


def bundle(arn):
    return acm_backends[ACCOUNT]["us-east-1"]._certificates[arn]


def arns():
    return set(acm_backends[ACCOUNT]["us-east-1"]._certificates)


def codes(result):
    return [finding["code"] for finding in result["findings"]]


def without_records(content):
    said = json.loads(content)
    for option in said["Certificate"]["DomainValidationOptions"]:
        option.pop("ResourceRecord", None)
    return json.dumps(said).encode()


def ended(status, reason=None):
    def edit(content):
        said = json.loads(content)
        said["Certificate"] |= {"Status": status} | ({"FailureReason": reason} if reason else {})
        return json.dumps(said).encode()

    return edit


# Requests.


def test_requested_validated_and_found_again(acm, zone, aws):
    planned = acm(dns_names=NAMES, tags={"cluster": "a"}, check=True)
    assert (planned["changed"], planned["certificate_arn"], arns(), cnames(zone)) == (True, None, set(), {})
    assert planned["diff"][0]["after"]["dns_names"] == NAMES
    made = acm(dns_names=NAMES, tags={"cluster": "a"})
    assert (made["changed"], made["certificate"]["status"]) == (True, "ISSUED")
    assert set(cnames(zone)) == RECORDS
    assert made["certificate"]["tags"] == {"cluster": "a", "certops.kubernetes/source": "request"}
    assert {one["status"] for one in made["certificate"]["validation_records"]} == {"SUCCESS"}
    for check in (True, False):
        again = acm(dns_names=list(reversed(NAMES)), tags={"cluster": "a"}, check=check)
        assert (again["changed"], again["certificate_arn"]) == (False, made["certificate_arn"])
    assert aws.count("acm:RequestCertificate") == 1


def test_other_names_or_tags_are_another_certificate(acm, zone):
    first = acm(dns_names=NAMES, tags={"cluster": "a"})["certificate_arn"]
    assert acm(dns_names=NAMES, tags={"cluster": "b"})["certificate_arn"] != first
    assert acm(dns_names=NAMES[:1], tags={"cluster": "a"})["certificate_arn"] != first
    assert len(arns()) == 3


def test_one_that_somebody_else_has_requested_is_used(acm, zone):
    arn = boto3.client("acm", "us-east-1").request_certificate(
        DomainName=NAMES[1], SubjectAlternativeNames=NAMES[:1], ValidationMethod="DNS"
    )["CertificateArn"]
    result = acm(dns_names=NAMES)
    assert (result["changed"], result["certificate_arn"], result["certificate"]["status"]) == (True, arn, "ISSUED")


def test_a_given_arn_is_the_only_one_looked_at_and_gets_the_tags(acm, zone):
    arn = acm(dns_names=NAMES)["certificate_arn"]
    planned = acm(dns_names=NAMES, certificate_arn=arn, tags={"cluster": "a"}, check=True)
    assert planned["diff"][0]["after"] == {"tags": {"cluster": "a"}}
    tagged = acm(dns_names=NAMES, certificate_arn=arn, tags={"cluster": "a"})
    assert (tagged["changed"], tagged["certificate_arn"], tagged["certificate"]["tags"]["cluster"]) == (True, arn, "a")
    assert not acm(dns_names=NAMES, certificate_arn=arn, tags={"cluster": "a"})["changed"]
    assert "is another certificate than dns_names says" in acm(dns_names=NAMES[:1], certificate_arn=arn)["msg"]
    assert "there is no" in acm(dns_names=NAMES, certificate_arn=arn[:-1] + "x")["msg"]


def test_a_record_that_somebody_removed_is_made_again_for_the_renewal(acm, zone):
    acm(dns_names=NAMES[:1])
    client = boto3.client("route53", "us-east-1")
    [record] = [
        one
        for one in client.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
        if one["Type"] == "CNAME"
    ]
    batch = {"Changes": [{"Action": "DELETE", "ResourceRecordSet": record}]}
    client.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)
    planned = acm(dns_names=NAMES[:1], check=True)
    assert planned["changed"] and planned["diff"][0]["after_header"] == f"CNAME record {record['Name'].rstrip('.')}"
    assert acm(dns_names=NAMES[:1])["changed"]
    assert list(cnames(zone)) == [record["Name"]]
    assert not acm(dns_names=NAMES[:1])["changed"]


def test_the_records_come_some_time_after_the_request(acm, zone, aws, fake):
    aws.rule("acm:DescribeCertificate", without_records, without_records, Refusal(400, "ResourceNotFoundException"))
    assert acm(dns_names=NAMES)["certificate"]["status"] == "ISSUED"
    assert set(cnames(zone)) == RECORDS
    assert len(fake.time.naps) >= 3


def test_without_wait_it_returns_with_the_records(acm, zone, aws):
    aws.rule("acm:DescribeCertificate", without_records, None)
    result = acm(dns_names=NAMES, wait=False, validation="manual")
    assert result["certificate"]["status"] == "PENDING_VALIDATION"
    assert {one["name"] + "." for one in result["certificate"]["validation_records"]} == RECORDS
    assert cnames(zone) == {}


def test_records_that_others_are_to_make_are_named(acm, zone, fake):
    result = acm(dns_names=NAMES, validation="manual", wait_timeout=30)
    assert (result["changed"], codes(result)) == (True, ["acm.pending"])
    assert all(f"{name.rstrip('.')} CNAME _c9edd" in result["findings"][0]["remedy"] for name in RECORDS)
    assert 30 <= fake.time.seconds < 32
    assert result["certificate_arn"] in arns()


def test_a_zone_that_the_registry_does_not_lead_to(acm, zone, aws, monkeypatch):
    monkeypatch.setattr(Resolver, "answer", lambda self, name, rdtype: Answer(name, rdtype, "NXDOMAIN"))
    aws.always("acm:DescribeCertificate", ended("PENDING_VALIDATION"))
    result = acm(dns_names=NAMES[:1], wait_timeout=20)
    assert codes(result) == ["acm.record_not_visible"]
    assert "does not exist in DNS, though Route 53 has it" in result["msg"]
    assert "delegates the domain" in result["msg"]


def test_a_request_that_fails_says_why_at_once(acm, zone, aws, fake):
    aws.rule("acm:DescribeCertificate", ended("PENDING_VALIDATION"), ended("FAILED", "CAA_ERROR"))
    result = acm(dns_names=NAMES[:1])
    assert result["failed"] and codes(result) == ["acm.caa"]
    assert "amazontrust.com" in result["msg"]
    assert fake.time.seconds < 10


def test_a_failed_request_is_not_repeated_unless_asked(acm, zone, aws):
    aws.rule("acm:DescribeCertificate", ended("FAILED", "CAA_ERROR"))
    first = acm(dns_names=NAMES[:1])["certificate_arn"]
    bundle(first).status = "FAILED"
    result = acm(dns_names=NAMES[:1])
    assert (codes(result), result["changed"], arns()) == (["acm.other"], False, {first})
    assert acm(dns_names=NAMES[:1], retry_failed=True, check=True)["changed"]
    second = acm(dns_names=NAMES[:1], retry_failed=True)
    assert second["certificate"]["status"] == "ISSUED" and second["certificate_arn"] != first
    assert not acm(dns_names=NAMES[:1])["changed"]


def test_a_renewal_that_fails_is_a_warning(acm, zone, aws):
    acm(dns_names=NAMES[:1])

    def failing(content):
        said = json.loads(content)
        said["Certificate"]["RenewalSummary"] = {
            "RenewalStatus": "FAILED",
            "RenewalStatusReason": "CAA_ERROR",
            "UpdatedAt": 1.0,
            "DomainValidationOptions": said["Certificate"]["DomainValidationOptions"],
        }
        return json.dumps(said).encode()

    aws.always("acm:DescribeCertificate", failing)
    result = acm(dns_names=NAMES[:1])
    assert (result["changed"], codes(result)) == (False, ["acm.caa"])
    assert result["certificate"]["renewal_status_reason"] == "CAA_ERROR"
    assert "could not renew" in json.dumps(result["warnings"])


# Imports.


def put(fake, **request):
    issued = live.CA.intermediate().issue(live.HOST, **request)
    fake.put(live.secret(issued))
    return issued


SECRET = {"name": "www-tls", "namespace": "shop"}


def test_every_renewal_is_imported_under_the_same_arn(acm, fake, aws):
    put(fake)
    planned = acm(secret=SECRET, check=True)
    assert (planned["changed"], arns()) == (True, set())
    first = acm(secret=SECRET, tags={"cluster": "a"})
    assert (first["changed"], first["certificate"]["status"], first["certificate"]["type"]) == (
        True,
        "ISSUED",
        "IMPORTED",
    )
    assert first["certificate"]["tags"]["certops.kubernetes/source"] == "Secret shop/www-tls"
    for check in (True, False):
        assert not acm(secret=SECRET, tags={"cluster": "a"}, check=check)["changed"]
    renewed = put(fake)
    assert acm(secret=SECRET, tags={"cluster": "a"}, check=True)["changed"]
    second = acm(secret=SECRET, tags={"cluster": "a"})
    assert (second["changed"], second["certificate_arn"]) == (True, first["certificate_arn"])
    assert bundle(second["certificate_arn"]).cert == renewed.leaf_pem
    assert second["certificate"]["serial_number"].replace(":", "") == second["imported"]["serial_number"]
    assert renewed.key_pem.decode().splitlines()[1] not in json.dumps(second)
    assert not acm(secret=SECRET, tags={"cluster": "a"})["changed"]


def test_new_names_stay_under_the_arn_too(acm, fake, aws):
    put(fake)
    arn = acm(secret=SECRET)["certificate_arn"]
    fake.put(live.secret(live.CA.issue("other.example.test")))
    assert acm(secret=SECRET)["certificate_arn"] == arn
    assert len(arns()) == 1


def test_two_clusters_do_not_share_an_arn(acm, fake, aws):
    put(fake)
    first = acm(secret=SECRET, tags={"cluster": "a"})["certificate_arn"]
    assert acm(secret=SECRET, tags={"cluster": "b"})["certificate_arn"] != first
    result = acm(secret=SECRET)
    assert "not one but several" in result["msg"] and first in result["msg"]


def test_a_given_arn_is_imported_to(acm, fake, aws):
    put(fake)
    arn = acm(secret=SECRET)["certificate_arn"]
    fake.put(live.secret(live.CA.issue(live.HOST), name="other"))
    result = acm(secret={**SECRET, "name": "other"}, certificate_arn=arn)
    assert (result["changed"], result["certificate_arn"]) == (True, arn)


def test_the_old_certificate_is_shown_for_a_moment(acm, fake, aws):
    put(fake)
    acm(secret=SECRET)
    old = []
    aws.rule("acm:DescribeCertificate", lambda content: old.append(content) or content, lambda _content: old[0])
    put(fake)
    result = acm(secret=SECRET)
    assert result["certificate"]["serial_number"].replace(":", "") == result["imported"]["serial_number"]


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"key": ed25519.Ed25519PrivateKey.generate()}, "acm.key_not_supported"),
        ({"not_before": datetime.now(timezone.utc) - timedelta(days=100)}, "acm.not_valid_now"),
    ],
)
def test_what_acm_would_refuse_is_not_sent(acm, fake, aws, request_, code):
    put(fake, **request_)
    result = acm(secret=SECRET)
    assert (codes(result), result["changed"]) == ([code], False)
    assert aws.count("acm:ImportCertificate") == 0


def test_a_chain_that_is_none_is_not_sent(acm, fake, aws):
    secret, other = live.secret(), live.CA.issue("other.example.test")
    chain = live.WWW.chain_pem + other.chain_pem
    fake.put({**secret, "data": {**secret["data"], **live.data(**{"tls.crt": chain})}})
    result = acm(secret=SECRET)
    assert ("acm.chain" in codes(result), result["changed"]) == (True, False)
    assert aws.count("acm:ImportCertificate") == 0


def test_the_kind_of_key_can_not_change_under_an_arn(acm, fake, aws):
    put(fake)
    acm(secret=SECRET)
    put(fake, key=rsa.generate_private_key(65537, 2048))
    result = acm(secret=SECRET)
    assert codes(result) == ["acm.key_changed"]
    assert "EC_prime256v1" in result["msg"] and "RSA_2048" in result["msg"]


def test_a_key_of_another_certificate(acm, fake, aws):
    mixed = live.secret()
    mixed["data"]["tls.key"] = live.secret(live.CA.issue(live.HOST))["data"]["tls.key"]
    fake.put(mixed)
    assert acm(secret=SECRET)["msg"] == "Secret shop/www-tls: its key is another certificate's"


def test_no_such_secret(acm, fake, aws):
    assert codes(acm(secret=SECRET)) == ["secret.missing"]
    assert aws.operations == []


# Removal.


def test_removed_when_nothing_uses_it(acm, zone, aws):
    arn = acm(dns_names=NAMES)["certificate_arn"]
    bundle(arn).in_use_by.append("arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/www/1")
    for check in (True, False):
        used = acm(dns_names=NAMES, state="absent", check=check)
        assert codes(used) == ["acm.in_use"] and "loadbalancer/app/www/1" in used["msg"]
    bundle(arn).in_use_by.clear()
    assert acm(dns_names=NAMES, state="absent", check=True)["changed"]
    assert arns() == {arn}
    assert acm(dns_names=NAMES, state="absent")["changed"]
    assert arns() == set()
    assert not acm(dns_names=NAMES, state="absent")["changed"]
    assert set(cnames(zone)) == RECORDS


def test_it_came_into_use_at_the_last_moment(acm, zone, aws):
    arn = acm(dns_names=NAMES)["certificate_arn"]
    aws.rule("acm:DeleteCertificate", Refusal(400, "ResourceInUseException"))
    result = acm(dns_names=NAMES, state="absent")
    assert codes(result) == ["acm.in_use"] and arn in arns()


def test_by_its_names_only_our_own_is_removed(acm, zone, aws):
    arn = boto3.client("acm", "us-east-1").request_certificate(DomainName=NAMES[0], ValidationMethod="DNS")[
        "CertificateArn"
    ]
    assert not acm(dns_names=NAMES[:1], state="absent")["changed"]
    assert acm(certificate_arn=arn, state="absent")["changed"]
    assert not acm(certificate_arn=arn, state="absent")["changed"]


def test_an_imported_one_is_removed_by_its_secret(acm, fake, aws):
    put(fake)
    acm(secret=SECRET)
    assert not acm(secret={**SECRET, "name": "other"}, state="absent")["changed"]
    assert acm(secret=SECRET, state="absent")["changed"]
    assert arns() == set()


# Robustness.


@pytest.mark.parametrize(
    "refusal",
    [
        Refusal(400, "ThrottlingException"),
        Refusal(500, "InternalFailure"),
        Refusal(503, "ServiceUnavailable"),
        lose,
    ],
)
def test_what_passes_is_tried_again(acm, zone, aws, refusal):
    operations = ("acm:ListCertificates", "acm:RequestCertificate", "acm:DescribeCertificate")
    for operation in (*operations, "route53:ListHostedZones", "route53:ChangeResourceRecordSets"):
        aws.rule(operation, refusal)
    assert acm(dns_names=NAMES)["certificate"]["status"] == "ISSUED"
    assert len(arns()) == 1


def test_an_answer_that_got_lost_makes_no_second_certificate(acm, zone, aws):
    aws.rule("acm:RequestCertificate", lose)
    acm(dns_names=NAMES)
    assert aws.count("acm:RequestCertificate") == 2
    assert len(arns()) == 1


def test_what_is_no_answer_of_aws(acm, aws):
    aws.always("acm:ListCertificates", lambda _content: b"<html>Welcome to the hotel</html>")
    assert codes(acm(dns_names=NAMES)) == ["acm.server_unreachable"]


def test_throttled_all_the_time(acm, aws):
    aws.always("acm:ListCertificates", Refusal(400, "ThrottlingException"))
    result = acm(dns_names=NAMES)
    assert (codes(result), aws.count("acm:ListCertificates")) == (["acm.throttled"], 5)


def test_a_missing_right_names_action_and_who(acm, zone, aws):
    aws.enforce("AKIAOFTHEENVIRONMENT", list)
    result = acm(dns_names=NAMES)
    assert codes(result) == ["acm.access_denied"]
    assert "do acm:ListCertificates" in result["msg"] and "user/AKIAOFTHEENVIRONMENT" in result["msg"]


# Credentials.

ROLE = "arn:aws:iam::210987654321:role/dns"


def test_credentials_by_options_profile_role_and_in_no_log(acm, zone, aws, tmp_path, caplog):
    (tmp_path / "credentials").write_text(
        "[certs]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = of-a-profile\n"
    )
    with caplog.at_level(logging.DEBUG):
        said = [
            acm(dns_names=NAMES, access_key="AKIAGIVEN", secret_key="of-an-option"),
            acm(dns_names=NAMES, profile="certs"),
            acm(dns_names=NAMES, check=True, route53={"role_arn": ROLE, "external_id": "shop"}, role_arn=ROLE),
        ]
    keys = {key[:8] for key, request in aws.requests if request.service == "acm"}
    assert {"AKIAGIVE", "AKIAPROF"} <= keys and any(key.startswith("ASIA") for key in keys)
    everything = json.dumps(said) + caplog.text
    for secret in ("of-an-option", "of-a-profile", "secret-of-the-environment"):
        assert secret not in everything


def test_the_zone_in_another_account(acm, aws):
    other = boto3.client("sts", "us-east-1").assume_role(RoleArn=ROLE, RoleSessionName="test")["Credentials"]
    theirs = boto3.client(
        "route53",
        "us-east-1",
        aws_access_key_id=other["AccessKeyId"],
        aws_secret_access_key=other["SecretAccessKey"],
        aws_session_token=other["SessionToken"],
    )
    zone = route53.make_zone(theirs, "example.test")
    assert codes(acm(dns_names=NAMES[:1])) == ["acm.zone_not_found"]
    result = acm(dns_names=NAMES[:1], route53={"role_arn": ROLE, "hosted_zone_id": zone})
    assert result["certificate"]["status"] == "ISSUED"


def test_a_web_identity(acm, zone, aws, monkeypatch, tmp_path):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    (tmp_path / "token").write_text("a-token-of-the-cluster")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("AWS_ROLE_ARN", f"arn:aws:iam::{ACCOUNT}:role/acm")
    result = acm(dns_names=NAMES[:1])
    assert result["certificate"]["status"] == "ISSUED"
    assert aws.count("sts:AssumeRoleWithWebIdentity") >= 1


def test_no_credentials(acm, aws, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert codes(acm(dns_names=NAMES)) == ["acm.credentials_missing"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "dns_names: missing; give these to request a certificate, or secret to import one"),
        ({"dns_names": []}, "dns_names: empty"),
        ({"dns_names": ["a.test", "A.test."]}, "dns_names: 'a.test' is given more than once"),
        ({"dns_names": ["192.0.2.1"]}, "dns_names: '192.0.2.1' is an IP address"),
        ({"state": "absent"}, "certificate_arn: missing; say which certificate goes"),
        ({"certificate_arn": "www", "state": "absent"}, "certificate_arn: 'www' is no ARN"),
        ({"dns_names": ["a.test"], "tags": {"aws:x": "y"}}, "tags: 'aws:x' is not allowed as a key"),
        ({"dns_names": ["a.test"], "tags": {"a": "ü?"}}, "tags[a]: 'ü?' is not allowed"),
        (
            {"dns_names": ["a.test"], "tags": {"certops.kubernetes/source": "x"}},
            "tags: 'certops.kubernetes/source' is set by",
        ),
        ({"secret": {"name": "../x", "namespace": "shop"}}, "secret.name: '../x' is not allowed"),
    ],
)
def test_refuses_before_any_request(acm, aws, options, said):
    result = acm(**options)
    assert result["failed"] and result["msg"].startswith(said), result["msg"]
    assert aws.operations == []
