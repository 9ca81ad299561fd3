# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.errors import SpecError
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import INGRESS, SECRET
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.probe import ProbeSpec, Reference, build
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import parse_chain
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.roots import SYSTEM, Roots
from ansible_collections.certops.kubernetes.tests.unit import factory

CA = factory.authority("Root")
GIVEN = {
    "host": "www.example.test",
    "address": None,
    "port": 443,
    "http_port": 80,
    "path": "/",
    "ingress": None,
    "ca_secret": None,
    "ca_cert": None,
    "ca_file": None,
    "secret": None,
    "verify": True,
    "redirect": None,
}


def no_file(path):
    raise FileNotFoundError(2, "No such file or directory", path)


@pytest.mark.parametrize(
    ("parameters", "fields"),
    [
        ({}, {"host": "www.example.test", "trust": SYSTEM}),
        ({"host": "Bücher.Example.TEST."}, {"host": "xn--bcher-kva.example.test"}),
        ({"host": "2001:db8::7"}, {"host": "2001:db8::7"}),
        ({"address": "lb-1.elb.example.test"}, {"address": "lb-1.elb.example.test"}),
        ({"path": "/app1?x=%20"}, {"path": "/app1?x=%20"}),
        ({"ingress": {"name": "www", "namespace": "shop"}}, {"ingress": Reference(INGRESS, "shop", "www")}),
        ({"secret": {"name": "tls", "namespace": "shop"}}, {"secret": Reference(SECRET, "shop", "tls")}),
        ({"ca_secret": {"name": "tls", "namespace": "shop"}}, {"trust": Reference(SECRET, "shop", "tls")}),
        ({"ca_cert": CA.pem.decode()}, {"trust": Roots("ca_cert", parse_chain(CA.pem))}),
        ({"verify": False, "redirect": False}, {"verify": False, "redirect": False}),
    ],
)
def test_builds_what_is_given(parameters, fields):
    spec = build(GIVEN | parameters, no_file)
    assert isinstance(spec, ProbeSpec)
    assert {name: getattr(spec, name) for name in fields} == fields


def test_reads_the_file_of_roots():
    spec = build(GIVEN | {"ca_file": "/etc/ca.pem"}, {"/etc/ca.pem": CA.pem}.__getitem__)
    assert spec.trust == Roots("ca_file /etc/ca.pem", parse_chain(CA.pem))


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [
        ({"host": ""}, "host: '' is not a host name"),
        ({"host": "www example.test"}, "host: 'www example.test' is not a host name"),
        ({"host": "www.test\r\nX: y"}, "host: 'www.test\\r\\nX: y' is not a host name"),
        ({"host": "*.example.test"}, "host: '*.example.test' is not a host name"),
        ({"host": "https://www.example.test"}, "host: 'https://www.example.test' is not a host name"),
        ({"address": "192.0.2.7:443"}, "address: '192.0.2.7:443' is not a host name"),
        ({"port": 0}, "port: 0 is not allowed: from 1 to 65535"),
        ({"http_port": 65536}, "http_port: 65536 is not allowed: from 1 to 65535"),
        ({"path": "app1"}, "path: 'app1' is not allowed"),
        ({"path": "/a b"}, "path: '/a b' is not allowed"),
        ({"path": "/a\r\nX: y"}, "path: '/a\\r\\nX: y' is not allowed"),
        ({"path": "/ä"}, "path: '/ä' is not allowed"),
        ({"ingress": {"name": "WWW", "namespace": "shop"}}, "ingress.name: 'WWW' is not allowed"),
        ({"secret": {"name": "www", "namespace": "a.b"}}, "secret.namespace: 'a.b' is not allowed"),
        ({"ca_cert": "hello"}, "ca_cert: no PEM certificate found"),
        ({"ca_file": "/etc/ca.pem"}, "ca_file /etc/ca.pem: No such file or directory"),
    ],
)
def test_names_option_value_and_what_is_allowed(parameters, problem):
    with pytest.raises(SpecError) as caught:
        build(GIVEN | parameters, no_file)
    (found,) = caught.value.problems
    assert found.startswith(problem)


def test_reports_all_broken_rules_at_once():
    with pytest.raises(SpecError) as caught:
        build(GIVEN | {"host": "", "port": 0, "path": "", "ca_file": "/etc/ca.pem"}, no_file)
    assert [problem.partition(":")[0] for problem in caught.value.problems] == [
        "host",
        "port",
        "path",
        "ca_file /etc/ca.pem",
    ]
