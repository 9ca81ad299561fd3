# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.errors import SpecError
from ansible_collections.certops.kubernetes.plugins.module_utils.glue import certificates

ISSUER = {"name": "shop-ca"}
DEFAULTS = dict.fromkeys(certificates.ONE.argument_spec) | {"renew": "auto"}
WWW = {"name": "www", "secret_name": "www-tls", "issuer_ref": ISSUER, "dns_names": ["www.example.test"]}


def module(**params):
    return SimpleNamespace(params=DEFAULTS | params, no_log_values=set())


def listed(*items, **params):
    return module(certificates=list(items), **params)


def problems(given):
    with pytest.raises(SpecError) as caught:
        certificates.wanted(given)
    return list(caught.value.problems)


def test_one():
    (spec,) = certificates.wanted(module(**WWW, namespace="shop", within="20d"))
    assert (spec.title, spec.renew, spec.within.days) == ("Certificate shop/www", "auto", 20)


def test_a_list_takes_the_namespace_where_an_entry_has_none():
    other = WWW | {"name": "other", "namespace": "blog", "renew": "always"}
    specs = certificates.wanted(listed(WWW, other, namespace="shop"))
    assert [(spec.title, spec.renew) for spec in specs] == [
        ("Certificate shop/www", "auto"),
        ("Certificate blog/other", "always"),
    ]


def test_an_empty_list():
    assert certificates.wanted(listed()) == []


def test_entries_get_the_defaults_of_single_certificates():
    (spec,) = certificates.wanted(listed(WWW, namespace="shop"))
    assert spec.body["issuerRef"] == {"name": "shop-ca", "kind": "Issuer", "group": "cert-manager.io"}


@pytest.mark.parametrize("how", [{"renew": "always"}, {"within": "20d"}, {"retry_failed": True}])
def test_a_name_is_enough_to_renew_what_is_there(how):
    specs = certificates.wanted(listed({"name": "a", **how}, {"name": "b", **how}, namespace="shop"))
    assert [(spec.title, spec.as_it_is) for spec in specs] == [
        ("Certificate shop/a", True),
        ("Certificate shop/b", True),
    ]


def test_only_an_exposed_key_is_a_reason_to_revoke():
    (spec,) = certificates.wanted(module(**WWW, namespace="shop", renew="key_exposed", revoke=True))
    assert (spec.renew, spec.revoke) == ("key_exposed", True)
    assert problems(module(**WWW, namespace="shop", renew="always", revoke=True)) == [
        "revoke: allowed only with renew: key_exposed, not with renew: always"
    ]


@pytest.mark.parametrize("how", [{}, {"renew": "never"}, {"renew": "always", "dns_names": ["a.test"]}])
def test_otherwise_the_certificate_is_to_be_described(how):
    assert "secret_name: missing, the Secret that holds the certificate must be named" in problems(
        module(name="a", namespace="shop", **how)
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (module(name="www", secret_name="t", issuer_ref=ISSUER, common_name="a"), ["namespace: missing"]),
        (listed(WWW), ["certificates[0].namespace: missing"]),
        (listed({"name": None}, namespace="shop"), ["certificates[0].name: missing"]),
        (listed(WWW, WWW | {"namespace": ""}, namespace="shop"), ["certificates[1].namespace: missing"]),
        (
            listed(WWW | {"isca": True}, namespace="shop"),
            ["certificates[0]: unsupported option isca. Supported parameters include: "],
        ),
        (
            listed(WWW | {"revision_history_limit": "many"}, namespace="shop"),
            ["certificates[0]: argument 'revision_history_limit' is of type"],
        ),
        (
            listed(WWW | {"private_key": {"algorithm": "DSA"}}, namespace="shop"),
            ["certificates[0]: value of algorithm must be one of: RSA, ECDSA, Ed25519, got: DSA found in private_key"],
        ),
        (
            listed(WWW | {"issuer_ref": ISSUER | {"knd": "x"}}, namespace="shop"),
            ["certificates[0]: unsupported option issuer_ref.knd. Supported parameters include: "],
        ),
        (listed(WWW | {"issuer_ref": {}}, namespace="shop"), ["certificates[0]: missing required arguments: name"]),
        (listed(WWW | {"duration": "1m"}, namespace="shop"), ["certificate shop/www: duration: '1m' is too short"]),
        (
            listed(WWW, WWW, namespace="shop"),
            [
                "certificates: Certificate shop/www is listed more than once",
                "certificates: shop/www-tls is the secret_name of more than one certificate",
            ],
        ),
        (
            listed(WWW, WWW | {"name": "b"}, namespace="shop"),
            ["certificates: shop/www-tls is the secret_name of more than one certificate"],
        ),
    ],
)
def test_refusal_says_of_which_entry_it_is(given, said):
    found = problems(given)
    assert len(found) == len(said)
    for problem, start in zip(found, said, strict=True):
        assert problem.startswith(start)


def test_the_same_names_in_other_namespaces_are_no_doubles():
    specs = certificates.wanted(listed(WWW, WWW | {"namespace": "blog"}, namespace="shop"))
    assert len(specs) == 2


def test_problems_of_all_entries_are_reported_at_once():
    entries = [
        {"name": "a"},
        WWW | {"name": "b", "revision_history_limit": "x"},
        WWW | {"name": "c", "duration": "1m", "common_name": "a" * 65},
    ]
    found = problems(listed(*entries, namespace="shop"))
    assert [problem.partition(": ")[0] for problem in found] == [
        "certificates[1]",
        *["certificate shop/a"] * 3,
        *["certificate shop/c"] * 2,
    ]


def test_passwords_of_entries_are_kept_out_of_logs():
    given = listed(WWW | {"keystores": {"jks": {"create": True, "password": "s3cret-jks"}}}, namespace="shop")
    certificates.wanted(given)
    assert "s3cret-jks" in given.no_log_values


def test_passwords_of_entries_that_are_refused_too():
    stores = {"jks": {"create": True, "password": "s3cret-jks"}, "pkcs12": {"create": "perhaps"}}
    given = listed(WWW | {"keystores": stores}, namespace="shop")
    assert problems(given)
    assert "s3cret-jks" in given.no_log_values
