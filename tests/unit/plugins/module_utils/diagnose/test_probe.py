# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import served
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.probe import findings
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.served import (
    Evidence,
    Failure,
    Handshake,
    Response,
    Served,
)
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import INGRESS, SECRET
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.probe import ProbeSpec, Reference
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import parse_chain
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.roots import SYSTEM, Roots
from ansible_collections.certops.kubernetes.tests.unit import factory

HOST = "www.example.test"
NOW = datetime.now(timezone.utc)
LOWER = factory.authority("Root").intermediate("Lower")
CHAIN = parse_chain(LOWER.issue(HOST).chain_pem)
OTHER = parse_chain(LOWER.issue(HOST).leaf_pem)[0]
DEFAULT = parse_chain(factory.self_signed(subject=factory.name("TRAEFIK DEFAULT CERT")).leaf_pem)
STAGING = parse_chain(factory.authority("(STAGING) Tenuous Tomato R13").issue(HOST).leaf_pem)
SELF_SIGNED = parse_chain(factory.self_signed(HOST).leaf_pem)
SECRET_REFERENCE = Reference(SECRET, "shop", "www-tls")
REDIRECT = Response(308, f"https://{HOST}/")

SPEC = ProbeSpec(HOST, secret=SECRET_REFERENCE, trust=SECRET_REFERENCE, redirect=True)
GOOD_SESSION = Handshake("TLSv1.3", "TLS_AES_256_GCM_SHA384", CHAIN)
GOOD = Evidence(
    "192.0.2.7",
    served=Served(GOOD_SESSION, Response(200), REDIRECT),
    roots=Roots("ca.crt of Secret shop/www-tls", parse_chain(LOWER.pem)),
    expected=CHAIN[0],
)


def session(chain=CHAIN, code=0, error=None):
    tls = Handshake("TLSv1.3", "TLS_AES_256_GCM_SHA384", chain, code, error)
    return replace(GOOD, served=replace(GOOD.served, tls=tls), expected=chain[0])


def https(answer):
    return replace(GOOD, served=replace(GOOD.served, https=answer))


def http(answer):
    return replace(GOOD, served=replace(GOOD.served, http=answer))


def no_session(reason):
    return replace(GOOD, served=Served(Failure(reason, "in OpenSSL's words"), None, REDIRECT))


@pytest.mark.parametrize(
    ("evidence", "codes"),
    [
        pytest.param(GOOD, [], id="as expected"),
        pytest.param(no_session(served.REFUSED), ["probe.connection_refused"], id="refused"),
        pytest.param(no_session(served.RESET), ["probe.connection_reset"], id="reset"),
        pytest.param(no_session(served.NOT_RESOLVED), ["probe.name_not_resolved"], id="not resolved"),
        pytest.param(no_session(served.NOT_TLS), ["probe.not_tls"], id="not TLS"),
        pytest.param(no_session(served.TIMEOUT), ["probe.timeout"], id="timeout"),
        pytest.param(no_session(served.TLS_REJECTED), ["probe.tls_rejected"], id="rejected"),
        pytest.param(no_session(served.UNREACHABLE), ["probe.unreachable"], id="unreachable"),
        pytest.param(session(code=62, error="Hostname mismatch"), ["probe.wrong_host"], id="host"),
        pytest.param(session(code=64, error="IP address mismatch"), ["probe.wrong_host"], id="address"),
        pytest.param(session(code=10, error="certificate has expired"), ["probe.expired"], id="expired"),
        pytest.param(session(code=9, error="certificate is not yet valid"), ["probe.not_yet_valid"], id="too early"),
        pytest.param(session(code=20, error="unable to get issuer"), ["probe.not_verified"], id="untrusted"),
        pytest.param(
            session(DEFAULT, 18, "self-signed certificate"), ["probe.default_certificate"], id="default certificate"
        ),
        pytest.param(replace(GOOD, expected=OTHER), ["probe.wrong_certificate"], id="another certificate"),
        pytest.param(replace(GOOD, expected="it does not exist"), ["probe.no_secret"], id="no Secret"),
        pytest.param(replace(GOOD, roots="it does not exist"), ["probe.no_roots"], id="no roots"),
        pytest.param(http(Response(200)), ["probe.no_redirect"], id="no redirect"),
        pytest.param(http(Response(308, f"http://{HOST}/")), ["probe.no_redirect"], id="redirect to HTTP"),
        pytest.param(http(Failure(served.REFUSED, "Connection refused")), ["probe.no_redirect"], id="no plain HTTP"),
        pytest.param(
            replace(session(DEFAULT, 18, "self-signed certificate"), expected=OTHER),
            ["probe.default_certificate", "probe.wrong_certificate"],
            id="the cause comes first",
        ),
    ],
)
def test_names_every_error(evidence, codes):
    found = findings(SPEC, evidence, NOW)
    assert [finding.code for finding in found] == codes
    for finding in found:
        assert finding.severity == "error"
        assert finding.remedy
        assert finding.message.endswith(".")
        json.dumps(finding.as_dict())


@pytest.mark.parametrize(
    ("evidence", "code"),
    [
        pytest.param(session((CHAIN[0], SELF_SIGNED[0])), "probe.chain_order", id="broken chain"),
        pytest.param(https(Response(503)), "probe.http_status", id="bad gateway"),
        pytest.param(https(Failure(served.TIMEOUT, "timed out")), "probe.http_status", id="no answer"),
    ],
)
def test_warns_of_what_is_no_matter_of_tls(evidence, code):
    assert [(finding.code, finding.severity) for finding in findings(SPEC, evidence, NOW)] == [(code, "warning")]


@pytest.mark.parametrize("status", [200, 302, 401, 404])
def test_the_application_may_answer_as_it_likes(status):
    assert findings(SPEC, https(Response(status)), NOW) == ()


@pytest.mark.parametrize(
    "evidence",
    [
        session(code=20, error="unable to get issuer"),
        session(DEFAULT, 18, "self-signed certificate"),
        replace(GOOD, roots="it does not exist"),
    ],
)
def test_without_verify_trust_is_not_expected(evidence):
    assert findings(replace(SPEC, verify=False), evidence, NOW) == ()


@pytest.mark.parametrize(
    ("expected", "answer", "codes"),
    [
        (None, REDIRECT, []),
        (None, Response(200), []),
        (None, Failure(served.REFUSED, "Connection refused"), []),
        (False, REDIRECT, ["probe.redirect"]),
        (False, Response(200), []),
    ],
)
def test_a_redirect_may_be_wanted_or_not(expected, answer, codes):
    assert [each.code for each in findings(replace(SPEC, redirect=expected), http(answer), NOW)] == codes


@pytest.mark.parametrize(
    ("chain", "code", "remedy"),
    [
        (STAGING, 20, "Let's Encrypt staging"),
        (SELF_SIGNED, 18, "ca_secret"),
        (CHAIN, 20, "intermediates"),
        (CHAIN, 62, f"covers {HOST};"),
    ],
)
def test_the_remedy_fits_the_cause(chain, code, remedy):
    (finding,) = findings(SPEC, session(chain, code, "in OpenSSL's words"), NOW)
    assert remedy in finding.remedy


def test_an_ingress_without_address():
    spec = ProbeSpec(HOST, ingress=Reference(INGRESS, "shop", "www"), redirect=True)
    (finding,) = findings(spec, Evidence("", "has no address in status.loadBalancer.ingress"), NOW)
    assert (finding.code, finding.object) == ("probe.no_address", "Ingress shop/www")


def test_facts_of_a_good_host():
    facts = json.loads(json.dumps(GOOD.as_facts(HOST)))
    assert [each["issuer_common_name"] for each in facts.pop("chain")] == ["Lower", "Root"]
    assert facts == {
        "host": HOST,
        "address": "192.0.2.7",
        "protocol": "TLSv1.3",
        "cipher": "TLS_AES_256_GCM_SHA384",
        "verified": True,
        "verified_by": "ca.crt of Secret shop/www-tls",
        "root": "Lower",
        "verify_error": None,
        "default_certificate": None,
        "matches_secret": True,
        "https": {"status": 200, "error": None},
        "http": {"status": 308, "location": f"https://{HOST}/", "redirects_to_https": True, "error": None},
    }


@pytest.mark.parametrize(
    ("evidence", "facts"),
    [
        (session(DEFAULT, 18, "self-signed certificate"), {"verified": False, "default_certificate": "Traefik"}),
        (session(code=10, error="expired"), {"verified": False, "verified_by": None, "verify_error": "expired"}),
        (replace(GOOD, roots="it does not exist"), {"verified": False, "verified_by": None, "root": None}),
        (replace(GOOD, roots=SYSTEM), {"verified": True, "verified_by": "system roots", "root": None}),
        (replace(GOOD, expected=OTHER), {"matches_secret": False}),
        (replace(GOOD, expected="it does not exist"), {"matches_secret": None}),
        (no_session(served.REFUSED), {"chain": [], "https": {"status": None, "error": "in OpenSSL's words"}}),
        (Evidence("", "no address"), {"address": None, "https": {"status": None, "error": None}}),
    ],
)
def test_facts_of_others(evidence, facts):
    shown = evidence.as_facts(HOST)
    assert {key: shown[key] for key in facts} == facts
