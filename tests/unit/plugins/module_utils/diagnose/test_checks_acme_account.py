# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.finding import ERROR
from ansible_collections.certops.kubernetes.tests.unit import issuance as made
from ansible_collections.certops.kubernetes.tests.unit.issuance import only
from ansible_collections.certops.kubernetes.tests.unit.live import condition

URN = "urn:ietf:params:acme:error:"
REGISTER = "Failed to register ACME account: "
UNKNOWN_CA = f'Get "{made.SERVER}": tls: failed to verify certificate: x509: certificate signed by unknown authority'
DIAL = f'Get "{made.SERVER}": dial tcp 192.0.2.1:443: '
HTTP = "the ACME server returned an HTTP {} response which is not an RFC 8555 problem document; the response body …"


@pytest.mark.parametrize(
    ("reason", "message", "code", "words"),
    [
        ("ErrRegisterACMEAccount", REGISTER + UNKNOWN_CA, "issuer.acme_untrusted", made.SERVER),
        (
            "ErrRegisterACMEAccount",
            REGISTER + "x509: certificate is valid for a.b, not c.d",
            "issuer.acme_certificate",
            "valid for a.b, not c.d",
        ),
        (
            "ErrRegisterACMEAccount",
            REGISTER + DIAL + "lookup acme.example.org: no such host",
            "issuer.acme_not_resolved",
            "can't be found in DNS",
        ),
        (
            "ErrRegisterACMEAccount",
            REGISTER + DIAL + "connect: connection refused",
            "issuer.acme_unreachable",
            "connection refused",
        ),
        ("ErrRegisterACMEAccount", REGISTER + "context deadline exceeded", "issuer.acme_unreachable", "deadline"),
        ("ErrRegisterACMEAccount", REGISTER + "unexpected EOF", "issuer.acme_unreachable", "unexpected EOF"),
        ("ErrRegisterACMEAccount", REGISTER + HTTP.format(404), "issuer.not_acme", "is no ACME directory"),
        (
            "ErrRegisterACMEAccount",
            REGISTER + HTTP.format(503),
            "issuer.acme_unavailable",
            "does not work right now",
        ),
        (
            "ErrRegisterACMEAccount",
            REGISTER + "acme: server does not support the RFC 8555 version of ACME",
            "issuer.not_acme",
            "no ACME directory",
        ),
        ("ErrRegisterACMEAccount", REGISTER + 'secrets "eab" not found', "issuer.eab_secret", '"eab"'),
        (
            "ErrRegisterACMEAccount",
            REGISTER + "failed to decode external account binding key data: illegal base64",
            "issuer.eab_secret",
            "illegal base64",
        ),
        ("ErrVerifyACMEAccount", "Account private key is invalid: x", "issuer.account_key", "is invalid"),
        ("ErrVerifyACMEAccount", 'ACME private key in "k" is not of type RSA', "issuer.account_key", "RSA"),
        (
            "ErrVerifyACMEAccount",
            "the ACME issuer config has 'disableAccountKeyGeneration' set to true, but …: secrets \"k\" not found",
            "issuer.account_key",
            "disableAccountKeyGeneration",
        ),
        (
            "ErrRegisterACMEAccount",
            REGISTER + f"400 {URN}externalAccountRequired: policy",
            "acme.external_account_required",
            "external account binding: policy",
        ),
        (
            "ErrRegisterACMEAccount",
            REGISTER + f"400 {URN}invalidContact: contact email is invalid",
            "acme.invalid_contact",
            "e-mail address",
        ),
        (
            "ErrUpdateACMEAccount",
            f"Failed to update ACME account:400 {URN}unsupportedContact: no",
            "acme.unsupported_contact",
            "kind of contact",
        ),
        (
            "ErrRegisterACMEAccount",
            REGISTER + f"400 {URN}accountDoesNotExist: gone",
            "acme.account_does_not_exist",
            "does not know the account",
        ),
        (
            "ErrRegisterACMEAccount",
            REGISTER + f"403 {URN}userActionRequired: terms changed",
            "acme.user_action_required",
            "terms changed",
        ),
        (
            "ErrRegisterACMEAccount",
            REGISTER + f"403 {URN}unauthorized: unknown key ID",
            "acme.unauthorized",
            "unknown key ID",
        ),
        (
            "ErrRegisterACMEAccount",
            REGISTER + f"429 {URN}rateLimited: too many new registrations (10)",
            "acme.rate_limited",
            "new accounts from one address",
        ),
        (
            "ErrRegisterACMEAccount",
            REGISTER + 'User "cm" cannot create resource "secrets" in API group "" in the namespace "shop"',
            "rbac.forbidden",
            "cm may not create secrets in namespace shop.",
        ),
        ("ErrRegisterACMEAccount", REGISTER + "nobody knows this", "issuer.not_ready", "nobody knows this"),
        ("Unheard", "of", "issuer.not_ready", "not ready, Unheard: of"),
    ],
)
def test_no_account(reason, message, code, words):
    broken = condition("Ready", False, reason, message)
    found = only(made.evidence(issuer=made.acme_issuer(broken)))
    assert (found.code, found.severity, found.object) == (code, ERROR, "Issuer shop/shop-ca")
    assert words in found.message
    assert found.remedy or code == "issuer.not_ready"


@pytest.mark.parametrize(
    "problem",
    [
        "403 urn:ietf:params:acme:error:unauthorized: the field 'kid' references a key that is not known",
        "400 urn:ietf:params:acme:error:malformed: the external account binding can't be verified",
    ],
)
def test_an_external_account_that_is_refused(problem):
    not_ready = condition("Ready", False, "ErrRegisterACMEAccount", REGISTER + problem)
    bound = made.acme_issuer(not_ready, externalAccountBinding={"keyID": "kid-1"})
    found = only(made.evidence(issuer=bound))
    assert (found.code, found.severity) == ("issuer.eab_refused", ERROR)
    assert f"{made.SERVER} does not accept the external account" in found.message
    assert only(made.evidence(issuer=made.acme_issuer(not_ready))).code != "issuer.eab_refused"


def test_another_problem_of_an_account_with_a_binding_is_told_as_it_is():
    told = REGISTER + "429 urn:ietf:params:acme:error:rateLimited: too many"
    bound = made.acme_issuer(condition("Ready", False, "ErrRegisterACMEAccount", told), externalAccountBinding={})
    assert only(made.evidence(issuer=bound)).code == "acme.rate_limited"


def test_an_account_that_is_not_allowed_to_is_not_told_about_the_proof_of_a_name():
    told = REGISTER + "403 urn:ietf:params:acme:error:unauthorized: account is deactivated"
    found = only(made.evidence(issuer=made.acme_issuer(condition("Ready", False, "ErrRegisterACMEAccount", told))))
    assert "does not let this account do that: account is deactivated" in found.message
    assert "deactivated" in found.remedy
