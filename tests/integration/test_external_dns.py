# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""external-dns with Route 53: moto has the records, BIND is handed them, and the ACME server asks there.

With RFC 2136 it is in targets/role_external_dns.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.aws import session
from tests.dns import bind, bridge, route53

from .conftest import kubectl, playbook

NAMESPACE = "test-external-dns"
KEY_ID, KEY = "AKIAOFEXTERNALDNS", "secret-access-key-of-external-dns"


@pytest.fixture
def namespace(cluster: dict[str, str]) -> Iterator[dict[str, str]]:
    kubectl(cluster, "delete", "namespace", NAMESPACE, "--ignore-not-found")
    kubectl(cluster, "create", "namespace", NAMESPACE)
    yield cluster
    kubectl(cluster, "delete", "namespace", NAMESPACE, "--wait=false")


def test_from_the_annotation_to_the_handshake(namespace: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    apex = namespace["CERTOPS_ANNOUNCED_DNS_ZONE"]
    zone = f"cloud.{apex}"
    address, _colon, port = namespace["CERTOPS_DYNAMIC_DNS_SERVER"].rpartition(":")
    key = bind.Key(*(namespace[f"CERTOPS_TSIG_{part}"] for part in ("KEY_NAME", "ALGORITHM", "SECRET")))
    with route53.serving(namespace["CERTOPS_MACHINE_ADDRESS"]) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        client = session.client("route53", session.Identity(KEY_ID, KEY))
        hosted = route53.make_zone(client, zone)
        with bridge.carrying(client, hosted, apex, key, address, int(port)):
            values = {"test_namespace": NAMESPACE, "zone": zone, "endpoint": url, "key_id": KEY_ID, "key": KEY}
            played = playbook(namespace, "external_dns.yml", "-vvv", "-e", json.dumps(values))
        left = client.list_resource_record_sets(HostedZoneId=hosted)["ResourceRecordSets"]
    assert played.returncode == 0, played.stdout
    assert {found["Type"] for found in left} == {"NS", "SOA"}
    assert KEY not in played.stdout
