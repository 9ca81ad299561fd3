# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import evidence, withheld
from ansible_collections.certops.kubernetes.tests.unit import live

APPLIED = {"kubectl.kubernetes.io/last-applied-configuration": "HUSH", "kept": "yes"}
CONTAINER = {
    "args": [
        "--rfc2136-tsig-secret=HUSH",
        "--provider=aws",
        "--aws-api-key=HUSH",
        "--domain-filter=monkey.test",
        "plain",
    ],
    "env": [
        {"name": "AWS_SECRET_ACCESS_KEY", "value": "HUSH"},
        {"name": "AWS_REGION", "value": "eu-central-1"},
        {"name": "API_TOKEN", "valueFrom": {"secretKeyRef": {"name": "api", "key": "token"}}},
    ],
}
FOUND = evidence.Evidence(
    certificate=live.certificate(),
    secret={"metadata": {"annotations": APPLIED, "managedFields": [{"manager": "kubectl"}]}, "data": {"tls.crt": "x"}},
    external_dns=({"spec": {"template": {"spec": {"containers": [CONTAINER]}}}},),
)


def test_withholds_what_may_be_secret():
    shown = withheld.report(FOUND)
    assert "HUSH" not in json.dumps(shown)
    assert shown["secret"] == {"metadata": {"annotations": {"kept": "yes"}}, "data": {"tls.crt": "x"}}
    [container] = shown["external_dns"][0]["spec"]["template"]["spec"]["containers"]
    assert container["args"] == [
        "--rfc2136-tsig-secret=(withheld)",
        "--provider=aws",
        "--aws-api-key=(withheld)",
        "--domain-filter=monkey.test",
        "plain",
    ]
    assert container["env"][0]["value"] == "(withheld)"
    assert container["env"][1:] == CONTAINER["env"][1:]


def test_can_be_read_back():
    assert evidence.from_json(withheld.report(FOUND)).certificate == FOUND.certificate
