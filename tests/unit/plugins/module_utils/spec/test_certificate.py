# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import timedelta

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.errors import SpecError
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import certificate

GIVEN = {
    "name": "www",
    "namespace": "shop",
    "secret_name": "www-tls",
    "issuer_ref": {"name": "shop-ca", "kind": "Issuer", "group": "cert-manager.io"},
    "dns_names": ["www.example.test"],
    "renew": "auto",
}


def problems(**parameters):
    with pytest.raises(SpecError) as caught:
        certificate.from_parameters(GIVEN | parameters)
    return list(caught.value.problems)


def test_what_is_given_becomes_the_body_and_nothing_else():
    spec = certificate.from_parameters(GIVEN | {"common_name": None, "is_ca": False, "within": "20d"})
    assert (spec.title, spec.secret_name) == ("Certificate shop/www", "www-tls")
    assert (spec.renew, spec.within) == ("auto", timedelta(days=20))
    assert spec.manifest() == {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Certificate",
        "metadata": {"name": "www", "namespace": "shop"},
        "spec": {
            "secretName": "www-tls",
            "issuerRef": {"name": "shop-ca", "kind": "Issuer", "group": "cert-manager.io"},
            "dnsNames": ["www.example.test"],
            "isCA": False,
        },
    }


@pytest.mark.parametrize("secret_name", [None, "", "www-tls"])
def test_identity_needs_no_secret(secret_name):
    assert list(certificate.identity({"name": "www", "namespace": "shop", "secret_name": secret_name})) == []


def test_renewal_is_left_to_the_dates_by_default():
    spec = certificate.from_parameters({**GIVEN, "renew": None})
    assert (spec.renew, spec.within) == ("auto", None)


NAMELESS = {"dns_names": None}
CONSTRAINTS = {"permitted": {"dns_domains": ["example.test"]}, "excluded": None}
PASSWORD = {"create": True, "password": "changeit", "password_secret_ref": None}


@pytest.mark.parametrize(
    "parameters",
    [
        {"issuer_ref": {"name": "a", "kind": "ClusterIssuer", "group": None}},
        {"issuer_ref": {"name": "a", "kind": "AWSPCAIssuer", "group": "awspca.cert-manager.io"}},
        NAMELESS | {"ip_addresses": ["2001:db8::7"]},
        NAMELESS | {"uris": ["spiffe://cluster.local/ns/shop"]},
        NAMELESS | {"email_addresses": ["ops@example.test"]},
        NAMELESS | {"other_names": [{"oid": "1.3.6.1.4.1.311.20.2.3", "utf8_value": "ops@example.test"}]},
        NAMELESS | {"common_name": "a" * 64},
        NAMELESS | {"literal_subject": "CN=www.example.test,O=Shop"},
        {"common_name": "www.example.test", "subject": {"organizations": ["Shop"]}},
        {"duration": "1h", "renew_before": "5m"},
        {"renew_before": "2159h"},
        {"renew_before_percentage": 1},
        {"renew_before_percentage": 99},
        {"revision_history_limit": 1},
        {"renewal": {"policy": "RenewBefore", "windows": [{"cron": "0 2 * * 6", "window_duration": "4h"}]}},
        {"renewal": {"windows": [{"cron": "@daily", "window_duration": "4h"}]}},
        {"private_key": {"algorithm": None, "size": 2048}},
        {"private_key": {"algorithm": "RSA", "size": 8192, "encoding": "PKCS1"}},
        {"private_key": {"algorithm": "ECDSA", "size": 256}},
        {"private_key": {"algorithm": "ECDSA", "size": 384}},
        {"private_key": {"algorithm": "ECDSA", "size": 521}},
        {"private_key": {"algorithm": "Ed25519", "encoding": "PKCS8"}, "signature_algorithm": "PureEd25519"},
        {"signature_algorithm": "SHA256WithRSA"},
        {"private_key": {"algorithm": "ECDSA"}, "signature_algorithm": "ECDSAWithSHA384"},
        {"is_ca": True, "name_constraints": CONSTRAINTS},
        {"secret_template": {"annotations": {"cert-manager.io/allow-direct-injection": "true"}, "labels": None}},
        {"keystores": {"jks": PASSWORD, "pkcs12": None}},
        {"keystores": {"pkcs12": {"create": True, "password_secret_ref": {"name": "a", "key": "b"}}}},
        {"keystores": {"pkcs12": {"create": False}}},
        {"additional_output_formats": [{"type": "DER"}, {"type": "CombinedPEM"}]},
        {"renew": "always"},
        {"within": "20d"},
        {"renew": None, "within": "480h"},
    ],
)
def test_accepts(parameters):
    assert certificate.from_parameters(GIVEN | parameters).name == "www"


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"name": "WWW"}, "name: 'WWW' is not allowed"),
        ({"namespace": "a.b"}, "namespace: 'a.b' is not allowed"),
        ({"secret_name": None}, "secret_name: missing, the Secret that holds the certificate must be named"),
        ({"secret_name": "TLS"}, "secret_name: 'TLS' is not allowed"),
        ({"issuer_ref": None}, "issuer_ref: missing, name the issuer that signs"),
        ({"issuer_ref": {"name": "A"}}, "issuer_ref.name: 'A' is not allowed"),
        (
            {"issuer_ref": {"name": "a", "kind": "Vault", "group": "cert-manager.io"}},
            "issuer_ref.kind: 'Vault' is not allowed: one of Issuer, ClusterIssuer",
        ),
        (NAMELESS, "dns_names: no name at all; give one of dns_names, ip_addresses, uris, email_addresses, "),
        ({"dns_names": ["192.0.2.7"]}, "dns_names: '192.0.2.7' is an IP address, not a DNS name"),
        ({"ip_addresses": ["www"]}, "ip_addresses: 'www' is not an IPv4 or IPv6 address"),
        ({"email_addresses": ["ops"]}, "email_addresses: 'ops' is not one bare e-mail address"),
        ({"uris": ["www"]}, "uris: 'www' is not an absolute URI"),
        (
            {"other_names": [{"oid": "upn", "utf8_value": "a"}]},
            "other_names.oid: 'upn' is not an object identifier like '1.3.6.1.4.1.311.20.2.3'",
        ),
        ({"common_name": "a" * 65}, f"common_name: {'a' * 65!r} has 65 characters, 64 are allowed (RFC 5280"),
        ({"literal_subject": "CN=a", "common_name": "a"}, "literal_subject: excludes subject and common_name"),
        ({"literal_subject": "CN=a", "subject": {"countries": ["DE"]}}, "literal_subject: excludes subject and "),
        ({"duration": "59m"}, "duration: '59m' is too short: at least 60 min"),
        ({"duration": "90d"}, "duration: '90d' is not a duration: numbers with h, m or s"),
        ({"renew_before": "299s"}, "renew_before: '299s' is too short: at least 5 min"),
        ({"renew_before": "2160h"}, "renew_before: '2160h' is not shorter than the duration ('2160h')"),
        ({"renew_before": "2h", "duration": "2h"}, "renew_before: '2h' is not shorter than the duration ('2h')"),
        ({"renew_before_percentage": 0}, "renew_before_percentage: 0 is not allowed: from 1 to 99"),
        ({"renew_before_percentage": 100}, "renew_before_percentage: 100 is not allowed: from 1 to 99"),
        (
            {"renew_before": "1h", "renew_before_percentage": 30},
            "renew_before: excludes renew_before_percentage; give one of them",
        ),
        ({"revision_history_limit": 0}, "revision_history_limit: 0 is not allowed: at least 1"),
        (
            {"renewal": {"windows": [{"cron": "0 2 * *", "window_duration": "4h"}]}},
            "renewal.windows.cron: '0 2 * *' is neither of five fields nor like '@daily'",
        ),
        (
            {"renewal": {"windows": [{"cron": "0 2 * * 6", "window_duration": "4"}]}},
            "renewal.windows.window_duration: '4' is not a duration",
        ),
        ({"private_key": {"size": 1024}}, "private_key.size: 1024 is not allowed: from 2048 to 8192"),
        ({"private_key": {"size": 8193}}, "private_key.size: 8193 is not allowed: from 2048 to 8192"),
        (
            {"private_key": {"algorithm": "ECDSA", "size": 512}},
            "private_key.size: 512 is not allowed: ECDSA keys have 256, 384 or 521 bits",
        ),
        (
            {"private_key": {"algorithm": "Ed25519", "size": 256}},
            "private_key.size: 256 is not allowed: Ed25519 keys have one size, leave it out",
        ),
        (
            {"private_key": {"algorithm": "Ed25519", "encoding": "PKCS1"}},
            "private_key.encoding: 'PKCS1' is not allowed for Ed25519: PKCS8",
        ),
        ({"signature_algorithm": "ECDSAWithSHA256"}, "signature_algorithm: 'ECDSAWithSHA256' does not fit a private "),
        (
            {"private_key": {"algorithm": "ECDSA"}, "signature_algorithm": "SHA256WithRSA"},
            "signature_algorithm: 'SHA256WithRSA' does not fit a private key of ECDSA",
        ),
        (
            {"private_key": {"algorithm": "Ed25519"}, "signature_algorithm": "SHA256WithRSA"},
            "signature_algorithm: 'SHA256WithRSA' does not fit a private key of Ed25519",
        ),
        ({"name_constraints": CONSTRAINTS}, "name_constraints: allowed only with is_ca: true"),
        ({"is_ca": True, "name_constraints": {"critical": True}}, "name_constraints: give permitted or excluded"),
        (
            {"secret_template": {"annotations": {"cert-manager.io/issuer-name": "a"}}},
            "secret_template.annotations: 'cert-manager.io/issuer-name' is not allowed: cert-manager.io/ belongs to ",
        ),
        ({"keystores": {"jks": {"create": True}}}, "keystores.jks: give either password or password_secret_ref"),
        (
            {"keystores": {"pkcs12": PASSWORD | {"password_secret_ref": {"name": "a"}}}},
            "keystores.pkcs12: give either password or password_secret_ref",
        ),
        (
            {"additional_output_formats": [{"type": "DER"}, {"type": "DER"}]},
            "additional_output_formats: 'DER' is given more than once",
        ),
        ({"within": "20"}, "within: '20' is not a duration: numbers with d, h, m or s"),
        ({"within": "20d", "renew": "never"}, "within: allowed only with renew: auto, not with renew: never"),
    ],
)
def test_refusal_names_option_value_and_what_is_allowed(parameters, said):
    (problem,) = problems(**parameters)
    assert problem.startswith(said)


def test_a_lifetime_that_is_no_duration_is_said_once():
    assert [problem.partition(":")[0] for problem in problems(duration="x", renew_before="1h")] == ["duration"]


def test_all_broken_rules_are_reported_at_once():
    found = problems(name="WWW", dns_names=["a b"], duration="1m", private_key={"size": 1})
    assert [problem.partition(":")[0] for problem in found] == ["name", "dns_names", "duration", "private_key.size"]


def test_problems_in_a_list_say_of_which_certificate_they_are():
    (problem,) = problems(in_list=True, common_name="a" * 65)
    assert problem.startswith("certificate shop/www: common_name: ")


def test_message_holds_every_problem():
    with pytest.raises(SpecError, match="name: 'WWW' .*; dns_names: no name at all"):
        certificate.from_parameters(GIVEN | NAMELESS | {"name": "WWW"})
