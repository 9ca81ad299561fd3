# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import parse_chain
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.names import a_label, covers, matches
from ansible_collections.certops.kubernetes.tests.unit import factory


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("www.example.test", "www.example.test", True),
        ("WWW.Example.TEST", "www.example.test", True),
        ("www.example.test", "example.test", False),
        ("*.example.test", "www.example.test", True),
        ("*.example.test", "example.test", False),
        ("*.example.test", ".example.test", False),
        ("*.example.test", "a.b.example.test", False),
        ("*.example.test", "*.example.test", True),
        ("w*.example.test", "www.example.test", False),
        ("*w.example.test", "www.example.test", False),
        ("www.*.test", "www.example.test", False),
        ("*.*.test", "www.example.test", False),
        ("*", "localhost", False),
        ("*", "*", False),
        ("xn--*.example.test", "xn--bcher-kva.example.test", False),
        ("*.example.test", "xn--bcher-kva.example.test", True),
    ],
)
def test_a_wildcard_is_one_whole_left_most_label(pattern, name, expected):
    assert matches(pattern, name) is expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("www.example.test", True),
        ("www.example.test.", True),
        ("bücher.example.test", True),
        ("BÜCHER.example.test", True),
        ("cn-only.example.test", False),
        ("192.0.2.7", True),
        ("192.0.2.8", False),
        ("2001:db8:0:0::7", True),
        ("2001:db8::8", False),
        ("", False),
        ("a" * 64 + ".example.test", False),
    ],
)
def test_only_alternative_names_count(host, expected):
    issued = factory.self_signed(
        "www.example.test",
        "xn--bcher-kva.example.test",
        "192.0.2.8",
        ip_addresses=("192.0.2.7", "2001:db8::7"),
        subject=factory.name("cn-only.example.test"),
    )
    assert covers(parse_chain(issued.leaf_pem)[0], host) is expected


@pytest.mark.parametrize("host", ["", ".", "a..b", "x" * 64, ".".join(["label"] * 50), "bü\u200b..test"])
def test_names_what_can_not_be_a_host(host):
    with pytest.raises(ValueError, match="is not a host name"):
        a_label(host)
