# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The direct engine looks, too, before it orders: the same checks, without those of a controller."""

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.served import Failure
from ansible_collections.certops.kubernetes.plugins.module_utils.dns.resolver import Resolver
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct import certificates
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct.ports import Parts
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.ports import FAIL, OFF, WARN
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import Unfit
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.certificate import CertificateSpec
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.direct import record
from ansible_collections.certops.kubernetes.tests.unit import issuance as made
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time
from ansible_collections.certops.kubernetes.tests.unit.nameserver import NameServer, serving


def nobody(*_given):
    """Nothing is ordered."""
    raise AssertionError


PARTS = Parts(nobody, nobody, nobody)
WWW = CertificateSpec("www", "shop", live.SPEC)


@pytest.fixture
def fake():
    """A cluster without cert-manager, with an ACME issuer of the direct engine, and an Ingress that is served."""
    issuer = made.acme_issuer()
    kept = record.manifest(kinds.ISSUER, "shop", issuer["metadata"]["name"], issuer["spec"])
    kept["data"]["status"] = record.text(issuer["status"])
    cluster = FakeCluster(Time(), kept, live.ingress_class(), live.ingress())
    cluster.missing_kinds |= {"Certificate", "Issuer", "ClusterIssuer", "CertificateRequest", "Order", "Challenge"}
    return cluster


def refusing(_host, _address, _path, _seconds):
    """Nobody is there."""
    return Failure("connection_refused", "Connection refused")


def ensure(fake, records="", **how):
    with serving(resolver=NameServer(records)) as port:
        run = fake.run(resolver=Resolver(["127.0.0.1"], port, 0.5), visit=refusing, **how)
        return certificates.ensure(run, PARTS, [WWW])


@pytest.mark.parametrize("check", [False, True])
def test_a_host_that_leads_elsewhere_is_refused_before_anything_is_changed(fake, check):
    with pytest.raises(Unfit) as raised:
        ensure(fake, f"{live.HOST}. 60 IN A 198.51.100.9", preflight=FAIL, check_mode=check)
    assert [finding.code for finding in raised.value.findings] == ["dns.wrong_address"]
    assert all(line.startswith(("get", "list", "dry-run")) for line in fake.requests)


def test_is_a_warning_where_the_run_goes_on(fake):
    outcome = ensure(fake, preflight=WARN, check_mode=True)
    assert [(finding.code, finding.severity) for finding in outcome.findings] == [("dns.nxdomain", "warning")]
    assert outcome.changed


def test_does_not_look_when_told_not_to(fake):
    assert ensure(fake, preflight=OFF, check_mode=True).findings == []
    assert not any(line.startswith("list") for line in fake.requests)


def test_another_certificate_in_its_secret_is_seen(fake):
    other = record.manifest(kinds.CERTIFICATE, "shop", "other", live.SPEC)
    fake.put(other)
    with pytest.raises(Unfit) as raised:
        ensure(fake, f"{live.HOST}. 60 IN A 192.0.2.7", preflight=FAIL)
    assert raised.value.findings[0].code == "secret.claimed"
