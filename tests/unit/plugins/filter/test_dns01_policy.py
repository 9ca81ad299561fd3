# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.certops.kubernetes.plugins.filter.dns01_policy import FilterModule

FILTER = FilterModule().filters()["dns01_policy"]
CHANGE = "route53:ChangeResourceRecordSets"


def test_exactly_these_records_of_one_zone():
    policy = FILTER(["www.Example.org", "*.example.org", "example.org."], ["Z123"])
    assert policy == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": CHANGE,
                "Resource": ["arn:aws:route53:::hostedzone/Z123"],
                "Condition": {
                    "ForAllValues:StringEquals": {
                        f"{CHANGE}NormalizedRecordNames": [
                            "_acme-challenge.example.org",
                            "_acme-challenge.www.example.org",
                        ],
                        f"{CHANGE}RecordTypes": ["TXT"],
                        f"{CHANGE}Actions": ["CREATE", "DELETE"],
                    },
                    "Null": {
                        f"{CHANGE}NormalizedRecordNames": "false",
                        f"{CHANGE}RecordTypes": "false",
                        f"{CHANGE}Actions": "false",
                    },
                },
            },
            {
                "Effect": "Allow",
                "Action": "route53:ListResourceRecordSets",
                "Resource": ["arn:aws:route53:::hostedzone/Z123"],
            },
            {"Effect": "Allow", "Action": "route53:GetChange", "Resource": "arn:aws:route53:::change/*"},
        ],
    }


def condition(policy):
    return policy["Statement"][0]["Condition"]["ForAllValues:StringEquals"]


def test_a_zone_that_is_not_known_may_be_looked_for():
    policy = FILTER(["www.example.org"], partition="aws-cn")
    assert policy["Statement"][0]["Resource"] == ["arn:aws-cn:route53:::hostedzone/*"]
    assert policy["Statement"][3] == {"Effect": "Allow", "Action": "route53:ListHostedZones", "Resource": "*"}


def test_delegated_validation():
    policy = FILTER(["www.example.org"], ["Z123"], record_names=["www.validation.example.net"])
    assert condition(policy)[f"{CHANGE}NormalizedRecordNames"] == [
        "_acme-challenge.www.example.org",
        "www.validation.example.net",
    ]


def test_for_cert_managers_controller():
    policy = FILTER(["www.example.org"], ["Z123"], actions=["CREATE", "DELETE", "UPSERT"])
    assert condition(policy)[f"{CHANGE}Actions"] == ["CREATE", "DELETE", "UPSERT"]


def test_says_all_that_is_wrong():
    with pytest.raises(AnsibleFilterError) as caught:
        FILTER(["192.0.2.1", "a b"], ["/hostedzone/Z1"], ["*"], ["READ"], "aws-x")
    told = str(caught.value)
    for said in ("dns_names: '192.0.2.1'", "dns_names: 'a b'", "record_names: '*'", "hosted_zone_ids:", "actions: 'READ'", "partition: 'aws-x'"):  # fmt: skip
        assert said in told


def test_no_names_are_not_all_names():
    with pytest.raises(AnsibleFilterError, match="a policy without names would allow all"):
        FILTER([], ["Z123"])
