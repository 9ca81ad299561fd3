# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import boto3
import pytest
from botocore.stub import Stubber

from ansible_collections.certops.kubernetes.plugins.module_utils.aws.eks import Eks
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import ProviderError


@pytest.fixture
def client():
    return boto3.client("eks", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


@pytest.mark.parametrize("identity", [{}, {"identity": {}}, {"identity": {"oidc": {}}}])
def test_a_cluster_without_an_issuer(client, identity):
    with Stubber(client) as stub:
        stub.add_response("describe_cluster", {"cluster": {"name": "production", **identity}}, {"name": "production"})
        with pytest.raises(ProviderError) as caught:
            Eks(client).issuer("production")
    assert [finding.code for finding in caught.value.findings] == ["iam.no_issuer"]
