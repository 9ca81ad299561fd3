# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import timedelta

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.checks import renewal
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.finding import ERROR, WARNING
from ansible_collections.certops.kubernetes.tests.unit import factory, live
from ansible_collections.certops.kubernetes.tests.unit import issuance as made
from ansible_collections.certops.kubernetes.tests.unit.issuance import only, said
from ansible_collections.certops.kubernetes.tests.unit.live import condition

SECRET, CERTIFICATE = "Secret shop/www-tls", "Certificate shop/www"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STAGING = factory.authority("(STAGING) Counterfeit Cashew R10")


def issued(begins=-HOUR, lifetime=90 * DAY, ca=live.CA, spec=None, **parts):
    """A ready Certificate whose leaf begins so long after now."""
    leaf = ca.issue(live.HOST, not_before=made.NOW + begins, lifetime=lifetime)
    certificate = live.certificate(live.READY, revision=1, spec=live.SPEC | (spec or {}))
    return made.evidence(**{"certificate": certificate, "secret": live.secret(leaf), **parts})


def named(name, age):
    return made.aged(live.certificate(name=name, spec=live.SPEC), age)


@pytest.mark.parametrize(
    ("others", "owner", "found", "words"),
    [
        ([named("new", 60)], None, ("secret.claimed_too", WARNING), "is also wanted by Certificate new"),
        (
            [named("old", 600)],
            None,
            ("secret.claimed", ERROR),
            "belongs to Certificate old, so cert-manager does not issue www",
        ),
        ([named("old", 600)], "www", ("secret.claimed_too", WARNING), "Certificate old"),
        ([named("new", 60)], "new", ("secret.claimed", ERROR), "belongs to Certificate new"),
        ([named("new", 60)], "gone", ("secret.claimed_too", WARNING), "Certificate new"),
        ([named("a", 120)], None, ("secret.claimed", ERROR), "belongs to Certificate a"),
    ],
)
def test_two_certificates_for_one_secret(others, owner, found, words):
    secret = made.secret()
    if owner:
        secret["metadata"]["annotations"]["cert-manager.io/certificate-name"] = owner
    one = only(made.evidence(claimants=tuple(others), secret=secret if owner else None))
    assert (one.code, one.severity, one.object) == (*found, SECRET)
    assert words in one.message


def shimmed(name, host=live.HOST, **annotations):
    ingress = live.ingress(tls=[{"hosts": [host], "secretName": "www-tls"}, {"hosts": ["x.y"], "secretName": "other"}])
    ingress["metadata"] |= {"name": name, "annotations": {f"cert-manager.io/{k}": v for k, v in annotations.items()}}
    return ingress


@pytest.mark.parametrize(
    ("ingresses", "words"),
    [
        (
            [shimmed("a", issuer="le"), shimmed("b", host="b.example.test", issuer="le")],
            "b.example.test would not be covered",
        ),
        ([shimmed("a", issuer="le"), shimmed("b", **{"cluster-issuer": "le"})], "they name different issuers"),
        ([shimmed("a", issuer="le"), shimmed("b", issuer="le")], None),
        ([shimmed("a", issuer="le"), shimmed("b", host="b.example.test")], None),
        ([shimmed("a", host="b.example.test", issuer="le")], None),
    ],
)
def test_two_ingresses_for_one_secret(ingresses, words):
    evidence = made.evidence(ingresses=tuple(ingresses))
    if words is None:
        assert said(evidence) == []
    else:
        found = only(evidence)
        assert (found.code, found.severity) == ("secret.ingresses_differ", WARNING)
        assert "Ingress shop/a, Ingress shop/b" in found.message and words in found.message


def written_by(*managers, annotated=None):
    secret = made.secret()
    fields = {"f:data": {"f:tls.crt": {}}}
    secret["metadata"]["managedFields"] = [{"manager": name, "fieldsV1": fields} for name in managers]
    secret["metadata"]["managedFields"].append({"manager": "labeler", "fieldsV1": {"f:metadata": {}}})
    if annotated:
        secret["metadata"]["annotations"]["cert-manager.io/certificate-name"] = annotated
    return secret


REISSUING = live.certificate(*made.ISSUING, revision=3)
MISMATCHED = live.certificate(live.condition("Ready", False, "SecretMismatch"), revision=3)


@pytest.mark.parametrize(
    ("certificate", "secret", "found"),
    [
        (REISSUING, written_by("external-secrets"), [("secret.overwritten", ERROR, SECRET)]),
        (made.CERTIFICATE, written_by("argocd", annotated="www"), [("secret.overwritten", ERROR, SECRET)]),
        (made.CERTIFICATE, written_by("argocd", annotated="other"), []),
        (REISSUING, written_by("cert-manager-certificates-issuing"), []),
        (REISSUING, written_by("certops"), []),  # moved from the direct engine
        (REISSUING, written_by("cert-manager-certificates-issuing", "argocd"), []),
        (
            MISMATCHED,
            written_by("cert-manager-certificates-issuing", "argocd"),
            [("secret.overwritten", ERROR, SECRET)],
        ),
        (MISMATCHED, written_by("cert-manager-certificates-issuing"), []),
        (REISSUING, written_by(), []),
        (REISSUING, None, []),
        (live.ready_certificate(), written_by("external-secrets"), []),
    ],
)
def test_overwritten(certificate, secret, found):
    assert said(made.evidence(certificate=certificate, secret=secret)) == found


def test_who_has_overwritten_it_is_named():
    found = only(made.evidence(certificate=REISSUING, secret=written_by("external-secrets", "helm")))
    assert found.message.startswith("external-secrets, helm has replaced")


@pytest.mark.parametrize(
    ("begins", "lifetime", "found"),
    [
        (-91 * DAY, 90 * DAY, [("certificate.expired", ERROR, SECRET)]),
        (-90 * DAY, 90 * DAY, [("certificate.expired", ERROR, SECRET)]),
        (HOUR, 90 * DAY, [("certificate.not_yet_valid", ERROR, SECRET)]),
        (timedelta(seconds=30), 90 * DAY, []),
        (-HOUR, 90 * DAY, []),
    ],
)
def test_dates(begins, lifetime, found):
    assert said(issued(begins, lifetime)) == found


def test_objects_may_say_little():
    silent = {"metadata": {"name": "a"}, "spec": {}}
    tls = [{"secretName": "www-tls"}, {"secretName": "www-tls", "hosts": None}]
    hostless = live.ingress(tls=tls, annotations={"cert-manager.io/issuer": "le"})
    bare = hostless | {"spec": {}}
    spec = {key: value for key, value in live.SPEC.items() if key != "dnsNames"}
    nameless = live.certificate(*made.ISSUING, spec=spec)
    assert said(made.evidence(certificate=nameless, ingresses=(silent, hostless, bare))) == []
    secret = made.secret()
    secret["metadata"]["managedFields"] = [{"manager": "a"}, {"manager": "b", "fieldsV1": {"f:data": None}}]
    assert said(made.evidence(certificate=REISSUING, secret=secret)) == []
    ageless = live.certificate(name="zzz")
    assert said(made.evidence(claimants=(ageless,))) == [("secret.claimed", ERROR, SECRET)]


@pytest.mark.parametrize("broken", ["tls.crt is missing", "not base64"])
def test_a_secret_that_can_not_be_read_has_no_dates(broken):
    secret = live.secret()
    secret["data"] = {} if broken == "tls.crt is missing" else {"tls.crt": "!"}
    assert said(made.evidence(secret=secret)) == []


LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory"


def ordered(url):
    return made.aged(made.order("valid", url=url), 60)


@pytest.mark.parametrize(
    ("ca", "server", "orders", "instead"),
    [
        (STAGING, LETS_ENCRYPT, (), "signed by Let's Encrypt staging, not by acme-v02.api.letsencrypt.org."),
        (live.CA, made.SERVER, (ordered("https://old.example.org/order/1"),), "ordered from old.example.org, not from"),
        (STAGING, "https://acme-staging-v02.api.letsencrypt.org/directory", (), None),
        (live.CA, made.SERVER, (ordered(f"{made.SERVER}/order/1"),), None),
        (live.CA, LETS_ENCRYPT, (), None),
    ],
)
def test_another_signer(ca, server, orders, instead):
    evidence = issued(ca=ca, issuer=made.acme_issuer(server=server), orders=orders)
    if instead is None:
        assert said(evidence) == []
    else:
        found = only(evidence)
        assert (found.code, found.severity, found.object) == ("certificate.other_signer", WARNING, SECRET)
        assert instead in found.message


def test_only_acme_servers_are_looked_at():
    assert said(issued(ca=STAGING, issuer=live.issuer(condition("Ready", True), selfSigned={}))) == []


def test_another_signer_needs_an_issuer():
    assert [found[0] for found in said(issued(ca=STAGING, issuer=None))] == ["issuer.missing"]


@pytest.mark.parametrize(
    ("lifetime", "spec", "found"),
    [
        (6 * DAY, {"renewBefore": "360h"}, [("renewal.ignored", WARNING, CERTIFICATE)]),
        (6 * DAY, {"renewBefore": "143h"}, [("renewal.too_early", ERROR, CERTIFICATE)]),
        (6 * DAY, {"renewBefore": "48h"}, []),
        (90 * DAY, {"renewBeforePercentage": 99}, [("renewal.too_early", ERROR, CERTIFICATE)]),
        (90 * DAY, {"renewBeforePercentage": 50}, []),
        (90 * DAY, {"renewBefore": "soon"}, []),
        (90 * DAY, {}, []),
    ],
)
def test_renew_before_against_the_real_lifetime(lifetime, spec, found):
    assert said(issued(lifetime=lifetime, spec=spec)) == found


def test_renew_before_in_words():
    found = only(issued(lifetime=6 * DAY, spec={"renewBefore": "360h"}))
    assert "renew_before 360h is not shorter than the certificate's lifetime, 6 d" in found.message
    assert found.remedy == "set renew_before to a third of the lifetime, 2 d, or leave it out"


def status(issuing=False, **told):
    return made.evidence(certificate=live.certificate(live.READY, condition("Issuing", issuing), revision=1, **told))


@pytest.mark.parametrize(
    ("evidence", "found"),
    [
        (status(renewalTime=made.ago(3600)), [("renewal.overdue", WARNING, CERTIFICATE)]),
        (status(renewalTime=made.ago(60)), []),
        (status(renewalTime=made.ago(-3600)), []),
        (status(issuing=True, renewalTime=made.ago(3600)), []),
        (status(renewalTime=made.ago(90000), lastFailureTime=made.ago(80000)), []),
        (
            made.evidence(
                certificate=live.certificate(
                    live.READY, spec=live.SPEC | {"renewal": {"policy": "Disabled"}}, renewalTime=made.ago(3600)
                )
            ),
            [],
        ),
    ],
)
def test_overdue(evidence, found):
    assert said(evidence) == found


@pytest.mark.parametrize(("attempts", "hours"), [(0, 1), (1, 1), (2, 2), (3, 4), (5, 16), (6, 32), (7, 32), (1000, 32)])
def test_next_try(attempts, hours):
    assert renewal.next_try(made.NOW, attempts) == made.NOW + hours * HOUR


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        (
            status(lastFailureTime=made.ago(600)),
            "has failed once; cert-manager tries again in 50 min, at 2026-03-01T12:50:00Z.",
        ),
        (
            status(lastFailureTime=made.ago(600), failedIssuanceAttempts=3),
            "has failed 3 times; cert-manager tries again in 4 h",
        ),
        (status(lastFailureTime=made.ago(3601)), None),
        (status(issuing=True, lastFailureTime=made.ago(600)), None),
    ],
)
def test_backoff(evidence, words):
    if words is None:
        assert said(evidence) == []
    else:
        found = only(evidence)
        assert (found.code, found.severity, found.object) == ("certificate.backoff", WARNING, CERTIFICATE)
        assert words in found.message
