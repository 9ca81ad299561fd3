# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64

import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdatatype
import dns.tsig
import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.dns.update import Key, Update
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import ProviderError
from ansible_collections.certops.kubernetes.tests.unit.nameserver import NameServer, serving

SECRET = base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
KEY = Key("certops", SECRET)
SOA = "example.test. 60 IN SOA ns.example.test. hostmaster.example.test. 1 60 60 60 5"
WWW = "_acme-challenge.www.example.test"


class Primary(NameServer):
    """Takes updates that are signed by a key, or any where there is none; keeps them as text."""

    def __init__(self, key=KEY, rcode="NOERROR", records=SOA):
        super().__init__(records)
        self.key = key and dns.tsig.Key(key.name, key.secret, key.algorithm)
        self.rcode, self.updates = rcode, []

    def answer(self, wire, room):
        try:
            query = dns.message.from_wire(wire, keyring=self.key)
        except (dns.message.UnknownTSIGKey, dns.tsig.BadSignature) as error:
            return self.refuse(wire, 17 if isinstance(error, dns.message.UnknownTSIGKey) else 16)
        response = dns.message.make_response(query)
        if query.opcode() == dns.opcode.UPDATE:
            self.updates.append(sorted(query.to_text().split("\n")))
            response.set_rcode(dns.rcode.from_text(self.rcode))
        else:
            response.flags |= dns.flags.AA
            self.authority(response, query.question[0].name)
        return response.to_wire()

    def authority(self, response, name):
        """The SOA of the deepest zone, as an answer or as the reason for none."""
        aliases = [found for found in self.sets if found.rdtype == dns.rdatatype.CNAME and found.name == name]
        if aliases:
            response.answer += aliases
            return
        zones = [found for found in self.sets if name.is_subdomain(found.name)]
        if not zones:
            response.flags &= ~dns.flags.AA
            response.set_rcode(dns.rcode.REFUSED)
            return
        deepest = max(zones, key=lambda found: len(found.name.labels))
        (response.answer if deepest.name == name else response.authority).append(deepest)

    def refuse(self, wire, error):
        query = dns.message.from_wire(wire, ignore_trailing=True, continue_on_error=True, keyring=None)
        response = dns.message.Message(id=query.id)
        response.flags |= dns.flags.QR
        response.set_rcode(dns.rcode.NOTAUTH)
        response.use_tsig(dns.tsig.Key("certops", SECRET), tsig_error=error)
        return response.to_wire()


def updated(server, how, records, key=KEY, **options):
    with serving(server=server) as port:
        getattr(Update(f"127.0.0.1:{port}", key, **options), how)(records)
    return [line for update in server.updates for line in update if " TXT" in line or " CNAME" in line]


@pytest.mark.parametrize("udp", [False, True])
def test_values_are_added_unless_a_cname_is_there(udp):
    lines = updated(Primary(), "add", {WWW: ["one", "two"]}, udp=udp)
    assert lines == [f'{WWW}. 60 IN TXT "one"', f'{WWW}. 60 IN TXT "two"', f"{WWW}. NONE CNAME"]


def test_only_our_values_are_removed():
    assert updated(Primary(), "remove", {WWW: ["one"]}) == [f'{WWW}. 0 NONE TXT "one"']


def test_one_message_for_all_names_of_a_zone():
    server = Primary()
    updated(server, "add", {f"_acme-challenge.{number}.example.test": ["v"] for number in range(150)})
    assert len(server.updates) == 1


def test_many_names_are_several_messages():
    server = Primary()
    lines = updated(server, "add", {f"_acme-challenge.{number}.example.test": ["v"] for number in range(250)})
    assert len(server.updates) == 2
    assert len([line for line in lines if '"v"' in line]) == 250


def test_the_deepest_zone_is_taken():
    server = Primary(records=f"{SOA}\n{SOA.replace('example.test. 60', 'www.example.test. 60')}")
    updated(server, "add", {WWW: ["v"], "_acme-challenge.example.test": ["v"]})
    zones = [line for update in server.updates for line in update if line.endswith(" IN SOA")]
    assert sorted(zones) == ["example.test. IN SOA", "www.example.test. IN SOA"]


def test_the_apex_itself():
    assert updated(Primary(), "remove", {"example.test": ["v"]})


def test_long_values_are_cut_into_strings():
    (line, _absent) = updated(Primary(), "add", {WWW: ["a" * 300]})
    assert line == f'{WWW}. 60 IN TXT "{"a" * 255}" "{"a" * 45}"'


@pytest.mark.parametrize(
    "algorithm", ["hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512", "HMACSHA1", "HMACSHA512"]
)
def test_algorithms_by_their_names_and_cert_managers(algorithm):
    plain = "hmac-" + algorithm.lower().replace("hmac", "").lstrip("-")
    assert updated(Primary(Key("certops", SECRET, plain)), "remove", {WWW: ["v"]}, Key("certops", SECRET, algorithm))


@pytest.mark.parametrize("algorithm", ["hmac-md5", "HMACMD5", "hmac-md5.sig-alg.reg.int"])
def test_md5_has_a_name_of_its_own(algorithm):
    server = Primary(Key("certops", SECRET, "hmac-md5.sig-alg.reg.int"))
    assert updated(server, "remove", {WWW: ["v"]}, Key("certops", SECRET, algorithm))


def refused(server, key=KEY, name=WWW):
    with pytest.raises(ProviderError) as caught:
        updated(server, "add", {name: ["v"]}, key)
    assert SECRET not in str(caught.value)
    (finding,) = caught.value.findings
    assert finding.message in str(caught.value)
    return finding


def test_a_cname_in_the_way():
    assert refused(Primary(rcode="YXRRSET")).code == "dns01.cname_in_the_way"


def test_a_cname_that_is_seen_before():
    server = Primary(records=f"{SOA}\n{WWW}. 60 IN CNAME elsewhere.test.")
    assert refused(server).message == f"a CNAME is in the way at {WWW}."
    assert server.updates == []


@pytest.mark.parametrize("rcode", ["REFUSED", "NOTAUTH", "SERVFAIL", "NOTIMP"])
def test_an_update_that_is_not_taken(rcode):
    finding = refused(Primary(rcode=rcode))
    assert finding.code == "dns01.update_refused"
    assert "zone example.test" in finding.message and rcode in finding.message


def test_no_zone():
    finding = refused(Primary(), name="_acme-challenge.other.test")
    assert (finding.code, finding.message) == (
        "dns01.zone_not_found",
        "the server has no zone for _acme-challenge.other.test.",
    )


def test_a_key_that_the_server_does_not_know_or_has_otherwise():
    another = base64.b64encode(b"another" * 5).decode()
    assert refused(Primary(), Key("certops", another)).code == "dns01.tsig_refused"


@pytest.mark.parametrize("secret", ["%%%", "abc"])
def test_a_secret_that_is_no_base64_is_not_shown(secret):
    finding = refused(Primary(), Key("certops", secret))
    assert finding.code == "dns01.tsig_refused"
    assert secret not in finding.message + repr(Key("certops", secret))


def test_nobody_listens():
    with pytest.raises(ProviderError) as caught:
        Update("127.0.0.1:1", KEY).add({WWW: ["v"]})
    assert caught.value.findings[0].code == "dns01.server_unreachable"


@pytest.mark.parametrize("nameserver", ["[::1]:1", "localhost:1"])
def test_addresses_and_names_of_servers(nameserver):
    with pytest.raises(ProviderError, match=r"can't be asked"):
        Update(nameserver, KEY).add({WWW: ["v"]})
