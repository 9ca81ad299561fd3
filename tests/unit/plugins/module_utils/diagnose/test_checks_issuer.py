# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.checks import issuer
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.finding import ERROR, WARNING
from ansible_collections.certops.kubernetes.tests.unit import issuance as made
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.issuance import only
from ansible_collections.certops.kubernetes.tests.unit.live import condition

TITLE = "Issuer shop/shop-ca"


def referring(**reference):
    return live.certificate(*made.ISSUING, spec=live.SPEC | {"issuerRef": reference})


def elsewhere(name="shop-ca", namespace="web"):
    item = live.issuer(name=name)
    item["metadata"]["namespace"] = namespace
    del item["kind"]  # objects out of a list don't say it
    return item


@pytest.mark.parametrize(
    ("reference", "namesakes", "code", "message"),
    [
        ({"name": "shop-ca"}, [], "issuer.missing", "does not exist in namespace shop."),
        ({"name": "le", "kind": "ClusterIssuer"}, [], "issuer.missing", "does not exist."),
        (
            {"name": "shop-ca"},
            [live.issuer(kind="ClusterIssuer"), elsewhere()],
            "issuer.wrong_kind",
            "does not exist in namespace shop; there is ClusterIssuer shop-ca.",
        ),
        (
            {"name": "shop-ca", "kind": "ClusterIssuer"},
            [elsewhere(namespace="shop")],
            "issuer.wrong_kind",
            "does not exist; there is Issuer shop/shop-ca.",
        ),
        (
            {"name": "shop-ca"},
            [elsewhere()],
            "issuer.wrong_namespace",
            "does not exist in namespace shop; there is Issuer web/shop-ca.",
        ),
        (
            {"name": "shop-ca"},
            [elsewhere(namespace=name) for name in "abcd"],
            "issuer.wrong_namespace",
            "does not exist in namespace shop; there is "
            + "Issuer a/shop-ca, Issuer b/shop-ca, Issuer c/shop-ca and 1 more.",
        ),
    ],
)
def test_missing(reference, namesakes, code, message):
    found = only(made.evidence(certificate=referring(**reference), issuer=None, namesakes=tuple(namesakes)))
    assert (found.code, found.severity, found.message) == (code, ERROR, message)
    assert found.remedy


def test_the_remedy_names_the_kind_that_is_there():
    namesakes = (live.issuer(kind="ClusterIssuer"),)
    assert only(made.evidence(issuer=None, namesakes=namesakes)).remedy == "set issuer_ref.kind to ClusterIssuer"


@pytest.mark.parametrize(
    ("reference", "errors"),
    [
        ({"name": "a", "group": "awspca.cert-manager.io"}, {}),
        ({"name": "a"}, {"issuers": "forbidden"}),
        ({"name": "a", "kind": "ClusterIssuer"}, {"clusterissuers": "forbidden"}),
    ],
)
def test_what_can_not_be_seen_is_not_missing(reference, errors):
    evidence = made.evidence(certificate=referring(**reference), issuer=None, errors=errors)
    assert list(issuer.issuer(evidence)) == []


def test_the_other_kind_may_be_unreadable():
    evidence = made.evidence(issuer=None, errors={"clusterissuers": "forbidden"})
    assert [found.code for found in issuer.issuer(evidence)] == ["issuer.missing"]


@pytest.mark.parametrize(("age", "severity"), [(5, WARNING), (60, ERROR), (None, ERROR)])
def test_not_observed(age, severity):
    found = only(made.evidence(issuer=made.aged(live.issuer(), age)))
    assert (found.code, found.severity) == ("issuer.not_observed", severity)


CA = {"ca": {"secretName": "root"}}
VAULT = {"vault": {"server": "https://vault.example.org"}}


@pytest.mark.parametrize(
    ("spec", "reason", "message", "code", "words"),
    [
        (
            CA,
            "ErrGetKeyPair",
            'Error getting keypair for CA issuer: secret "root" not found',
            "issuer.ca_secret_missing",
            "Secret root does not exist in shop.",
        ),
        (
            CA,
            "ErrGetKeyPair",
            "Error getting keypair for CA issuer: no data for \"tls.crt\" in secret 'shop/root'",
            "issuer.ca_secret_unusable",
            "no data for",
        ),
        (
            CA,
            "ErrInvalidKeyPair",
            "Error getting keypair for CA issuer: certificate is not a CA",
            "issuer.not_a_ca",
            "Secret root is no CA's",
        ),
        (VAULT, "VaultError", "Vault server and path are required fields", "issuer.vault_config", "required fields"),
        (
            VAULT,
            "VaultError",
            "Failed to initialize Vault client: permission denied",
            "issuer.vault_login",
            "no login at https://vault.example.org",
        ),
        (
            VAULT,
            "VaultError",
            "Failed to verify Vault is initialized and unsealed: sealed",
            "issuer.vault_unavailable",
            "is not ready or can't be reached",
        ),
        (None, "InvalidConfig", "Your ACME server URL is set to a v1 endpoint", "issuer.invalid_config", "v1 endpoint"),
        (None, "InvalidURL", "Failed to parse existing ACME server URI", "issuer.invalid_url", "Failed to parse"),
        (
            None,
            "InvalidSolver",
            'failed to get secret "aws": secrets "aws" not found',
            "issuer.solver_secret_missing",
            '"aws"',
        ),
    ],
)
def test_not_ready(spec, reason, message, code, words):
    broken = condition("Ready", False, reason, message)
    item = live.issuer(broken, **spec) if spec else made.acme_issuer(broken)
    found = only(made.evidence(issuer=item))
    assert (found.code, found.severity, found.object) == (code, ERROR, TITLE)
    assert words in found.message
    assert found.remedy or code == "issuer.not_ready"


def test_a_cluster_issuer_keeps_its_secrets_elsewhere():
    broken = condition("Ready", False, "ErrGetKeyPair", 'secret "root" not found')
    item = live.issuer(broken, kind="ClusterIssuer", **CA)
    found = issuer.explain(item, "ClusterIssuer shop-ca")
    assert "does not exist in the cluster resource namespace, usually cert-manager." in found.message
    assert found.evidence == {"reason": "ErrGetKeyPair"}


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("ErrGetKeyPair", "issuer.ca_secret_unusable"),
        ("ErrInvalidKeyPair", "issuer.not_a_ca"),
        ("VaultError", "issuer.vault_config"),
        ("ErrRegisterACMEAccount", "issuer.not_ready"),
    ],
)
def test_an_issuer_may_say_little(reason, code):
    silent = {"type": "Ready", "status": "False", "reason": reason}
    for spec in ({}, {"ca": None, "vault": None, "acme": None}):
        item = {"metadata": {"name": "a", "namespace": "shop"}, "spec": spec, "status": {"conditions": [silent]}}
        found = issuer.explain(item, TITLE)
        assert found.code == code and "None" not in found.message.replace("Secret None", "")


def test_a_failed_issuer_is_an_error_from_the_start():
    young = made.aged(made.acme_issuer(condition("Ready", False, "InvalidURL", "bad")), 1)
    assert only(made.evidence(issuer=young)).severity == ERROR


def test_no_reason_at_all():
    silent = live.issuer({"type": "Ready", "status": "False"}, ca={"secretName": "root"})
    assert issuer.explain(silent, TITLE).message == "not ready, no reason: no message"


def test_a_ready_one_has_nothing_to_explain():
    assert issuer.explain(made.acme_issuer(), TITLE) is None
