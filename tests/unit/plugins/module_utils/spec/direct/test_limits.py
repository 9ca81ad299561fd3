# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.spec.direct import limits

SOLVERS = [
    {"http01": {"ingress": {"ingressClassName": "nginx"}}},
    {"dns01": {"rfc2136": {"nameserver": "192.0.2.53"}}},
    {"dns01": {"route53": {}}},
]


@pytest.mark.parametrize("body", [{"selfSigned": {}}, {"ca": {"secretName": "ca"}}, {"acme": {"solvers": SOLVERS}}])
def test_these_it_can_do(body):
    assert list(limits.issuer(body)) == []


def test_other_types_are_refused_by_their_option():
    [problem] = limits.issuer({"vault": {}})
    assert problem.startswith("vault: not allowed with engine: direct")


@pytest.mark.parametrize(
    ("solver", "option"),
    [
        ({"http01": {"gatewayHTTPRoute": {}}}, "acme.solvers[0].http01.gateway"),
        ({"http01": {"ingress": {"name": "web"}}}, "acme.solvers[0].http01.ingress_name"),
        (
            {"dns01": {"route53": {"auth": {"kubernetes": {}}, "role": "x"}}},
            "acme.solvers[0].dns01.route53.service_account_ref",
        ),
        ({"dns01": {"azureDNS": {}}}, "acme.solvers[0].dns01.azureDNS"),
    ],
)
def test_other_solvers_are_refused_by_their_option(solver, option):
    [problem] = limits.issuer({"acme": {"solvers": [solver]}})
    assert problem.startswith(f"{option}: not allowed")


@pytest.mark.parametrize("dns01", [{}, {"cnameStrategy": "Follow"}])
def test_nobody_writes_records_without_a_provider(dns01):
    [problem] = limits.issuer({"acme": {"solvers": [{"dns01": dns01}]}})
    assert problem.startswith("acme.solvers[0].dns01.raw: names no provider")
    assert list(limits.issuer({"acme": {"solvers": [{"dns01": {**dns01, "persist": True}}]}})) == []


@pytest.mark.parametrize("rfc2136", [None, {}, {"tsigKeyName": "certops"}])
def test_an_update_needs_a_server(rfc2136):
    [problem] = limits.issuer({"acme": {"solvers": [{"dns01": {"rfc2136": rfc2136}}]}})
    assert problem.startswith("acme.solvers[0].dns01.raw.rfc2136.nameserver: missing")


def test_windows_and_passwords_are_refused():
    body = {"renewal": {"windows": [{}]}, "keystores": {"jks": {"password": "x"}, "pkcs12": {"create": True}}}
    assert [problem.partition(":")[0] for problem in limits.certificate(body)] == [
        "renewal.windows",
        "keystores.jks.password",
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"dnsNames": ["a.test", "*.a.test"], "commonName": "a.test", "privateKey": {"algorithm": "ECDSA"}}, []),
        ({"ipAddresses": ["192.0.2.7"], "commonName": "192.0.2.7"}, []),
        ({"commonName": "a.test"}, ["dns_names: missing"]),
        ({"dnsNames": ["a.test"], "commonName": "b.test"}, ["common_name: 'b.test' is not among"]),
        ({"dnsNames": ["a.test"], "isCA": True}, ["is_ca: not allowed"]),
        ({"dnsNames": ["a.test"], "privateKey": {"algorithm": "Ed25519"}}, ["private_key.algorithm: 'Ed25519'"]),
        (
            {"dnsNames": ["a.test"], "uris": ["a:b"], "emailAddresses": ["a@b.test"], "otherNames": [{}]},
            ["uris: not", "email_addresses: not", "other_names: not"],
        ),
    ],
)
def test_an_acme_server_certifies_hosts(body, said):
    found = list(limits.by_acme(body))
    assert len(found) == len(said)
    assert all(problem.startswith(start) for problem, start in zip(found, said, strict=True))
