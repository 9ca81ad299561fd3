# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import json
import logging

import boto3
import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.errors import Forbidden
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import route53_policy
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import SECRET
from ansible_collections.certops.kubernetes.plugins.modules import iam_access
from tests.aws.proxy import Refusal, lose

POLICY = route53_policy.policy(["www.example.test"], ["Z1"])
OTHER_POLICY = route53_policy.policy(["www.example.test", "shop.example.test"], ["Z1"])
ACCOUNT = {"namespace": "external-dns", "name": "external-dns"}
POD_IDENTITY = {"name": "dns", "cluster_name": "production", "service_account": ACCOUNT, "policy": POLICY}
ISSUER = "oidc.example.test/cluster"
IRSA = {
    "name": "dns",
    "method": "irsa",
    "oidc_issuer": f"https://{ISSUER}",
    "service_account": ACCOUNT,
    "policy": POLICY,
}
KEY = {"name": "dns", "method": "access_key", "secret": {"namespace": "dns", "name": "route53"}, "policy": POLICY}
ARN = "arn:aws:iam::123456789012:role/dns"
PROVIDER = f"arn:aws:iam::123456789012:oidc-provider/{ISSUER}"


@pytest.fixture
def access(call, aws):
    """The module."""
    eks = boto3.client("eks", "us-east-1")
    eks.create_cluster(name="production", roleArn=ARN.replace("dns", "eks"), resourcesVpcConfig={})
    return lambda **options: call(iam_access, **options)


@pytest.fixture
def iam():
    return boto3.client("iam", "us-east-1")


def associations():
    return boto3.client("eks", "us-east-1").list_pod_identity_associations(clusterName="production")["associations"]


def roles(iam):
    return [role["RoleName"] for role in iam.list_roles()["Roles"]]


def policy_of(iam):
    return iam.get_role_policy(RoleName="dns", PolicyName="certops")["PolicyDocument"]


def providers(iam):
    return [one["Arn"] for one in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]]


def absent(options):
    return {key: value for key, value in options.items() if key != "policy"} | {"state": "absent"}


def there_and_gone(access, options, there):
    """Each step in check mode first, and once more: what it says there is and what there is."""
    planned = access(**options, check=True)
    assert (planned["changed"], there()) == (True, False)
    assert planned["policy"] == POLICY
    made = access(**options)
    assert (made["changed"], there()) == (True, True), made
    assert made["diff"] == planned["diff"]
    for check in (True, False):
        assert not access(**options, check=check)["changed"]
    changed = options | {"policy": OTHER_POLICY}
    assert access(**changed, check=True)["changed"] and not access(**options)["changed"]
    assert access(**changed)["changed"] and access(**options)["changed"]
    planned = access(**absent(options), check=True)
    assert (planned["changed"], there()) == (True, True)
    gone = access(**absent(options))
    assert (gone["changed"], there()) == (True, False)
    assert gone["diff"] == planned["diff"]
    assert not access(**absent(options))["changed"]
    return made


def test_pod_identity(access, iam):
    made = there_and_gone(access, POD_IDENTITY, lambda: roles(iam) == ["dns"] and len(associations()) == 1)
    assert (made["role_arn"], made["service_account_annotations"]) == (ARN, {})
    [statement] = made["trust_policy"]["Statement"]
    assert statement["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {
        "aws:RequestTag/eks-cluster-name": "production",
        "aws:RequestTag/kubernetes-namespace": "external-dns",
        "aws:RequestTag/kubernetes-service-account": "external-dns",
    }
    assert (roles(iam), associations()) == ([], [])


def test_irsa(access, iam):
    made = there_and_gone(access, IRSA, lambda: roles(iam) == ["dns"] and providers(iam) == [PROVIDER])
    assert made["service_account_annotations"] == {"eks.amazonaws.com/role-arn": ARN}
    [statement] = made["trust_policy"]["Statement"]
    assert statement["Principal"] == {"Federated": PROVIDER} and made["oidc_provider_arn"] == PROVIDER
    assert statement["Condition"]["StringEquals"] == {
        f"{ISSUER}:aud": "sts.amazonaws.com",
        f"{ISSUER}:sub": "system:serviceaccount:external-dns:external-dns",
    }
    assert (roles(iam), providers(iam)) == ([], [])


def test_the_issuer_of_an_eks_cluster(access, iam):
    issuer = boto3.client("eks", "us-east-1").describe_cluster(name="production")["cluster"]["identity"]["oidc"][
        "issuer"
    ]
    access(**IRSA | {"oidc_issuer": None, "cluster_name": "production"})
    assert providers(iam) == [f"arn:aws:iam::123456789012:oidc-provider/{issuer.removeprefix('https://')}"]
    gone = access(**IRSA | {"oidc_issuer": None, "cluster_name": "elsewhere", "name": "x"})
    assert gone["findings"][0]["code"] == "iam.cluster_not_found"


def test_a_provider_that_others_trust_or_have_made_stays(access, iam):
    access(**IRSA)
    access(**IRSA | {"name": "other"})
    access(**absent(IRSA))
    assert (roles(iam), providers(iam)) == (["other"], [PROVIDER])
    access(**absent(IRSA | {"name": "other"}))
    assert providers(iam) == []
    iam.create_open_id_connect_provider(Url=f"https://{ISSUER}", ClientIDList=["another"])
    assert access(**IRSA)["diff"][0]["after"] == {"audience": "sts.amazonaws.com"}
    assert not access(**IRSA)["changed"]
    access(**absent(IRSA))
    assert providers(iam) == [PROVIDER]


def key_in(fake):
    data = fake.live(SECRET, "dns", "route53")["data"]
    return [base64.b64decode(data[key]).decode() for key in ("access-key-id", "secret-access-key")]


def test_access_key(access, iam, fake, caplog):
    with caplog.at_level(logging.DEBUG):
        made = access(**KEY)
    key_id, secret = key_in(fake)
    assert (made["changed"], made["access_key_id"], made["role_arn"]) == (True, key_id, None)
    assert not access(**KEY)["changed"] and key_in(fake) == [key_id, secret]
    sts = boto3.client("sts", "us-east-1", aws_access_key_id=key_id, aws_secret_access_key=secret)
    assert sts.get_caller_identity()["Arn"].endswith(":user/dns")
    for hidden in (secret, base64.b64encode(secret.encode()).decode()):
        assert hidden not in json.dumps(made) + caplog.text
    assert access(**absent(KEY), check=True)["changed"] and key_in(fake)
    gone = access(**absent(KEY))
    assert (gone["changed"], fake.live(SECRET, "dns", "route53"), iam.list_users()["Users"]) == (True, None, [])
    assert not access(**absent(KEY))["changed"]


def test_a_lost_secret_gets_a_new_key_and_the_old_ones_go(access, iam, fake):
    access(**KEY)
    [first, _secret] = key_in(fake)
    fake.drop(SECRET, "dns", "route53")
    assert access(**KEY)["changed"]
    iam.create_access_key(UserName="dns")
    fake.drop(SECRET, "dns", "route53")
    access(**KEY)
    assert [one["AccessKeyId"] for one in iam.list_access_keys(UserName="dns")["AccessKeyMetadata"]] == key_in(fake)[:1]
    assert key_in(fake)[0] != first


def test_a_key_that_can_not_be_kept_is_taken_back(access, iam, fake):
    fake.refuse("apply Secret dns/route53 by force", Forbidden("apply Secret dns/route53", 403, {"message": "no"}))
    assert access(**KEY)["failed"]
    assert iam.list_access_keys(UserName="dns")["AccessKeyMetadata"] == []


def test_what_others_have_made_is_neither_changed_nor_removed(access, iam, fake):
    iam.create_role(RoleName="dns", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": []}))
    refused = access(**POD_IDENTITY)
    assert (
        refused["msg"]
        == "name: IAM role dns is there and not ours; take another name, or tag it managed-by=certops.kubernetes"
    )
    gone = access(**absent(POD_IDENTITY))
    assert (gone["changed"], gone["findings"][0]["code"], roles(iam)) == (False, "iam.not_ours", ["dns"])
    fake.put({"apiVersion": "v1", "kind": "Secret", "metadata": {"namespace": "dns", "name": "route53"}, "data": {}})
    assert access(**KEY)["msg"] == "secret: Secret dns/route53 is there and not ours; take another name"
    iam.create_role(RoleName="theirs", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": []}))
    boto3.client("eks", "us-east-1").create_pod_identity_association(
        clusterName="production", namespace="n", serviceAccount="s", roleArn=ARN.replace("dns", "theirs")
    )
    refused = access(**POD_IDENTITY | {"name": "mine", "service_account": {"namespace": "n", "name": "s"}})
    assert "ServiceAccount n/s has the role arn:aws:iam::123456789012:role/theirs" in refused["msg"]
    assert "mine" not in roles(iam)


def test_policies_of_others_on_our_role(access, iam):
    access(**POD_IDENTITY)
    iam.put_role_policy(RoleName="dns", PolicyName="theirs", PolicyDocument=json.dumps(POLICY))
    assert not access(**POD_IDENTITY)["changed"]
    assert (
        "name: IAM role dns has got other policies, so that it isn't removed: theirs"
        in access(**absent(POD_IDENTITY))["msg"]
    )
    assert roles(iam) == ["dns"]


def test_another_role_for_a_service_account(access, iam):
    access(**POD_IDENTITY)
    assert access(**POD_IDENTITY | {"name": "dns2"})["changed"]
    [association] = associations()
    described = boto3.client("eks", "us-east-1").describe_pod_identity_association(
        clusterName="production", associationId=association["associationId"]
    )["association"]
    assert described["roleArn"] == f"{ARN}2"
    access(**absent(POD_IDENTITY))
    assert (len(associations()), roles(iam)) == (1, ["dns2"])


def test_a_trust_policy_that_somebody_has_changed(access, iam):
    access(**POD_IDENTITY)
    iam.update_assume_role_policy(
        RoleName="dns",
        PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}
        ),
    )
    assert access(**POD_IDENTITY)["diff"][0]["before"]["trust_policy"]["Statement"][0]["Principal"] == "*"
    assert not access(**POD_IDENTITY)["changed"]


def test_iam_knows_a_new_role_some_time_later(access, aws, iam, fake):
    gone = Refusal(404, "NoSuchEntity", "The role with name dns cannot be found.")
    aws.rule("iam:PutRolePolicy", gone, gone)
    aws.rule("eks:CreatePodIdentityAssociation", Refusal(400, "InvalidParameterException", "Role x does not exist."))
    assert access(**POD_IDENTITY)["changed"]
    assert len(fake.time.naps) == 3 and len(associations()) == 1
    aws.rule("iam:DeleteRole", Refusal(409, "DeleteConflict", "Cannot delete entity, must delete policies first."))
    access(**absent(POD_IDENTITY))
    assert roles(iam) == []


def test_a_provider_that_iam_does_not_know_yet(access, aws, iam):
    aws.rule("iam:CreateRole", Refusal(400, "MalformedPolicyDocument", "Invalid principal in policy: FEDERATED"))
    assert access(**IRSA)["changed"] and roles(iam) == ["dns"]


def test_it_ends_in_time(access, aws, fake):
    aws.always("iam:PutRolePolicy", Refusal(404, "NoSuchEntity", "The role with name dns cannot be found."))
    result = access(**POD_IDENTITY)
    assert result["findings"][0]["code"] == "iam.not_yet" and 60 <= fake.time.seconds < 70


@pytest.mark.parametrize("answer", [Refusal(400, "Throttling"), Refusal(503, "ServiceUnavailable")])
def test_what_passes_is_tried_again(access, aws, answer):
    for operation in ("iam:GetRole", "iam:CreateRole", "iam:PutRolePolicy", "eks:CreatePodIdentityAssociation"):
        aws.rule(operation, answer)
    assert access(**POD_IDENTITY)["changed"]
    assert not access(**POD_IDENTITY)["changed"]


def test_a_lost_answer_is_made_good_by_the_next_run(access, aws, iam):
    aws.rule("iam:CreateRole", lose)
    first = access(**POD_IDENTITY)
    second = access(**POD_IDENTITY)
    assert (first.get("failed"), second.get("failed")) == (True, None)
    assert "EntityAlreadyExists" in first["msg"] and policy_of(iam) == POLICY


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({**POD_IDENTITY, "cluster_name": None}, "cluster_name: missing, method: pod_identity needs it"),
        ({**IRSA, "oidc_issuer": None}, "oidc_issuer: missing, method: irsa needs it"),
        ({**IRSA, "oidc_issuer": "http://x"}, "oidc_issuer: 'http://x' is not a URL starting with https://"),
        ({**KEY, "secret": None}, "secret: missing, method: access_key needs it"),
        ({**POD_IDENTITY, "name": "a b"}, "name: 'a b' is not allowed"),
        (
            {**POD_IDENTITY, "policy": None},
            "policy: missing; the filters dns01_policy and external_dns_policy make one",
        ),
        ({**POD_IDENTITY, "policy": {"Version": "2012-10-17"}}, "policy: has no Statement"),
        (
            {**KEY, "policy": route53_policy.policy([f"{number}.example.test" for number in range(60)], ["Z1"])},
            "policy: 2",
        ),
        ({**POD_IDENTITY, "tags": {"managed-by": "x"}}, "tags: 'managed-by' is set by this module"),
    ],
)
def test_refuses_before_any_request(access, aws, options, said):
    aws.operations.clear()
    result = access(**options)
    assert result["failed"] and result["msg"].startswith(said), result["msg"]
    assert aws.operations == []
