# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.dns import resolver
from ansible_collections.certops.kubernetes.plugins.modules import dns_record_info
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.nameserver import NameServer, serving


@pytest.fixture
def dns(monkeypatch):
    """A resolver at 127.0.0.1; modules ask its port instead of 53."""
    with serving(resolver=NameServer(f"{live.HOST}. 60 IN A 192.0.2.7")) as port:
        monkeypatch.setattr(dns_record_info, "Resolver", lambda servers: resolver.Resolver(servers, port, 0.5))
        yield {"dns_servers": ["127.0.0.1"]}


def test_a_host_and_its_ingress(call, fake, dns):
    fake.put(live.ingress())
    result = call(dns_record_info, hosts=[live.HOST], ingress={"name": "www", "namespace": "shop"}, **dns)
    assert (result["changed"], result["findings"], result["records"][0]["leads_there"]) == (False, [], True)
    assert fake.requests == ["get Ingress shop/www"]


def test_no_cluster_is_needed_without_an_ingress(call, fake, dns, monkeypatch):
    monkeypatch.setenv("CERTOPS_DNS_SERVERS", "127.0.0.1")
    result = call(dns_record_info, hosts=[live.HOST], addresses=["198.51.100.1"])
    assert [finding["code"] for finding in result["findings"]] == ["dns.wrong_address"]
    assert fake.requests == []


def test_hosts_are_names(call):
    result = call(dns_record_info, hosts=["a b", "192.0.2.7"])
    assert result["failed"]
    assert "hosts: 'a b' is not a DNS name" in result["msg"]
    assert "hosts: '192.0.2.7' is an IP address" in result["msg"]
