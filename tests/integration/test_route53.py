# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS-01 through Route 53 by the modules: moto has the records, BIND is handed them, and the ACME server asks there."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.aws import session
from tests.dns import bind, bridge, route53

from .conftest import playbook

NAMESPACE = "test-route53"
ROLE = "arn:aws:iam::210987654321:role/dns"
KEY_ID, KEY = "AKIAOFTHETEST", "secret-access-key-of-the-test"


@pytest.fixture
def namespace(cluster: dict[str, str]) -> Iterator[dict[str, str]]:
    subprocess.run(["kubectl", "delete", "namespace", NAMESPACE, "--ignore-not-found"], env=cluster, check=True)
    subprocess.run(["kubectl", "create", "namespace", NAMESPACE], env=cluster, check=True)
    yield cluster
    subprocess.run(["kubectl", "delete", "namespace", NAMESPACE, "--wait=false"], env=cluster, check=True)


def test_a_wildcard_by_a_role_of_another_account(namespace: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    apex = namespace["CERTOPS_DYNAMIC_DNS_ZONE"]
    zone = f"cloud.{apex}"
    address, _colon, port = namespace["CERTOPS_DYNAMIC_DNS_SERVER"].rpartition(":")
    key = bind.Key(*(namespace[f"CERTOPS_TSIG_{part}"] for part in ("KEY_NAME", "ALGORITHM", "SECRET")))
    with route53.serving() as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        client = session.client("route53", session.Identity(KEY_ID, KEY, role=ROLE))
        hosted = route53.make_zone(client, zone)
        with bridge.carrying(client, hosted, apex, key, address, int(port)):
            values = {"test_namespace": NAMESPACE, "zone": zone, "role": ROLE, "key_id": KEY_ID, "key": KEY}
            environment = namespace | {"AWS_ENDPOINT_URL": url}
            played = playbook(environment, "route53.yml", "-vvv", "-e", json.dumps(values))
        left = client.list_resource_record_sets(HostedZoneId=hosted)["ResourceRecordSets"]
    assert played.returncode == 0, played.stdout
    assert [found["Name"] for found in left if found["Type"] == "TXT"] == []
    assert KEY not in played.stdout
