# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.errors import SpecError
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import issuer, kinds
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.issuer_options import VAULT

GIVEN = {
    "name": "shop-ca",
    "namespace": "shop",
    "kind": "Issuer",
    "cluster_resource_namespace": "cert-manager",
    "self_signed": None,
    "ca": None,
    "acme": None,
    "vault": None,
    "spec": None,
}
CLUSTER_WIDE = {"kind": "ClusterIssuer", "namespace": None}
ACME = {"server": "letsencrypt_staging"}
LONGEST = "R" * 64
PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
AUTH = dict.fromkeys(VAULT["auth"]["options"])
VAULT_OPTIONS = {
    "server": "https://vault.test",
    "path": "pki/sign/shop",
    "auth": AUTH | {"token_secret_ref": {"name": "t"}},
}


def build(**parameters):
    return issuer.from_parameters(GIVEN | parameters)


@pytest.mark.parametrize(
    ("parameters", "body"),
    [
        ({"self_signed": {}}, {"selfSigned": {}}),
        (
            {"self_signed": {"crl_distribution_points": ["http://a.test/crl"]}},
            {"selfSigned": {"crlDistributionPoints": ["http://a.test/crl"]}},
        ),
        (
            {"ca": {"secret_name": "ca", "issuing_certificate_urls": ["http://a.test/ca"], "ocsp_servers": None}},
            {"ca": {"secretName": "ca", "issuingCertificateURLs": ["http://a.test/ca"]}},
        ),
        (
            {"acme": ACME},
            {
                "acme": {
                    "server": "https://acme-staging-v02.api.letsencrypt.org/directory",
                    "privateKeySecretRef": {"name": "shop-ca-account-key"},
                }
            },
        ),
        (
            {
                "acme": {
                    "server": "https://acme.test/dir",
                    "email": "ops@example.test",
                    "private_key_secret_ref": {"name": "key", "key": None},
                    "preferred_chain": LONGEST,
                    "profile": "shortlived",
                    "ca_bundle": PEM,
                    "solvers": [{"http01": {"ingress_class": "nginx"}}],
                }
            },
            {
                "acme": {
                    "server": "https://acme.test/dir",
                    "email": "ops@example.test",
                    "privateKeySecretRef": {"name": "key"},
                    "preferredChain": LONGEST,
                    "profile": "shortlived",
                    "caBundle": base64.b64encode(PEM.encode()).decode(),
                    "solvers": [{"http01": {"ingress": {"ingressClassName": "nginx"}}}],
                }
            },
        ),
        (
            {"vault": VAULT_OPTIONS | {"ca_bundle": PEM}},
            {
                "vault": {
                    "server": "https://vault.test",
                    "path": "pki/sign/shop",
                    "caBundle": base64.b64encode(PEM.encode()).decode(),
                    "auth": {"tokenSecretRef": {"name": "t"}},
                }
            },
        ),
        ({"spec": {"venafi": {"zone": "z"}}}, {"venafi": {"zone": "z"}}),
    ],
)
def test_body(parameters, body):
    wanted = build(**parameters)
    assert wanted.manifest() == {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Issuer",
        "metadata": {"name": "shop-ca", "namespace": "shop"},
        "spec": body,
    }
    assert wanted.secret_manifests() == []


def test_a_cluster_issuer_has_no_namespace_and_keeps_its_secrets_with_cert_manager():
    wanted = build(**CLUSTER_WIDE, self_signed={})
    assert (wanted.kind, wanted.title) == (kinds.CLUSTER_ISSUER, "ClusterIssuer shop-ca")
    assert wanted.manifest()["metadata"] == {"name": "shop-ca"}
    assert wanted.secrets_namespace == "cert-manager"


SOLVER = {"dns01": {"route53": {"secret_access_key": "s3cret"}}}
BINDING = {"key_id": "kid-1", "key": "aGVsbG8", "key_secret_ref": None}


@pytest.mark.parametrize(("scope", "namespace"), [({}, "shop"), (CLUSTER_WIDE, "cert-manager")])
def test_secret_values_are_kept_in_secrets_that_go_with_the_issuer(scope, namespace):
    wanted = build(**scope, acme=ACME | {"external_account_binding": BINDING, "solvers": [SOLVER]})
    labels = {"app.kubernetes.io/managed-by": "certops", "app.kubernetes.io/part-of": "shop-ca"}
    assert wanted.secret_manifests() == [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "namespace": namespace, "labels": labels},
            "type": "Opaque",
            "data": {key: base64.b64encode(value).decode()},
        }
        for name, key, value in (
            ("shop-ca-eab", "key", b"aGVsbG8"),
            ("shop-ca-solver-0", "secret-access-key", b"s3cret"),
        )
    ]
    assert wanted.body["acme"]["externalAccountBinding"] == {
        "keyID": "kid-1",
        "keySecretRef": {"name": "shop-ca-eab", "key": "key"},
    }


def test_a_binding_may_refer_to_a_secret_of_the_users():
    binding = {"key_id": "kid-1", "key": None, "key_secret_ref": {"name": "eab", "key": "secret"}}
    wanted = build(acme=ACME | {"external_account_binding": binding})
    assert wanted.secrets == {}
    assert wanted.body["acme"]["externalAccountBinding"]["keySecretRef"] == {"name": "eab", "key": "secret"}


@pytest.mark.parametrize("name", ["a" * 253, "a" * 62 + ".test"])
def test_label_of_a_long_name_is_a_valid_one(name):
    value = build(name=name, self_signed={}).label()["app.kubernetes.io/part-of"]
    assert len(value) <= 63
    assert value[-1].isalnum()


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"name": "CA"}, "name: 'CA' is not allowed"),
        ({"namespace": "a.b"}, "namespace: 'a.b' is not allowed"),
        ({"namespace": None}, "namespace: missing, an Issuer lives in a namespace"),
        ({"kind": "ClusterIssuer"}, "namespace: 'shop' is not allowed with kind: ClusterIssuer, which has none"),
        ({"self_signed": None}, "give exactly one of self_signed, ca, acme, vault, spec; given: none"),
        ({"spec": {}}, "give exactly one of self_signed, ca, acme, vault, spec; given: self_signed, spec"),
    ],
)
def test_refuses(parameters, said):
    with pytest.raises(SpecError) as caught:
        build(**{"self_signed": {}, **parameters})
    (problem,) = caught.value.problems
    assert problem.startswith(said)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"server": "letsencrypt_prod"},
            (
                "acme.server: 'letsencrypt_prod' is not a URL starting with https:// or http://, "
                "nor one of letsencrypt, letsencrypt_staging"
            ),
        ),
        ({"email": "ops"}, "acme.email: 'ops' is not one bare e-mail address"),
        ({"ca_bundle": "/etc/ca.pem"}, "acme.ca_bundle: not PEM text; give the certificates themselves"),
        ({"ca_bundle": PEM, "skip_tls_verify": True}, "acme.skip_tls_verify: excludes acme.ca_bundle"),
        ({"preferred_chain": "a" * 65}, f"acme.preferred_chain: {'a' * 65!r} is longer than 64 characters"),
        ({"external_account_binding": {"key_id": "k"}}, "acme.external_account_binding: give either key or key_secret"),
        (
            {"external_account_binding": BINDING | {"key_secret_ref": {"name": "eab"}}},
            "acme.external_account_binding: give either key or key_secret_ref",
        ),
        ({"solvers": [{"http01": {}}, {}]}, "acme.solvers[1]: give exactly one of http01, dns01; given: none"),
    ],
)
def test_refuses_of_acme(options, said):
    with pytest.raises(SpecError) as caught:
        build(acme=ACME | options)
    (problem,) = caught.value.problems
    assert problem.startswith(said)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"ca": {"secret_name": "CA"}}, "ca.secret_name: 'CA' is not allowed"),
        (
            {"vault": VAULT_OPTIONS | {"server": "vault"}},
            "vault.server: 'vault' is not a URL starting with https:// or ",
        ),
        ({"vault": VAULT_OPTIONS | {"auth": AUTH}}, "vault.auth: give exactly one of token_secret_ref, app_role, "),
        (
            {"vault": VAULT_OPTIONS | {"auth": VAULT_OPTIONS["auth"] | {"kubernetes": {"role": "r"}}}},
            (
                "vault.auth: give exactly one of token_secret_ref, app_role, client_certificate, kubernetes, aws; "
                "given: token_secret_ref, kubernetes"
            ),
        ),
        (
            {"vault": VAULT_OPTIONS | {"ca_bundle": PEM, "ca_bundle_secret_ref": {"name": "ca"}}},
            "vault.ca_bundle: excludes vault.ca_bundle_secret_ref",
        ),
    ],
)
def test_refuses_of_the_other_types(parameters, said):
    with pytest.raises(SpecError) as caught:
        build(**parameters)
    (problem,) = caught.value.problems
    assert problem.startswith(said)


def test_all_broken_rules_are_reported_at_once():
    with pytest.raises(SpecError) as caught:
        build(name="CA", namespace=None, acme=ACME | {"email": "ops"}, ca={"secret_name": "CA"})
    assert [problem.split(":")[0].split(" ")[0] for problem in caught.value.problems] == [
        "name",
        "namespace",
        "give",
        "acme.email",
        "ca.secret_name",
    ]


def test_what_is_to_be_done_with_the_accounts_key_is_no_part_of_what_is_kept():
    wanted = build(acme=ACME | {"roll_over_account_key": True, "account_key_max_age": "30d"})
    assert wanted.account_key == (True, timedelta(days=30))
    assert list(wanted.account_key.options()) == ["acme.roll_over_account_key", "acme.account_key_max_age"]
    assert wanted.body == build(acme=ACME).body
    assert list(build(acme=ACME).account_key.options()) == []


def test_rate_limits_are_kept():
    wanted = build(acme=ACME | {"rate_limits": {"new_orders": 7, "enforce": None}})
    assert wanted.body["acme"]["rateLimits"] == {"newOrders": 7}


@pytest.mark.parametrize(
    ("acme", "problem"),
    [
        ({"account_key_max_age": "yearly"}, "acme.account_key_max_age: 'yearly' is not a duration"),
        ({"account_key_max_age": "1m"}, "acme.account_key_max_age: '1m' is too short"),
        (
            {"roll_over_account_key": True, "disable_account_key_generation": True},
            "acme.roll_over_account_key: not allowed with disable_account_key_generation",
        ),
        ({"rate_limits": {"new_orders": 0, "enforce": True}}, "acme.rate_limits.new_orders: 0"),
    ],
)
def test_rules_of_the_account(acme, problem):
    with pytest.raises(SpecError) as caught:
        build(acme=ACME | acme)
    assert str(caught.value).startswith(problem)
