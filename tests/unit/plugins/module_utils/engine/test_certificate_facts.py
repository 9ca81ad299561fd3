# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.readiness import READY, Verdict
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.certificate_facts import facts
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.waiting import State
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.certificate import CertificateSpec
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import parse_chain
from ansible_collections.certops.kubernetes.tests.unit import factory, live

WANTED = CertificateSpec("www", "shop", live.SPEC)
UNKNOWN = {"serial_number": None, "issued_by": None, "fingerprint_sha256": None, "self_signed": None}
DATES = {
    "notBefore": "2026-03-01T12:00:00Z",
    "notAfter": "2026-05-30T12:00:00Z",
    "renewalTime": "2026-04-30T12:00:00Z",
}


def test_all_that_is_known():
    leaf = parse_chain(live.WWW.leaf_pem)[0]
    state = State(WANTED, live.ready_certificate(**DATES), live.secret(), verdict=Verdict(READY))
    assert facts(state) == {
        "name": "www",
        "namespace": "shop",
        "secret_name": "www-tls",
        "issuer_ref": {"name": "shop-ca", "kind": "Issuer", "group": "cert-manager.io"},
        "dns_names": [live.HOST],
        "ready": True,
        "reason": "Ready",
        "message": "Certificate is up to date and has not expired",
        "not_before": DATES["notBefore"],
        "not_after": DATES["notAfter"],
        "renewal_time": DATES["renewalTime"],
        "revision": 1,
        "serial_number": leaf.serial_number,
        "issued_by": "Shop CA",
        "fingerprint_sha256": leaf.fingerprint_sha256,
        "self_signed": False,
    }


def test_nothing_is_known_of_one_that_is_not_there():
    found = facts(State(WANTED, None))
    assert found["ready"] is False
    assert {key for key, value in found.items() if value is None} == {
        "reason",
        "message",
        "not_before",
        "not_after",
        "renewal_time",
        "revision",
        *UNKNOWN,
    }


@pytest.mark.parametrize("secret", [None, live.secret() | {"data": {}}])
def test_without_a_readable_secret_only_the_conditions_are_known(secret):
    found = facts(State(WANTED, live.ready_certificate(), secret))
    assert found["ready"]
    assert {key: found[key] for key in UNKNOWN} == UNKNOWN


@pytest.mark.parametrize("certificate", [live.certificate(), live.ready_certificate(generation=2)])
def test_ready_is_said_of_the_present_spec_only(certificate):
    assert not facts(State(WANTED, certificate))["ready"]


def test_an_issuer_without_a_common_name_is_named_by_its_subject():
    nameless = factory.self_signed(live.HOST, subject=factory.name(None, organization_name="Shop"))
    found = facts(State(WANTED, live.ready_certificate(), live.secret(nameless)))
    assert (found["issued_by"], found["self_signed"]) == ("O=Shop", True)


def test_no_key_byte_is_returned():
    said = str(facts(State(WANTED, live.ready_certificate(), live.secret(), verdict=Verdict(READY))))
    assert live.secret()["data"]["tls.key"] not in said
    assert "PRIVATE" not in said
