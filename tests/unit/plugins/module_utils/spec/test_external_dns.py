# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.spec import external_dns

OLD, NEW = "external-dns.alpha.kubernetes.io/", "external-dns.kubernetes.io/"
HOSTS = ("a.example.test", "b.example.test")


@pytest.mark.parametrize(
    ("options", "annotations"),
    [
        ({}, {f"{prefix}hostname": "a.example.test,b.example.test" for prefix in (OLD, NEW)}),
        ({"hostnames": ["c.example.test"], "annotation_prefixes": [OLD]}, {f"{OLD}hostname": "c.example.test"}),
        (
            {"hostnames": ["c.test"], "ttl": 60, "target": "192.0.2.7", "annotation_prefixes": [NEW]},
            {f"{NEW}hostname": "c.test", f"{NEW}ttl": "60", f"{NEW}target": "192.0.2.7"},
        ),
        (
            {"hostnames": ["c.test"], "annotation_prefixes": [OLD, NEW]},
            {f"{OLD}hostname": "c.test", f"{NEW}hostname": "c.test"},
        ),
    ],
)
def test_annotations(options, annotations):
    assert external_dns.from_parameters(options, HOSTS).annotations() == annotations


def test_accepts_the_smallest_and_the_largest_ttl():
    assert list(external_dns.problems({"hostnames": ["*.example.test"], "ttl": 1})) == []
    assert list(external_dns.problems({"ttl": 2147483647})) == []


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"hostnames": ["a b"]}, "external_dns.hostnames: 'a b' is not a DNS name"),
        ({"ttl": 0}, "external_dns.ttl: 0 is not allowed: from 1 to 2147483647"),
        ({"ttl": 2147483648}, "external_dns.ttl: 2147483648 is not allowed: from 1 to 2147483647"),
    ],
)
def test_refuses(options, problem):
    (found,) = external_dns.problems(options)
    assert found.startswith(problem)


def ingress(name, *keys):
    return {"kind": "Ingress", "metadata": {"name": name, "namespace": "shop", "annotations": dict.fromkeys(keys, "x")}}


OTHERS = {"kind": "Node", "metadata": {"name": "plain"}}
CUSTOM = "dns.example.org/"


@pytest.mark.parametrize(
    ("prefixes", "names"),
    [
        ([OLD], ["new", "half"]),
        ([NEW], ["old", "half"]),
        ([OLD, NEW], []),
        ([CUSTOM], ["old", "new", "both", "half"]),
    ],
)
def test_what_is_not_read(prefixes, names):
    objects = [
        OTHERS,
        ingress("old", f"{OLD}hostname"),
        ingress("new", f"{NEW}hostname"),
        ingress("both", f"{OLD}hostname", f"{NEW}hostname"),
        ingress("half", f"{OLD}hostname", f"{NEW}hostname", f"{OLD}ttl", f"{NEW}target"),
        ingress("custom", f"{OLD}hostname", f"{NEW}hostname", f"{CUSTOM}hostname", "nginx.ingress.kubernetes.io/x"),
    ]
    assert [each["name"] for each in external_dns.unread(objects, prefixes)] == names


def test_what_is_not_read_is_named():
    (found,) = external_dns.unread([ingress("old", f"{OLD}ttl", f"{OLD}hostname", "a/b")], [NEW])
    keys = [f"{OLD}hostname", f"{OLD}ttl"]
    assert found == {"kind": "Ingress", "namespace": "shop", "name": "old", "annotations": keys}
