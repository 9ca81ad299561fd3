# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import CERTIFICATE, SECRET
from ansible_collections.certops.kubernetes.plugins.modules import certificate
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.controllers import issuing

WWW = {
    "name": "www",
    "namespace": "shop",
    "secret_name": "www-tls",
    "issuer_ref": {"name": "shop-ca"},
    "dns_names": ["www.example.test"],
    "private_key": {"algorithm": "ECDSA"},
}
B = {key: WWW[key] for key in ("issuer_ref", "private_key")} | {
    "name": "b",
    "secret_name": "b-tls",
    "dns_names": ["b.test"],
}
WRITES = ("apply", "delete", "merge")


def writes(fake):
    return [line for line in fake.requests if line.startswith(WRITES)]


def test_check_mode(call, fake):
    result = call(certificate, check=True, **WWW)
    assert result["changed"]
    assert result["certificate"]["name"] == "www"
    assert result["diff"][0]["after"]["spec"]["dnsNames"] == ["www.example.test"]
    assert writes(fake) == []


def test_one_is_returned_as_certificate_and_a_list_as_certificates(call, fake):
    issuing(fake)
    fake.put(live.issuer(live.condition("Ready", True)))
    one = call(certificate, **WWW)
    assert (one["changed"], one["certificate"]["ready"], one["findings"]) == (True, True, [])
    assert "certificates" not in one
    many = call(certificate, namespace="shop", certificates=[{**WWW, "namespace": None} | {"namespace": "shop"}, B])
    assert [found["ready"] for found in many["certificates"]] == [True, True]
    assert "certificate" not in many


def test_a_failure_has_findings_and_facts(call):
    result = call(certificate, **WWW, wait_timeout=5)
    assert result["failed"]
    assert result["msg"].startswith("Certificate shop/www is not ready after 5 s.\n1. [issuer.missing] ")
    assert [finding["code"] for finding in result["findings"]] == ["issuer.missing", "certificate.not_observed"]
    assert (result["changed"], result["certificate"]["ready"]) == (True, False)


def test_preflight_fails_before_anything_is_changed(call, fake):
    result = call(certificate, **WWW, preflight="fail")
    assert result["failed"]
    assert result["msg"].startswith("Certificate shop/www can't be issued as things are. Nothing was changed.\n1. [iss")
    assert [(finding["code"], finding["severity"]) for finding in result["findings"]] == [("issuer.missing", "error")]
    assert (result["changed"], writes(fake)) == (False, [])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({**WWW, "dns_names": ["a b"]}, "dns_names: 'a b' is not a DNS name"),
        ({**WWW, "certificates": []}, "parameters are mutually exclusive: name|certificates"),
        ({"namespace": "shop"}, "one of the following is required: name, certificates"),
        ({"state": "absent", "name": "www"}, "namespace: missing"),
        ({"state": "absent", "name": "../../secrets/x", "namespace": "shop"}, "name: '../../secrets/x' is not allowed"),
        ({"state": "absent", "name": "www", "namespace": "a/b"}, "namespace: 'a/b' is not allowed"),
        (
            {"state": "absent", "name": "www", "namespace": "shop", "secret_name": "../x"},
            "secret_name: '../x' is not all",
        ),
        (
            {"state": "absent", "namespace": "shop", "certificates": [{"name": "A"}]},
            "certificate shop/A: name: 'A' is ",
        ),
    ],
)
def test_refuses_before_any_request(call, fake, options, said):
    result = call(certificate, **options)
    assert result["failed"]
    assert result["msg"].startswith(said)
    assert fake.requests == []


@pytest.mark.parametrize("options", [WWW, {"namespace": "shop", "certificates": [{"name": "www"}]}])
def test_absent(call, fake, options):
    issuing(fake)
    call(certificate, **WWW)
    gone = call(certificate, state="absent", **options)
    assert gone["changed"]
    assert fake.live(CERTIFICATE, "shop", "www") is None
    assert fake.live(SECRET, "shop", "www-tls")
    assert not call(certificate, state="absent", **options)["changed"]
    assert call(certificate, state="absent", **WWW, delete_secret=True)["changed"]
    assert fake.live(SECRET, "shop", "www-tls") is None


def test_passwords_are_not_shown(call):
    stores = {"jks": {"create": True, "password": "s3cret-jks"}}
    entry = {**WWW, "keystores": stores}
    for options in (entry, {"certificates": [entry]}):
        assert "s3cret-jks" not in str(call(certificate, check=True, **options))
