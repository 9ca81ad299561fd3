# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import timedelta

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.spec import rules

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "problems",
    [
        rules.object_name("name", None),
        rules.object_name("name", "www"),
        rules.object_name("name", "www.example-1.test"),
        rules.object_name("name", "a" * 253),
        rules.namespace("namespace", None),
        rules.namespace("namespace", "shop-1"),
        rules.namespace("namespace", "a" * 63),
        rules.dns_name("dns_names", "www.example.test"),
        rules.dns_name("dns_names", "*.example.test"),
        rules.dns_name("dns_names", "WWW.Example.test."),
        rules.dns_name("dns_names", "_acme.example.test"),
        rules.dns_name("dns_names", "a" * 63 + ".test"),
        rules.ip_address("ip_addresses", "192.0.2.7"),
        rules.ip_address("ip_addresses", "2001:db8::7"),
        rules.email("email", "ops+tls@example.test"),
        rules.url("uris", "spiffe://cluster.local/ns/shop"),
        rules.url("uris", "urn:uuid:0"),
        rules.url("acme.server", "https://acme.example.test:14000/dir", ("https", "http")),
        rules.span("within", None),
        rules.span("within", "20d", days=True),
        rules.span("duration", "1h", HOUR),
        rules.span("duration", "90m", HOUR),
        rules.one_of("kind", None, ("Issuer",)),
        rules.one_of("kind", "Issuer", ("Issuer", "ClusterIssuer")),
        rules.port("port", "1"),
        rules.port("port", "65535"),
        rules.port("port", "http"),
        rules.port("port", "8a-b"),
        rules.port("port", "a" * 15),
        rules.between("size", None, 1, 9),
        rules.between("size", 1, 1, 9),
        rules.between("size", 9, 1, 9),
    ],
)
def test_accepts(problems):
    assert list(problems) == []


@pytest.mark.parametrize(
    ("problems", "said"),
    [
        (rules.object_name("name", "WWW"), "name: 'WWW' is not allowed: lower case letters, digits, '-' and '.', "),
        (rules.object_name("name", "a..b"), "name: 'a..b' is not allowed: "),
        (rules.object_name("name", "-a"), "name: '-a' is not allowed: "),
        (rules.object_name("name", "../a"), "name: '../a' is not allowed: "),
        (rules.object_name("name", "a\n"), "name: 'a\\n' is not allowed: "),
        (rules.object_name("name", ""), "name: '' is not allowed: "),
        (rules.object_name("name", "a" * 254), "name: 'aaaa"),
        (rules.namespace("namespace", "a.b"), "namespace: 'a.b' is not allowed: lower case letters, digits and '-', "),
        (rules.namespace("namespace", "a" * 64), "namespace: 'aaaa"),
        (rules.namespace("namespace", ""), "namespace: '' is not allowed: "),
        (rules.dns_name("hosts", "192.0.2.7"), "hosts: '192.0.2.7' is an IP address, not a DNS name"),
        (rules.dns_name("hosts", "2001:db8::7"), "hosts: '2001:db8::7' is an IP address, not a DNS name"),
        (rules.dns_name("hosts", "www.*.test"), "hosts: 'www.*.test' is not a DNS name: labels of letters, digits "),
        (rules.dns_name("hosts", "w*.test"), "hosts: 'w*.test' is not a DNS name: "),
        (rules.dns_name("hosts", "*"), "hosts: '*' is not a DNS name: "),
        (rules.dns_name("hosts", "bücher.test"), "hosts: 'bücher.test' is not a DNS name: "),
        (rules.dns_name("hosts", "a b.test"), "hosts: 'a b.test' is not a DNS name: "),
        (rules.dns_name("hosts", "a..test"), "hosts: 'a..test' is not a DNS name: "),
        (rules.dns_name("hosts", "a.test\n"), "hosts: 'a.test\\n' is not a DNS name: "),
        (rules.dns_name("hosts", ""), "hosts: '' is not a DNS name: "),
        (rules.dns_name("hosts", "a" * 64 + ".test"), "hosts: 'aaaa"),
        (rules.dns_name("hosts", ".".join(["a" * 49] * 6)), "hosts: 'aaaa"),
        (rules.ip_address("ips", "192.0.2"), "ips: '192.0.2' is not an IPv4 or IPv6 address"),
        (rules.ip_address("ips", "192.0.2.0/24"), "ips: '192.0.2.0/24' is not an IPv4 or IPv6 address"),
        (rules.email("email", "ops"), "email: 'ops' is not one bare e-mail address (name@domain)"),
        (rules.email("email", "@example.test"), "email: '@example.test' is not one bare "),
        (rules.email("email", "ops@"), "email: 'ops@' is not one bare "),
        (rules.email("email", "Ops <ops@a.test>"), "email: 'Ops <ops@a.test>' is not one bare "),
        (rules.email("email", "a@a.test,b@a.test"), "email: 'a@a.test,b@a.test' is not one bare "),
        (rules.url("uris", "www.example.test"), "uris: 'www.example.test' is not an absolute URI"),
        (rules.url("uris", "https://[::1"), "uris: 'https://[::1' is not an absolute URI"),
        (rules.url("s", "ftp://a", ("https", "http")), "s: 'ftp://a' is not a URL starting with https:// or http://"),
        (rules.url("s", "https:a", ("https",)), "s: 'https:a' is not a URL starting with https://"),
        (rules.url("s", "https://[::1", ("https",)), "s: 'https://[::1' is not a URL starting with https://"),
        (
            rules.span("duration", "20d"),
            "duration: '20d' is not a duration: numbers with h, m or s, as in '1h30m'; 90 days are '2160h'",
        ),
        (rules.span("within", "20", days=True), "within: '20' is not a duration: numbers with d, h, m or s, as in "),
        (rules.span("within", "300000d", days=True), "within: '300000d' is too long: less than 292 years"),
        (rules.span("duration", "59m", HOUR), "duration: '59m' is too short: at least 60 min"),
        (rules.one_of("kind", "Foo", ("A", "B")), "kind: 'Foo' is not allowed: one of A, B"),
        (rules.port("port", "0"), "port: 0 is not allowed: from 1 to 65535"),
        (rules.port("port", "65536"), "port: 65536 is not allowed: from 1 to 65535"),
        (rules.port("port", "9" * 5000), "port: 999999 is not allowed: from 1 to 65535"),
        (rules.port("port", "²"), "port: '²' is neither a number nor the name of a port: at most 15 "),
        (rules.port("port", ""), "port: '' is neither "),
        (rules.port("port", "HTTP"), "port: 'HTTP' is neither "),
        (rules.port("port", "-a"), "port: '-a' is neither "),
        (rules.port("port", "a--b"), "port: 'a--b' is neither "),
        (rules.port("port", "8-8"), "port: '8-8' is neither "),
        (rules.port("port", "a\n"), "port: 'a\\n' is neither "),
        (rules.port("port", "a" * 16), "port: 'aaaa"),
        (rules.between("size", 0, 1, 9), "size: 0 is not allowed: from 1 to 9"),
        (rules.between("size", 10, 1, 9), "size: 10 is not allowed: from 1 to 9"),
    ],
)
def test_refusal_names_option_value_and_what_is_allowed(problems, said):
    (problem,) = problems
    assert problem.startswith(said)
