# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.x509.default_certificate import (
    default_certificate,
    staging_authority,
)
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import parse_chain
from ansible_collections.certops.kubernetes.tests.unit import factory

TEMPORARY = factory.authority("cert-manager.local")


def served(common_name, **attributes):
    return factory.self_signed(subject=factory.name(common_name, **attributes))


@pytest.mark.parametrize(
    ("issued", "owner"),
    [
        (
            served("Kubernetes Ingress Controller Fake Certificate", organization_name="Acme Co"),
            "ingress-nginx or HAProxy Ingress",
        ),
        (served("TRAEFIK DEFAULT CERT"), "Traefik"),
        (served("NGINXIngressController"), "NGINX Ingress Controller (F5)"),
        (served("localhost", organization_name="Kong"), "Kong"),
        (served("localhost"), None),
        (
            factory.authority("ingress-operator@1700000000").issue(subject=factory.name("*.apps.example.test")),
            "OpenShift's router",
        ),
        (
            TEMPORARY.issue(subject=factory.name("www.example.test", serial_number="1234567890")),
            "cert-manager (temporary)",
        ),
        (TEMPORARY.issue(subject=factory.name("www.example.test")), None),
        (factory.self_signed("www.example.test"), None),
        (factory.authority().issue("www.example.test", subject=factory.name("www.example.test")), None),
    ],
)
def test_knows_default_certificates(issued, owner):
    assert default_certificate(parse_chain(issued.leaf_pem)[0]) == owner


@pytest.mark.parametrize(
    ("issuer", "authority"),
    [
        ("(STAGING) Counterfeit Cashew R10", "Let's Encrypt staging"),
        ("Pebble Intermediate CA 05e38a", "Pebble"),
        ("R10", None),
        ("", None),
    ],
)
def test_knows_cas_for_tests(issuer, authority):
    issued = factory.authority(issuer).issue("www.example.test")
    assert staging_authority(parse_chain(issued.chain_pem)) == authority


def test_knows_a_ca_for_tests_above_the_first_intermediate():
    issued = factory.authority("Pebble Root CA 28cc4b").intermediate("Shop").issue("www.example.test")
    assert staging_authority(parse_chain(issued.chain_pem)) == "Pebble"
