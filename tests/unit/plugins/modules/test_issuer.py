# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import ISSUER, SECRET
from ansible_collections.certops.kubernetes.plugins.modules import issuer
from ansible_collections.certops.kubernetes.tests.unit.controllers import answering
from ansible_collections.certops.kubernetes.tests.unit.live import condition

LE = {"name": "le", "namespace": "shop"}
BINDING = {"key_id": "kid-1", "key": "s3cret-hmac"}
ACME = {"server": "letsencrypt_staging", "external_account_binding": BINDING}


def test_check_mode(call, fake):
    result = call(issuer, check=True, **LE, self_signed={})
    assert (result["changed"], result["issuer"]["ready"]) == (True, False)
    assert result["diff"][0]["after"] == {"spec": {"selfSigned": {}}}
    assert fake.requests == ["get Issuer shop/le", "dry-run apply Issuer shop/le"]


def test_present_then_absent(call, fake):
    answering(fake, condition("Ready", True, "IsReady"))
    made = call(issuer, **LE, acme=ACME)
    assert (made["changed"], made["issuer"]["ready"]) == (True, True)
    assert "s3cret-hmac" not in str(made)
    assert fake.live(SECRET, "shop", "le-eab")
    assert not call(issuer, **LE, acme=ACME)["changed"]
    assert call(issuer, **LE, state="absent")["changed"]
    assert fake.live(ISSUER, "shop", "le") is None
    assert fake.live(SECRET, "shop", "le-eab") is None


def test_secrets_of_a_cluster_issuer_are_with_cert_manager(call, fake):
    call(issuer, name="le", kind="ClusterIssuer", acme=ACME, wait=False)
    assert fake.live(SECRET, "cert-manager", "le-eab")
    assert call(issuer, name="le", kind="ClusterIssuer", state="absent", check=True)["changed"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (LE, "give exactly one of self_signed, ca, acme, vault, spec; given: none"),
        ({"name": "le", "self_signed": {}}, "namespace: missing, an Issuer lives in a namespace"),
        ({"name": "le", "state": "absent"}, "namespace: missing, an Issuer lives in a namespace"),
        ({**LE, "name": "../x", "state": "absent"}, "name: '../x' is not allowed"),
    ],
)
def test_refuses_before_any_request(call, fake, options, said):
    result = call(issuer, **options)
    assert result["msg"].startswith(said)
    assert fake.requests == []
