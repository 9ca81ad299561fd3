# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import fleet
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.fleet import facts
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.fleets import (
    DATES,
    ISSUER,
    ONE,
    WWW,
    certificate,
    ingress,
    read,
    secret,
)

NOT_READY = live.condition("Ready", False, "Failed", "it failed")

STATUS = {
    "notBefore": "2026-02-28T12:00:00Z",
    "notAfter": "2026-05-29T12:00:00Z",
    "renewalTime": "2026-04-29T12:00:00Z",
}


def rows(**what):
    found = read(**what)
    return facts.facts(found, fleet.run_all(found))


def test_a_host_leads_to_its_certificate():
    found = rows(**ONE | {"certificates": [certificate(**STATUS)]})
    [host], [kept], [issuer] = found["hosts"], found["certificates"], found["issuers"]
    assert host == {
        "host": "www.test",
        "kind": "Ingress",
        "namespace": "shop",
        "name": "www",
        "listener": None,
        "class": "nginx",
        "tls": True,
        "termination": "secret",
        "secret_namespace": "shop",
        "secret_name": "www-tls",
        "secret_exists": True,
        "certificate": "www",
        "issuer_ref": {"name": "shop-ca", "kind": "Issuer", "group": "cert-manager.io"},
        "covered": True,
        "issued_by": "Shop CA",
        "self_signed": False,
        "serial_number": kept["serial_number"],
        "fingerprint_sha256": kept["fingerprint_sha256"],
        "not_after": STATUS["notAfter"],
        "renewal_time": STATUS["renewalTime"],
        "staging_authority": None,
        "default_certificate": None,
        "findings": [],
    }
    assert int(host["serial_number"], 16) == WWW.certificate.serial_number
    assert (kept["ready"], kept["served_by"], kept["not_before"]) == (True, ["Ingress shop/www"], STATUS["notBefore"])
    assert (issuer["type"], issuer["ready"], issuer["certificates"]) == ("self_signed", True, 1)


def test_without_secrets_the_status_tells():
    found = rows(**ONE | {"secrets": [], "absent": frozenset(), "errors": {"secrets": "no"}, "certificates": [certificate(**STATUS)]})  # fmt: skip
    [host] = found["hosts"]
    assert (host["secret_exists"], host["covered"], host["issued_by"]) == (None, None, None)
    assert (host["not_after"], host["renewal_time"]) == (STATUS["notAfter"], STATUS["renewalTime"])
    assert found["unreadable"] == {"secrets": "no"}


def test_rows_carry_the_codes_of_their_findings():
    found = rows(
        ingresses=[ingress("else.test"), ingress("plain.test", None, "plain")],
        certificates=[certificate(ready=NOT_READY), certificate("lost", secret_name="lost", lastFailureTime="2026-03-01T11:00:00Z")],
        secrets=[secret()],
        issuers=[],
    )  # fmt: skip
    assert [host["findings"] for host in found["hosts"]] == [
        ["certificate.not_ready", "host.not_covered"],
        ["host.no_tls"],
    ]
    first, second = found["certificates"]
    assert first["findings"] == ["issuer.missing", "certificate.not_ready"]
    assert second["findings"] == ["issuer.missing", "renewal.failing", "certificate.unused"]
    assert (second["secret_exists"], second["next_try"], second["served_by"]) == (False, "2026-03-01T12:00:00Z", [])


def test_counts():
    issued = live.CA.issue("b.test", **DATES)
    found = rows(
        ingresses=[ingress(), ingress("b.test", "b", "b"), ingress("c.test", None, "c")],
        certificates=[certificate(**STATUS), certificate("b", "b.test", ready=NOT_READY, secret_name="b")],
        secrets=[secret(), secret(issued, "b", kept_for="b")],
        issuers=[ISSUER, live.issuer(name="other")],
    )
    assert found["summary"] == {
        "hosts": 3,
        "hosts_with_tls": 2,
        "secrets": 2,
        "certificates": 2,
        "certificates_ready": 1,
        "issuers": 2,
        "issuers_ready": 1,
        "expired": 0,
        "expiring": 0,
        "next_expiry": STATUS["notAfter"],
        "next_renewal": STATUS["renewalTime"],
        "errors": 2,
        "warnings": 1,
    }
    assert facts.in_words(found["summary"]).startswith("3 hosts, 2 with TLS; 2 Certificates, 1 ready; ")
