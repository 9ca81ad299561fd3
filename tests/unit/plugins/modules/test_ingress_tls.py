# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import CERTIFICATE, INGRESS
from ansible_collections.certops.kubernetes.plugins.modules import ingress_tls
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.controllers import issuing, shimming

WWW = {
    "name": "www",
    "namespace": "shop",
    "hosts": [live.HOST],
    "secret_name": "www-tls",
    "issuer_ref": {"name": "shop-ca"},
    "certificate": {"private_key": {"algorithm": "ECDSA"}},
}
RULES = [{"service": "web", "port": 80}]


def test_check_mode(call, fake):
    result = call(ingress_tls, check=True, **WWW, rules=RULES)
    assert (result["changed"], result["certificate"]) == (True, None)
    assert result["ingress"]["hosts"] == [live.HOST]
    assert [line for line in fake.requests if line.startswith("apply")] == []


def test_present_then_absent(call, fake):
    issuing(fake)
    shimming(fake)
    made = call(ingress_tls, **WWW, rules=RULES)
    assert (made["changed"], made["certificate"]["ready"]) == (True, True)
    assert fake.live(INGRESS, "shop", "www")["spec"]["rules"][0]["http"]["paths"][0]["pathType"] == "Prefix"
    assert not call(ingress_tls, **WWW, rules=RULES)["changed"]
    assert call(ingress_tls, state="absent", name="www", namespace="shop", delete_secret=True)["changed"]
    assert fake.live(INGRESS, "shop", "www") is None
    assert fake.live(CERTIFICATE, "shop", "www-tls") is None


def test_warnings_are_shown(call, fake):
    fake.put(live.ingress())
    result = call(ingress_tls, name="www", namespace="shop", hosts=[live.HOST], secret_name="www-tls")
    assert "[secret.missing] Secret shop/www-tls: does not exist." in str(result["warnings"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"name": "www", "namespace": "shop"},
            "state is present but all of the following are missing: hosts",
        ),
        ({**WWW, "hosts": []}, "hosts: empty; name at least one host"),
        ({**WWW, "certificate": {"secret_name": "x"}}, "certificate: unsupported option secret_name."),
        (
            {**WWW, "certificate": {"usages": ["serving"]}},
            "certificate: value of usages must be one or more of: signing, ",
        ),
        ({"name": "../x", "namespace": "shop", "state": "absent"}, "name: '../x' is not allowed"),
        (WWW, "name: Ingress shop/www does not exist; give rules to have it created"),
    ],
)
def test_refuses_before_anything_is_changed(call, fake, options, said):
    result = call(ingress_tls, **options)
    assert result["msg"].startswith(said)
    assert set(fake.requests) <= {"get Ingress shop/www", "get ConfigMap shop/certops-issuer-shop-ca"}
