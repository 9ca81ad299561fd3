# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import readiness
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.readiness import FAILED, PENDING, READY
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import X509Error
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.match import Wanted
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.live import HOST, WWW, condition

NOW = datetime.now(timezone.utc)
WANTED = Wanted(dns_names=(HOST,), key_algorithm="ECDSA")
FAILURE = {"lastFailureTime": "2026-03-01T11:00:00Z"}


def code(verdict):
    return verdict.finding.code if verdict.finding else None


@pytest.mark.parametrize(
    ("conditions", "generation", "state", "reason"),
    [
        ([], 1, PENDING, "issuer.not_observed"),
        ([condition("Ready", True, generation=1)], 2, PENDING, "issuer.not_observed"),
        ([condition("Ready", True)], 1, READY, None),
        ([condition("Ready", False, "ErrRegisterACMEAccount", "no route")], 1, PENDING, "issuer.not_ready"),
        ([condition("Ready", "Unknown", "Verifying")], 1, PENDING, "issuer.not_ready"),
        ([condition("Ready", False, "InvalidConfig", "no such Secret")], 1, FAILED, "issuer.not_ready"),
        ([condition("Ready", False, "InvalidURL", "ftp:")], 1, FAILED, "issuer.not_ready"),
        ([condition("Ready", False, "InvalidConfig")], 2, PENDING, "issuer.not_observed"),
    ],
)
def test_issuer(conditions, generation, state, reason):
    verdict = readiness.issuer(live.issuer(*conditions, generation=generation), "Issuer shop/shop-ca")
    assert (verdict.state, code(verdict)) == (state, reason)


def test_issuer_finding_says_why():
    found = live.issuer(condition("Ready", False, "ErrGetKeyPair", "secret not found"))
    finding = readiness.issuer(found, "Issuer shop/shop-ca").finding
    assert (finding.object, finding.message) == ("Issuer shop/shop-ca", "not ready, ErrGetKeyPair: secret not found")
    assert finding.evidence == {"reason": "ErrGetKeyPair"}


def judge(certificate, secret, after_revision=None, wanted=WANTED, now=NOW):
    return readiness.certificate(certificate, secret, wanted, "Certificate shop/www", now, after_revision)


def test_ready_when_conditions_and_secret_agree():
    assert judge(live.ready_certificate(), live.secret()) == readiness.Verdict(READY)


@pytest.mark.parametrize(
    ("certificate", "after_revision", "reason"),
    [
        (live.certificate(), None, "certificate.not_observed"),
        (live.ready_certificate(generation=2), None, "certificate.not_observed"),
        (live.certificate(condition("Ready", False, "DoesNotExist", "no Secret")), None, "certificate.pending"),
        (live.certificate(condition("Ready", "Unknown")), None, "certificate.pending"),
        (live.certificate(live.READY, condition("Issuing", True, "Renewing")), None, "certificate.pending"),
        (live.ready_certificate(revision=3), 3, "certificate.not_renewed"),
        (live.certificate(live.READY), 0, "certificate.not_renewed"),
    ],
)
def test_pending_whatever_the_secret_says(certificate, after_revision, reason):
    verdict = judge(certificate, live.secret(), after_revision)
    assert (verdict.state, code(verdict)) == (PENDING, reason)
    assert not readiness.needs_secret(certificate, after_revision)


@pytest.mark.parametrize(
    ("certificate", "after_revision"),
    [
        (live.ready_certificate(revision=4), 3),
        (live.ready_certificate(revision=1), 0),
        (live.certificate(live.READY, condition("Issuing", False)), None),
        # cert-manager took over a Secret that was there already: nothing was issued, so there is no revision.
        (live.certificate(live.READY), None),
    ],
)
def test_ready_and_worth_reading_the_secret(certificate, after_revision):
    assert readiness.needs_secret(certificate, after_revision)
    assert judge(certificate, live.secret(), after_revision).state == READY


def test_pending_finding_holds_cert_managers_words():
    finding = judge(live.certificate(condition("Ready", False, "DoesNotExist", "no Secret")), None).finding
    assert (finding.message, finding.evidence) == ("no Secret", {"reason": "DoesNotExist"})
    assert judge(live.certificate(condition("Ready", False)), None).finding.message == "Ready is False"


NOT_READY = condition("Ready", False, "DoesNotExist")


@pytest.mark.parametrize(
    ("conditions", "status", "state"),
    [
        ([NOT_READY, condition("Issuing", False, "Failed", "rateLimited")], FAILURE, FAILED),
        ([condition("Issuing", False, "Failed", "rateLimited")], FAILURE, FAILED),
        ([NOT_READY, condition("Issuing", True)], FAILURE, PENDING),
        ([NOT_READY, condition("Issuing", False, "Failed")], {}, PENDING),
        ([NOT_READY, condition("Issuing", False, "Failed", generation=1)], {**FAILURE, "generation": 2}, PENDING),
        # It failed to be renewed, but what is there is still right.
        ([live.READY, condition("Issuing", False, "Failed")], {**FAILURE, "revision": 1}, READY),
    ],
)
def test_a_failed_issuance_ends_the_wait(conditions, status, state):
    verdict = judge(live.certificate(*conditions, **status), live.secret())
    assert verdict.state == state
    assert (code(verdict) == "certificate.issuance_failed") is (state == FAILED)


def test_failed_renewal_fails():
    certificate = live.certificate(live.READY, condition("Issuing", False, "Failed", "no"), revision=1, **FAILURE)
    finding = judge(certificate, live.secret(), after_revision=1).finding
    assert (finding.code, finding.message) == ("certificate.issuance_failed", "no")
    assert finding.evidence == {"reason": "Failed", "last_failure_time": FAILURE["lastFailureTime"]}


OTHER_KEY = live.secret()
OTHER_KEY["data"]["tls.key"] = live.data(**{"tls.key": live.CA.issue(HOST).key_pem})["tls.key"]


def broken(**values):
    secret = live.secret()
    return secret | {"data": secret["data"] | {key.replace("_", "."): value for key, value in values.items()}}


@pytest.mark.parametrize(
    ("secret", "reason", "said"),
    [
        (None, "secret.missing", "does not exist."),
        (live.secret() | {"data": None}, "secret.unreadable", "it has no tls.crt yet."),
        (broken(tls_crt="%"), "secret.unreadable", "tls.crt is not base64."),
        (broken(tls_crt="aGk="), "secret.unreadable", "no PEM certificate found"),
        (broken(tls_key=""), "secret.unreadable", "not a private key in PEM"),
        (OTHER_KEY, "secret.key_mismatch", "its private key does not belong to its certificate."),
        (live.secret(live.CA.issue("other.test")), "secret.certificate_mismatch", "in dnsNames."),
    ],
)
def test_pending_while_the_secret_is_not_the_wanted_one(secret, reason, said):
    verdict = judge(live.ready_certificate(), secret)
    assert (verdict.state, code(verdict)) == (PENDING, reason)
    assert verdict.finding.object == "Secret shop/www-tls"
    assert said in verdict.finding.message


def test_mismatch_names_all_fields():
    wanted = replace(WANTED, key_algorithm="RSA", uris=("spiffe://a",))
    verdict = judge(live.ready_certificate(), live.secret(), wanted=wanted)
    assert verdict.finding.evidence == {"fields": ["uris", "privateKey.algorithm"]}


def test_an_expired_certificate_is_not_ready():
    end = WWW.certificate.not_valid_after_utc
    assert judge(live.ready_certificate(), live.secret(), now=end - timedelta(seconds=1)).state == READY
    verdict = judge(live.ready_certificate(), live.secret(), now=end)
    assert (verdict.state, code(verdict)) == (PENDING, "secret.expired")
    assert verdict.finding.message == f"its certificate expired at {end:%Y-%m-%dT%H:%M:%SZ}."


@pytest.mark.parametrize(
    ("reference", "annotations", "fits"),
    [
        ({"name": "shop-ca"}, {}, True),
        ({"name": "shop-ca"}, {"name": "shop-ca", "kind": "Issuer", "group": "cert-manager.io"}, True),
        ({"name": "shop-ca"}, {"name": "other"}, False),
        ({"name": "shop-ca"}, {"name": "shop-ca", "kind": "ClusterIssuer"}, False),
        ({"name": "shop-ca", "kind": "ClusterIssuer"}, {"name": "shop-ca", "kind": "ClusterIssuer"}, True),
        ({"name": "shop-ca"}, {"name": "shop-ca", "group": "awspca.cert-manager.io"}, False),
        ({"name": "a", "group": "awspca.cert-manager.io"}, {"name": "a", "group": "awspca.cert-manager.io"}, True),
    ],
)
def test_the_secret_is_of_the_wanted_issuer(reference, annotations, fits):
    secret = live.secret()
    secret["metadata"]["annotations"] = {f"cert-manager.io/issuer-{key}": value for key, value in annotations.items()}
    verdict = judge(live.ready_certificate(spec=live.SPEC | {"issuerRef": reference}), secret)
    assert verdict.state == (READY if fits else PENDING)
    assert fits or verdict.finding.evidence == {"fields": ["issuerRef"]}


def test_leaf_of_a_secret():
    assert readiness.leaf_of(live.secret()).dns_names == (HOST,)
    with pytest.raises(X509Error, match="it has no tls.crt yet"):
        readiness.leaf_of({})


def test_no_key_byte_in_any_finding():
    for secret in (OTHER_KEY, broken(tls_key="aGk="), live.secret(live.CA.issue("other.test"))):
        said = str(judge(live.ready_certificate(), secret).finding)
        assert "PRIVATE" not in said
        assert WWW.key_pem.decode()[40:60] not in said
