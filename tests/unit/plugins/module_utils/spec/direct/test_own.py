# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.spec.direct import own

RESPONDER = {"image": "m/caddy", "keep": True}
BODY = {
    "acme": {
        "server": "https://acme.test/dir",
        "rateLimits": {"newOrders": 3},
        "solvers": [
            {"http01": {"ingress": {}, "responder": RESPONDER}, "selector": {"dnsZones": ["a.test"]}},
            {"dns01": {"persist": True}},
            {"dns01": {"rfc2136": {}}},
        ],
    }
}
PLAIN = {
    "acme": {
        "server": "https://acme.test/dir",
        "solvers": [{"http01": {"ingress": {}}, "selector": {"dnsZones": ["a.test"]}}, {"dns01": {"rfc2136": {}}}],
    }
}


def test_its_own_options_are_named():
    assert list(own.options(BODY)) == [
        "acme.rate_limits",
        "acme.solvers[0].http01.responder_image",
        "acme.solvers[0].http01.responder_keep",
        "acme.solvers[1].dns01.persist",
    ]


@pytest.mark.parametrize("body", [PLAIN, {"selfSigned": {}}, {"acme": {"server": "s"}}])
def test_cert_managers_are_not_named(body):
    assert list(own.options(body)) == []


@pytest.mark.parametrize(
    ("body", "keeps", "answers"), [(BODY, True, True), (PLAIN, False, True), ({"ca": {}}, False, False)]
)
def test_responders(body, keeps, answers):
    assert (own.keeps_responder(body), own.answers_http(body)) == (keeps, answers)
