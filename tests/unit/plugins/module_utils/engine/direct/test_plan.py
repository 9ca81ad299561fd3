# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import timedelta

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct import observe, plan
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import CertopsError
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.certificate import CertificateSpec
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.direct import failure, record
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import parse_chain
from ansible_collections.certops.kubernetes.tests.unit import factory, live
from ansible_collections.certops.kubernetes.tests.unit.fakes import START

CA = {"ca": {"secretName": "ca-tls"}}
USAGES = ["digital signature", "key encipherment", "server auth"]  # those of the factory's certificates
LATER_CA = factory.authority("Another CA")


def issued(lifetime=timedelta(days=90), ago=timedelta(hours=1), authority=live.CA, **request):
    return authority.issue(live.HOST, not_before=START - ago, lifetime=lifetime, **request)


def seen(served=None, body=None, work=None, secret="given", authority=live.CA, options=None, **spec):
    wanted = CertificateSpec("www", "shop", live.SPEC | {"usages": USAGES} | spec, **(options or {}))
    config_map = record.manifest(kinds.CERTIFICATE, "shop", "www", wanted.body)
    if work:
        config_map["data"]["work"] = record.text(work)
    kept = {"data": live.data(**{"tls.crt": authority.pem})}
    issuer = observe.Issuer((kinds.ISSUER, "shop", "shop-ca"), {}, body or CA, kept)
    served = served or issued()
    return observe.Seen(wanted, issuer, config_map, live.secret(served) if secret == "given" else secret)


def reason(*given, **more):
    return plan.decide(seen(*given, **more), START).reason


def test_one_that_is_as_wanted_stays():
    decision = plan.decide(seen(), START)
    assert (decision.reason, decision.due, decision.valid) == ("", False, True)
    assert decision.renewal_at == START + timedelta(days=60, hours=-1)


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        (None, "its Secret does not exist"),
        ({**live.secret(), "data": {}}, "its Secret holds no certificate yet"),
        ({**live.secret(), "data": {"tls.crt": "%"}}, "its Secret holds no certificate: tls.crt is not base64"),
        (
            {**live.secret(), "data": live.data(**{"tls.crt": issued().chain_pem, "tls.key": issued().key_pem})},
            "the key in its Secret does not belong to its certificate",
        ),
        (
            {**live.secret(), "data": live.data(**{"tls.crt": issued().chain_pem})},
            "the key in its Secret can't be read: not a private key in PEM (PKCS#1, PKCS#8 or SEC 1, not encrypted)",
        ),
        (live.secret(issued(), issuer="another"), "it was issued for another issuer"),
    ],
)
def test_a_secret_that_can_not_be_served(secret, said):
    decision = plan.decide(seen(secret=secret), START)
    assert (decision.reason, decision.valid) == (said, False)


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ({"dnsNames": ["other.test"]}, "dnsNames"),
        ({"privateKey": {"algorithm": "RSA"}}, "privateKey.algorithm"),
        ({"usages": ["client auth"]}, "usages"),
    ],
)
def test_other_wishes_are_issued(spec, field):
    assert reason(**spec) == f"it differs in {field}"


def test_an_acme_server_may_choose_the_usages():
    assert reason(body={"acme": {"server": "https://acme.test/dir"}}, usages=["client auth"]) == ""


def test_one_that_has_expired():
    assert reason(issued(ago=timedelta(days=91))) == "it expired 24 h ago"


@pytest.mark.parametrize(
    ("lifetime", "age", "due"),
    [(90, 59, False), (90, 60, True), (6, 2.9, False), (6, 3, True), (47, 31, False), (47, 32, True)],
)
def test_is_renewed_at_two_thirds_and_short_ones_at_half(lifetime, age, due):
    served = issued(timedelta(days=lifetime), timedelta(days=age))
    assert bool(reason(served, duration=f"{24 * lifetime}h")) == due


@pytest.mark.parametrize(
    ("spec", "at"),
    [({"renewBefore": "24h"}, timedelta(days=89)), ({"renewBeforePercentage": 10}, timedelta(days=81))],
)
def test_renew_before_decides(spec, at):
    decision = plan.decide(seen(**spec), START)
    assert decision.renewal_at == START - timedelta(hours=1) + at


def test_the_cas_suggestion_decides_for_its_certificate_only():
    leaf = parse_chain(issued().chain_pem)
    served = issued()
    mine = parse_chain(served.chain_pem)[0].serial_number
    told = {"renewAt": "2026-03-01T11:30:00Z"}
    assert reason(served, work={"renewalInfo": told | {"serialNumber": mine}}) == "due since 30 min"
    assert reason(served, work={"renewalInfo": told | {"serialNumber": leaf[0].serial_number}}) == ""


def test_renewal_can_be_switched_off():
    old = issued(ago=timedelta(days=80))
    assert plan.decide(seen(old, renewal={"policy": "Disabled"}), START).renewal_at is None
    assert reason(old, options={"renew": "never"}) == ""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"renew": "always"}, "renew: always"),
        ({"within": timedelta(days=89, hours=23)}, "expires in 90 d"),
        ({"within": timedelta(days=80)}, ""),
        ({"renew": "issuer_changed"}, ""),
    ],
)
def test_the_run_may_want_more(options, said):
    assert reason(options=options) == said


def test_another_signer_is_told():
    assert reason(options={"renew": "issuer_changed"}, authority=LATER_CA).endswith("not by Another CA")


def test_within_must_be_shorter_than_the_lifetime():
    with pytest.raises(CertopsError, match="would be renewed at every run"):
        plan.decide(seen(options={"within": timedelta(days=90)}), START)


def test_a_failure_holds_until_its_time():
    wish = seen(secret=None)
    digest = plan.asked(wish.wanted, wish.issuer)
    failed = failure.after(None, START, "no", digest, timedelta(days=90), None).as_json()
    held = plan.decide(seen(secret=None, work={"failure": failed}), START)
    assert (held.due, held.held.count) == (False, 1)
    assert plan.decide(seen(secret=None, work={"failure": failed}), START + timedelta(minutes=1)).due
    assert plan.decide(seen(secret=None, work={"failure": failed}, options={"retry_failed": True}), START).due
    assert plan.decide(seen(secret=None, work={"failure": failed}, dnsNames=["other.test"]), START).due


def test_what_is_around_the_certificate_is_no_other_question():
    assert (
        len({plan.asked(wish.wanted, wish.issuer) for wish in (seen(), seen(secretTemplate={"labels": {"a": "b"}}))})
        == 1
    )
