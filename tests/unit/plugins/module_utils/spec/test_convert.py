# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.spec import convert
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.certificate_options import SPEC
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.issuer_options import TYPES


def names(options):
    for name, rule in options.items():
        yield name
        yield from names(rule.get("options") or {})


ALL_OPTIONS = sorted({*names(SPEC), *names(TYPES)})


@pytest.mark.parametrize("option", ALL_OPTIONS)
def test_every_option_has_a_way_there_and_back(option):
    assert "_" not in convert.camel(option)
    assert convert.snake(convert.camel(option)) == option


def test_no_two_options_share_a_field():
    assert len({convert.camel(option) for option in ALL_OPTIONS}) == len(ALL_OPTIONS)


@pytest.mark.parametrize(
    ("option", "field"),
    [
        ("dns_names", "dnsNames"),
        ("is_ca", "isCA"),
        ("issuing_certificate_urls", "issuingCertificateURLs"),
        ("skip_tls_verify", "skipTLSVerify"),
        ("key_id", "keyID"),
        ("access_key_id_secret_ref", "accessKeyIDSecretRef"),
        ("hosted_zone_id", "hostedZoneID"),
        ("rfc2136", "rfc2136"),
        ("utf8_value", "utf8Value"),
    ],
)
def test_field_of_an_option(option, field):
    assert convert.camel(option) == field


@pytest.mark.parametrize(
    ("field", "option"),
    [("azureDNS", "azure_dns"), ("gatewayHTTPRoute", "gateway_http_route"), ("clientID", "client_id")],
)
def test_fields_without_an_option_of_their_own_read_well(field, option):
    assert convert.snake(field) == option


OPTIONS = {
    "dns_names": {"type": "list", "elements": "str"},
    "is_ca": {"type": "bool"},
    "secret_template": {"type": "dict"},
    "private_key": {"type": "dict", "options": {"rotation_policy": {"type": "str"}, "size": {"type": "int"}}},
    "other_names": {"type": "list", "elements": "dict", "options": {"utf8_value": {"type": "str"}}},
}


@pytest.mark.parametrize(
    ("values", "shaped"),
    [
        ({}, {}),
        ({"dns_names": None}, {}),
        ({"dns_names": []}, {"dnsNames": []}),
        ({"is_ca": False}, {"isCA": False}),
        ({"private_key": {"rotation_policy": "Always", "size": None}}, {"privateKey": {"rotationPolicy": "Always"}}),
        ({"private_key": {}}, {"privateKey": {}}),
        ({"other_names": [{"utf8_value": "a"}, {}]}, {"otherNames": [{"utf8Value": "a"}, {}]}),
        ({"secret_template": {"my_label": {"a_b": None}}}, {"secretTemplate": {"my_label": {"a_b": None}}}),
        ({"not_an_option": 1}, {}),
    ],
)
def test_manifest(values, shaped):
    assert convert.manifest(OPTIONS, values) == shaped
