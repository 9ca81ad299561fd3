# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.certops.kubernetes.plugins.filter.external_dns_policy import FilterModule

FILTER = FilterModule().filters()["external_dns_policy"]
CHANGE = "route53:ChangeResourceRecordSets"


def test_exactly_these_domains_of_one_zone():
    zone = ["arn:aws:route53:::hostedzone/Z123"]
    assert FILTER(["Example.org."], ["Z123"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": CHANGE,
                "Resource": zone,
                "Condition": {
                    "ForAllValues:StringLike": {
                        f"{CHANGE}NormalizedRecordNames": ["example.org", "*.example.org"],
                        f"{CHANGE}RecordTypes": ["A", "AAAA", "CNAME", "TXT"],
                        f"{CHANGE}Actions": ["CREATE", "DELETE", "UPSERT"],
                    },
                    "Null": {
                        f"{CHANGE}NormalizedRecordNames": "false",
                        f"{CHANGE}RecordTypes": "false",
                        f"{CHANGE}Actions": "false",
                    },
                },
            },
            {"Effect": "Allow", "Action": ["route53:ListResourceRecordSets"], "Resource": zone},
            {"Effect": "Allow", "Action": "route53:ListHostedZones", "Resource": "*"},
        ],
    }


def test_zones_by_their_tags_and_other_types():
    policy = FILTER(["example.org"], record_types=["A", "TXT"], zone_tags=True, partition="aws-us-gov")
    assert policy["Statement"][1] == {
        "Effect": "Allow",
        "Action": ["route53:ListResourceRecordSets", "route53:ListTagsForResources"],
        "Resource": ["arn:aws-us-gov:route53:::hostedzone/*"],
    }
    assert policy["Statement"][0]["Condition"]["ForAllValues:StringLike"][f"{CHANGE}RecordTypes"] == ["A", "TXT"]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"domains": []}, "domains: give at least one; a policy without names would allow all"),
        ({"domains": ["*.example.org"]}, "domains: '*.example.org' is a wildcard"),
        ({"domains": ["a b"]}, "domains: 'a b' is not a DNS name"),
        ({"domains": ["a.test"], "hosted_zone_ids": ["*"]}, "hosted_zone_ids: '*' is no ID of a hosted zone"),
        ({"domains": ["a.test"], "record_types": ["SOA"]}, "record_types: 'SOA' is none of A, AAAA"),
        ({"domains": ["a.test"], "record_types": []}, "record_types: give at least one"),
        ({"domains": ["a.test"], "partition": "x"}, "partition: 'x' is none of aws, aws-cn, aws-us-gov"),
    ],
)
def test_refuses(options, problem):
    with pytest.raises(AnsibleFilterError) as caught:
        FILTER(**options)
    assert f"external_dns_policy: {problem}" in str(caught.value)
