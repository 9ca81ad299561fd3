# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What DNS, port 80 and the CA's rules tell."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.dns_answers import Dns, Server, Zone
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.finding import ERROR, WARNING
from ansible_collections.certops.kubernetes.tests.unit import issuance as made
from ansible_collections.certops.kubernetes.tests.unit.preflights import (
    ADDRESS,
    DNS01,
    ELSEWHERE,
    HOST,
    LETS_ENCRYPT,
    NOT_FOUND,
    REFUSED,
    TITLE,
    caa,
    found,
    only,
    peer,
    visited,
    wanted,
)

EXTERNAL_DNS = {
    "metadata": {"name": "external-dns", "namespace": "external-dns"},
    "spec": {"template": {"spec": {"containers": [{"image": "e:v0.21.0", "args": ["--source=ingress"], "env": []}]}}},
    "status": {"availableReplicas": 1},
}
RECORD = f"_acme-challenge.{HOST}"
OTHER = NOT_FOUND | {"status": 200, "server": "Caddy", "content_length": "5"}


@pytest.mark.parametrize(
    ("status", "code", "severity"),
    [
        ("NXDOMAIN", "dns.nxdomain", ERROR),
        ("NOERROR", "dns.no_address", ERROR),
        ("SERVFAIL", "dns.failed", ERROR),
        ("TIMEOUT", "dns.no_answer", WARNING),
    ],
)
def test_host_without_an_address(status, code, severity):
    finding = only(dns=made.dns(status=status), paths={})
    assert (finding.code, finding.severity, finding.object) == (code, severity, TITLE)
    assert HOST in finding.message


def test_external_dns_is_about_to_make_the_record():
    finding = only(dns=made.dns(status="NXDOMAIN"), paths={}, external_dns=(EXTERNAL_DNS,))
    assert (finding.code, finding.severity) == ("dns.nxdomain", WARNING)
    assert finding.message.endswith("yet; external-dns is to make a record.")


def test_external_dns_will_not_make_the_record():
    elsewhere = {**EXTERNAL_DNS, "spec": {"template": {"spec": {"containers": [
        {"image": "e:v0.21.0", "args": ["--source=ingress", "--domain-filter=example.org"], "env": []}
    ]}}}}  # fmt: skip
    codes = [each.code for each in found(dns=made.dns(status="NXDOMAIN"), paths={}, external_dns=(elsewhere,))]
    assert codes == ["external_dns.not_covered", "dns.nxdomain"]


def test_what_was_not_asked_is_no_reason():
    assert found(dns=Dns(), paths={}) == []


@pytest.mark.parametrize(
    ("paths", "code", "severity", "words"),
    [
        (visited(REFUSED, ELSEWHERE, NOT_FOUND), "dns.wrong_address", ERROR, "192.0.2.7: nothing listens there."),
        (
            visited({"reason": "timeout", "detail": "timed out"}, ELSEWHERE),
            "dns.wrong_address",
            ERROR,
            "nobody answers",
        ),
        (visited(OTHER, ELSEWHERE, NOT_FOUND), "http01.answered_by_other", ERROR, "(status 200, server Caddy)."),
        (visited(OTHER, ELSEWHERE, REFUSED), "http01.answered_by_other", WARNING, "somebody else"),
    ],
)
def test_dns_leads_elsewhere(paths, code, severity, words):
    finding = only(dns=made.dns(ELSEWHERE), paths=paths)
    assert (finding.code, finding.severity) == (code, severity)
    assert f"{HOST} leads to {ELSEWHERE}, but the Ingress is at {ADDRESS}" in finding.message
    assert words in finding.message
    assert finding.evidence["ingress_addresses"] == [ADDRESS]


def test_a_proxy_in_front_passes_the_ingress_answers_on():
    paths = visited(NOT_FOUND | {"server": "cloudflare"}, ELSEWHERE, NOT_FOUND)
    assert found(dns=made.dns(ELSEWHERE), paths=paths) == []


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (REFUSED, "http01.connection_refused"),
        ({"reason": "unreachable", "detail": "No route to host"}, "http01.unreachable"),
        (NOT_FOUND | {"status": 401}, "http01.forbidden"),
        (NOT_FOUND | {"status": 302, "location": "http://login.example.test/"}, "http01.redirected"),
        (NOT_FOUND | {"status": 308, "location": f"https://{HOST}/.well-known/x"}, None),
        (NOT_FOUND | {"status": 301, "location": "/elsewhere"}, None),
        (NOT_FOUND | {"status": 503}, None),
        (OTHER, None),
    ],
)
def test_who_answers_at_the_ingress(answer, code):
    findings = found(paths=visited(answer))
    assert [(each.code, each.severity) for each in findings] == ([(code, WARNING)] if code else [])


def test_an_address_is_no_other_where_the_ingress_has_none_of_its_kind():
    assert found(dns=made.dns(ELSEWHERE), peers=(), paths=visited(OTHER, ELSEWHERE)) == []
    assert found(dns=made.dns(ELSEWHERE), peers=(peer(class_name="traefik"),), paths=visited(OTHER)) == []


def test_the_ingress_itself_tells_its_address():
    codes = [
        each.code for each in found(dns=made.dns(ELSEWHERE), peers=(), ingress=peer("www"), paths=visited(REFUSED))
    ]
    assert codes == ["dns.wrong_address"]


def test_an_ingress_that_the_solver_edits():
    issuer = made.acme_issuer(solvers=[{"http01": {"ingress": {"name": "www"}}}])
    peers = (peer("www", ELSEWHERE), peer("other"))
    assert found(issuer=issuer, peers=peers, dns=made.dns(ELSEWHERE), paths=visited(OTHER)) == []


def le(**acme):
    return made.acme_issuer(**{"server": LETS_ENCRYPT, **acme})


@pytest.mark.parametrize(
    ("issuer", "records", "words"),
    [
        (le(), ['0 issue "ca.example.net"'], f"forbid acme-v02.api.letsencrypt.org to issue for {HOST}: they name ca."),
        (le(), ['0 issue "letsencrypt.org; validationmethods=dns-01"'], "may validate by dns-01 only"),
        (le(), ['0 issue "letsencrypt.org; accounturi=https://a/2"'], "for the account https://a/2 only"),
        (made.acme_issuer(), ['0 issue ";"'], "they name no CA at all"),
        (made.acme_issuer(), ['0 issue "ca.example.net"'], None),
        (le(), ['0 issue "letsencrypt.org"'], None),
        (le(), ['0 issuewild ";"'], None),
    ],
)
def test_caa(issuer, records, words):
    issuer["status"]["acme"] = {"uri": "https://a/1"}
    findings = found(issuer=issuer, dns=caa("example.test", *records))
    assert [(each.code, each.severity) for each in findings] == ([("caa.forbidden", ERROR)] if words else [])
    assert all(words in each.message and each.evidence["owner"] == "example.test" for each in findings)


@pytest.mark.parametrize(("status", "codes"), [("SERVFAIL", ["caa.failed"]), ("TIMEOUT", []), ("NXDOMAIN", [])])
def test_caa_that_is_not_known(status, codes):
    findings = found(dns=caa("example.test", status=status))
    assert [(each.code, each.severity) for each in findings] == [(code, WARNING) for code in codes]


ZONE = Zone("example.test", (Server("ns.example.test", "192.0.2.53"),))


@pytest.mark.parametrize(
    ("alias", "zone", "strategy", "code"),
    [
        (RECORD, ZONE, None, None),
        ("www.acme.example.net", ZONE, "Follow", None),
        ("www.acme.example.net", ZONE, None, "dns01.cname_not_followed"),
        ("www.acme.example.net", None, "Follow", "dns01.cname_dangling"),
        (RECORD, None, None, "dns01.zone_not_found"),
    ],
)
def test_where_the_txt_record_goes(alias, zone, strategy, code):
    solver = {"dns01": {"route53": {}, **({"cnameStrategy": strategy} if strategy else {})}}
    findings = found(
        certificate=wanted(dnsNames=[HOST, f"*.{HOST}"]),
        issuer=made.acme_issuer(solvers=[solver]),
        dns=Dns(aliases={RECORD: alias}, zones={alias: zone}),
        paths={},
    )
    assert [each.code for each in findings] == ([code] if code else [])


def test_where_the_txt_record_goes_was_not_asked():
    assert found(issuer=made.acme_issuer(solvers=[DNS01]), dns=Dns(), paths={}) == []


@pytest.mark.parametrize(
    ("server", "profile", "spec", "codes"),
    [
        (LETS_ENCRYPT, "shortlived", {"renewBefore": "720h0m0s"}, ["renewal.ignored"]),
        (LETS_ENCRYPT, "shortlived", {"renewBefore": "158h0m0s"}, ["renewal.too_early"]),
        (LETS_ENCRYPT, "tlsserver", {"renewBefore": "720h0m0s"}, []),
        (LETS_ENCRYPT, "unknown", {"renewBefore": "158h0m0s"}, []),
        (made.SERVER, "shortlived", {"renewBefore": "158h0m0s"}, []),
    ],
)
def test_renewal_against_the_profile(server, profile, spec, codes):
    findings = found(issuer=made.acme_issuer(server=server, profile=profile), certificate=wanted(**spec))
    assert [each.code for each in findings] == codes


def test_more_names_than_the_profile_takes():
    names = [f"n{number}.example.test" for number in range(26)]
    certificate, issuer = wanted(dnsNames=names), le(profile="tlsserver")
    assert only(certificate=certificate, issuer=issuer).code == "lets_encrypt.too_many_names"
    assert found(certificate=certificate, issuer=le()) == []


def given(*names, hours=1.0, first=True):
    at = f"{made.NOW - timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"
    return {"names": sorted(names), "at": at, "first": first, "object": "shop/a"}


def test_exactly_these_names_were_given_too_often():
    certificate = wanted(dnsNames=["b.example.test", "A.example.test"])
    issued = tuple(given("a.example.test", "b.example.test", hours=hours) for hours in (1, 2, 3, 4, 5))
    finding = only(certificate=certificate, issuer=le(), issued=issued)
    assert (finding.code, finding.severity) == ("lets_encrypt.exact_set", ERROR)
    assert "the next from 2026-03-02T" in finding.message
    assert found(certificate=certificate, issuer=le(), issued=issued[:4]) == []
    assert found(certificate=wanted(dnsNames=["a.example.test"]), issuer=le(), issued=issued) == []
    staging = made.acme_issuer(server=LETS_ENCRYPT.replace("acme-", "acme-staging-"))
    assert found(certificate=certificate, issuer=staging, issued=issued) == []


def test_the_registered_domain_was_given_too_many():
    issued = tuple(given(f"n{number}.example.test") for number in range(50))
    finding = only(issuer=le(), issued=issued)
    assert (finding.code, finding.severity) == ("lets_encrypt.registered_domain", WARNING)
    assert "at least 50 new certificates of example.test" in finding.message
    assert found(issuer=le(), issued=issued[:49]) == []
    renewed = tuple(given(f"n{number}.example.test", first=False) for number in range(50))
    assert found(issuer=le(), issued=renewed) == []
    assert found(issuer=le(), issued=(*issued, given(HOST))) == []  # a renewal itself
