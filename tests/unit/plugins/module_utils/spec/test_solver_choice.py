# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.spec import solver_choice


def solver(kind="http01", **selector):
    return {kind: {}, **({"selector": selector} if selector else {})}


ALL, HTTP, DNS = solver(), {"http01": {"ingress": {}}}, {"dns01": {"route53": {}}}
LASTING = {"dns01": {"persist": True, "route53": {}}}
NAME = solver(dnsNames=["www.example.test", "shop.example.test"])
ZONE, SUBZONE = solver(dnsZones=["example.test"]), solver(dnsZones=["other.test", "www.example.test."])
LABELLED = solver(matchLabels={"use": "http"})
TWICE = solver(matchLabels={"use": "http", "team": "shop"})
LABELS = {"use": "http", "team": "shop"}


@pytest.mark.parametrize(
    ("solvers", "chosen"),
    [
        ([], None),
        ([ALL], ALL),
        ([HTTP, ALL], HTTP),
        ([ALL, LABELLED, ZONE, NAME], NAME),
        ([NAME, ZONE, ALL], NAME),
        ([ZONE, SUBZONE], SUBZONE),
        ([SUBZONE, ZONE], SUBZONE),
        ([ALL, ZONE], ZONE),
        ([ZONE, TWICE], ZONE),
        ([ALL, LABELLED, TWICE], TWICE),
        ([TWICE, LABELLED], TWICE),
        ([solver(dnsZones=["ample.test"])], None),
        ([solver(dnsNames=["example.test"])], None),
        ([solver(dnsNames=["www.example.test"], dnsZones=["elsewhere.test"])], None),
        ([solver(matchLabels={"use": "dns"})], None),
        ([DNS, HTTP], DNS),
    ],
)
def test_the_most_specific_selector_wins_and_of_equals_the_first(solvers, chosen):
    assert solver_choice.choose(solvers, "www.example.test", LABELS) is chosen


def test_names_count_before_zones_and_zones_before_labels():
    both = solver(dnsNames=["www.example.test"], dnsZones=["example.test"])
    labelled = solver(dnsNames=["www.example.test"], matchLabels=LABELS)
    assert solver_choice.choose([NAME, labelled, both], "www.example.test", LABELS) is both


@pytest.mark.parametrize(
    ("name", "solvers", "chosen"),
    [
        ("*.example.test", [HTTP], None),
        ("*.example.test", [HTTP, DNS], DNS),
        ("*.example.test", [solver("dns01", dnsNames=["example.test"])], None),
        ("*.example.test", [solver("dns01", dnsZones=["example.test"])], solver("dns01", dnsZones=["example.test"])),
        ("*.example.test", [HTTP, LASTING], LASTING),
        ("www.example.test", [LASTING], LASTING),
        ("192.0.2.7", [LASTING], None),
        ("192.0.2.7", [DNS, HTTP], HTTP),
        ("2001:db8::1", [DNS], None),
    ],
)
def test_what_may_validate_a_name(name, solvers, chosen):
    assert solver_choice.choose(solvers, name, {}) == chosen


def test_only_what_the_server_offers():
    assert solver_choice.choose([LASTING, DNS], "www.example.test", {}, frozenset({"dns-01"})) is DNS
    assert solver_choice.choose([DNS, HTTP], "www.example.test", {}, frozenset({"http-01"})) is HTTP


@pytest.mark.parametrize(
    ("selector", "name", "labels", "takes"),
    [
        ({}, "a.b", {}, True),
        ({"dnsNames": ["a.b"]}, "a.b", {}, True),
        ({"dnsNames": ["a.b"]}, "x.a.b", {}, False),
        ({"dnsZones": ["b."]}, "*.a.b", {}, True),
        ({"dnsZones": ["a.b"]}, "a.b", {}, True),
        ({"dnsZones": ["a.b"]}, "aa.b", {}, False),
        ({"matchLabels": {"use": "dns"}}, "a.b", {"use": "dns", "x": "y"}, True),
        ({"matchLabels": {"use": "dns"}}, "a.b", {"use": "http"}, False),
        ({"dnsZones": ["b"], "matchLabels": {"use": "dns"}}, "a.b", {}, False),
    ],
)
def test_selector(selector, name, labels, takes):
    assert (solver_choice.choose([{**DNS, "selector": selector}], name, labels) is not None) is takes
