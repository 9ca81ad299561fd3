# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.errors import SpecError
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.selection import (
    Selection,
    from_parameters,
    stands_for,
)
from ansible_collections.certops.kubernetes.tests.unit import live

GIVEN = {"namespace": None, "name": None, "label_selector": None, "ingress": None, "dns_name": None}


@pytest.mark.parametrize(
    ("given", "wanted", "words"),
    [
        ({}, Selection(), "all namespaces"),
        ({"namespace": "shop"}, Selection("shop"), "namespace shop"),
        ({"namespace": "shop", "name": "www"}, Selection("shop", name="www"), "Certificate shop/www"),
        ({"namespace": "shop", "ingress": "www"}, Selection("shop", ingress="www"), "Ingress shop/www"),
        ({"label_selector": "app=a"}, Selection(label_selector="app=a"), "labels app=a in all namespaces"),
        (
            {"namespace": "shop", "dns_name": "WWW.Bücher.test."},
            Selection("shop", host="www.xn--bcher-kva.test"),
            "host www.xn--bcher-kva.test in namespace shop",
        ),
        ({"dns_name": "*.Example.test"}, Selection(host="*.example.test"), "host *.example.test in all namespaces"),
    ],
)
def test_builds_what_is_given(given, wanted, words):
    selection = from_parameters(GIVEN | given)
    assert (selection, selection.words) == (wanted, words)


def test_names_every_broken_rule():
    with pytest.raises(SpecError) as error:
        from_parameters(GIVEN | {"namespace": "Shop", "name": "-", "ingress": "a_b", "dns_name": "a b"})
    assert [problem.partition(":")[0] for problem in error.value.problems] == [
        "name",
        "namespace",
        "ingress",
        "dns_name",
    ]


@pytest.mark.parametrize(
    ("pattern", "host", "stands"),
    [
        ("www.example.test", "www.example.test", True),
        ("WWW.example.test", "www.example.test", True),
        ("*.example.test", "www.example.test", True),
        ("*.example.test", "*.example.test", True),
        ("*.example.test", "a.b.example.test", False),
        ("*.example.test", "example.test", False),
        ("www.example.test", "*.example.test", False),
    ],
)
def test_wildcards_stand_for_one_label(pattern, host, stands):
    assert stands_for(pattern, host) is stands


def certificate(name, *names, common_name=None):
    spec = {"secretName": f"{name}-tls", "issuerRef": {"name": "ca"}, "dnsNames": list(names)}
    return live.certificate(name=name, spec=spec | ({"commonName": common_name} if common_name else {}))


CERTIFICATES = [
    certificate("www", "www.example.test"),
    certificate("wild", "*.example.test"),
    certificate("named", common_name="www.example.test"),
    certificate("other", "other.test"),
]
SERVES_OTHER = live.ingress(tls=[{"hosts": ["www.example.test"], "secretName": "other-tls"}])
SERVES_ALL = live.ingress(tls=[{"hosts": ["a.test"], "secretName": "www-tls"}, {"secretName": "other-tls"}, {}])


@pytest.mark.parametrize(
    ("selection", "ingresses", "chosen"),
    [
        (Selection(), [], ["www", "wild", "named", "other"]),
        (Selection(host="www.example.test"), [], ["www", "wild", "named"]),
        (Selection(host="www.example.test"), [SERVES_OTHER], ["www", "wild", "named", "other"]),
        (Selection(host="nobody.test"), [SERVES_OTHER], []),
        (Selection("shop", ingress="www"), [SERVES_ALL], ["www", "other"]),
        (Selection("shop", ingress="else"), [SERVES_ALL], []),
    ],
)
def test_chooses_certificates(selection, ingresses, chosen):
    assert [item["metadata"]["name"] for item in selection.chosen(CERTIFICATES, ingresses)] == chosen
