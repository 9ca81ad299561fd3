# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import subprocess
import sys

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import dns_answers
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.dns_answers import Server, Zone
from ansible_collections.certops.kubernetes.plugins.module_utils.dns.resolver import Resolver
from ansible_collections.certops.kubernetes.tests.unit.nameserver import NameServer, serving

RESOLVER = "127.0.0.1"
RECORDS = """
example.test. 60 IN SOA ns1.example.test. hostmaster.example.test. 1 60 60 60 5
example.test. 60 IN NS ns1.example.test.
example.test. 60 IN NS ns2.example.test.
ns1.example.test. 60 IN A 127.0.0.2
ns2.example.test. 60 IN A 127.0.0.3
www.example.test. 60 IN A 192.0.2.7
www.example.test. 60 IN A 192.0.2.8
www.example.test. 60 IN CAA 0 issue "letsencrypt.org"
Shop.example.test. 30 IN CNAME WWW.example.test.
lost.example.test. 30 IN CNAME nowhere.example.test.
a.example.test. 30 IN CNAME b.example.test.
b.example.test. 30 IN CNAME a.example.test.
_acme-challenge.www.example.test. 60 IN TXT "first " "and second"
"""
OLD = '_acme-challenge.www.example.test. 60 IN TXT "old"'


def ask(name, rdtype, server, *nameservers):
    with serving(resolver=server) as port:
        return Resolver(nameservers or (RESOLVER,), port, 0.4).answer(name, rdtype)


def test_records():
    answer = ask("www.example.test", "A", NameServer(RECORDS, authoritative=False))
    assert answer.as_dict() == {
        "name": "www.example.test",
        "rdtype": "A",
        "status": "NOERROR",
        "values": ["192.0.2.7", "192.0.2.8"],
        "canonical_name": None,
        "server": RESOLVER,
        "ttl": 60,
        "authoritative": False,
    }


def test_cname_is_followed_and_names_are_in_lower_case():
    answer = ask("SHOP.example.test.", "A", NameServer(RECORDS))
    assert (answer.name, answer.canonical_name, answer.values) == (
        "shop.example.test",
        "www.example.test",
        ("192.0.2.7", "192.0.2.8"),
    )


def test_cname_itself():
    answer = ask("shop.example.test", "CNAME", NameServer(RECORDS))
    assert (answer.values, answer.canonical_name) == (("www.example.test",), None)


def test_name_without_such_a_record():
    answer = ask("www.example.test", "AAAA", NameServer(RECORDS))
    assert (answer.status, answer.values, answer.certain) == ("NOERROR", (), True)


def test_no_such_name():
    answer = ask("nowhere.example.test", "A", NameServer(RECORDS))
    assert (answer.status, answer.certain) == ("NXDOMAIN", True)


def test_strings_of_a_txt_are_joined():
    assert ask("_acme-challenge.www.example.test", "TXT", NameServer(RECORDS)).values == ("first and second",)


def test_caa_is_as_in_a_zone_file():
    assert ask("www.example.test", "CAA", NameServer(RECORDS)).values == ('0 issue "letsencrypt.org"',)


def test_what_does_not_fit_comes_over_tcp():
    many = " ".join(f'"{"x" * 100}{number}"' for number in range(20))
    answer = ask("big.example.test", "TXT", NameServer(f"big.example.test. 60 IN TXT {many}"))
    assert len(answer.values) == 1 and len(answer.values[0]) > 2000


@pytest.mark.parametrize("rcode", ["SERVFAIL", "REFUSED"])
def test_failure_is_an_answer(rcode):
    answer = ask("www.example.test", "A", NameServer(RECORDS, {"www.example.test": rcode}))
    assert (answer.status, answer.certain) == (rcode, False)


def test_silence_is_an_answer_and_asked_about_twice():
    server = NameServer(RECORDS, {"www.example.test": ""})
    assert ask("www.example.test", "A", server).status == "TIMEOUT"
    assert len(server.asked) == 2


def test_nobody_listens():
    assert Resolver([RESOLVER], 1, 0.4).answer("www.example.test", "A").status == "TIMEOUT"


def test_next_resolver_is_asked_when_the_first_fails():
    broken, whole = NameServer(RECORDS, {"www.example.test": "SERVFAIL"}), NameServer(RECORDS)
    with serving(broken=broken, whole=whole) as port:
        answer = Resolver(["127.0.0.1", "127.0.0.2"], port).answer("www.example.test", "A")
    assert (answer.status, answer.server) == ("NOERROR", "127.0.0.2")


def test_name_that_can_be_none():
    with pytest.raises(ValueError, match="'www..example.test' is no domain name"):
        ask("www..example.test", "A", NameServer(RECORDS))


def test_zone_is_found_by_its_soa():
    with serving(resolver=NameServer(RECORDS)) as port:
        zone = Resolver([RESOLVER], port).zone("_acme-challenge.deep.www.example.test")
    assert zone == Zone(
        "example.test", (Server("ns1.example.test", "127.0.0.2"), Server("ns2.example.test", "127.0.0.3"))
    )
    assert dns_answers.zone_from(zone.as_dict()) == zone


def test_zone_is_remembered():
    server = NameServer(RECORDS)
    with serving(resolver=server) as port:
        resolver = Resolver([RESOLVER], port)
        resolver.zone("example.test")
        asked = len(server.asked)
        resolver.zone("example.test")
    assert len(server.asked) == asked


@pytest.mark.parametrize("name", ["www.elsewhere.test", "broken.example.test"])
def test_no_zone(name):
    """A zone whose servers fail is not the one above it."""
    with serving(resolver=NameServer(RECORDS, {"broken.example.test": "SERVFAIL"})) as port:
        assert Resolver([RESOLVER], port).zone(name) is None


def test_each_server_of_the_zone_is_asked_without_recursion():
    first, second = NameServer(RECORDS), NameServer(OLD)
    with serving(resolver=NameServer(RECORDS), first=first, second=second) as port:
        answers = Resolver([RESOLVER], port).authoritative("_acme-challenge.www.example.test", "TXT")
    assert [(answer.server, answer.values, answer.authoritative) for answer in answers] == [
        ("127.0.0.2", ("first and second",), True),
        ("127.0.0.3", ("old",), True),
    ]
    assert second.asked == ["_acme-challenge.www.example.test. TXT no RD"]


def test_nobody_is_asked_where_there_is_no_zone():
    with serving(resolver=NameServer(RECORDS)) as port:
        assert Resolver([RESOLVER], port).authoritative("www.elsewhere.test", "A") == ()


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("www.example.test", "www.example.test"),
        ("shop.example.test", "www.example.test"),
        ("lost.example.test", "nowhere.example.test"),
        ("a.example.test", "b.example.test"),
    ],
)
def test_canonical_name(name, end):
    with serving(resolver=NameServer(RECORDS)) as port:
        assert Resolver([RESOLVER], port).canonical(name) == end


def test_dnspython_is_loaded_with_the_first_question():
    module = Resolver.__module__
    program = f"import sys; from {module} import Resolver; Resolver(); print('dns.message' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
