# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import refusals
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import (
    ApiError,
    ClusterError,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
)
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import CERTIFICATE, ISSUER, MIDDLEWARE
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.since import SINCE

TITLE = "Certificate shop/www"
ACTION = f"apply {TITLE}"


def explained(error, kind=CERTIFICATE):
    found = refusals.explained(error, TITLE, kind)
    return str(found), [finding.code for finding in found.findings]


@pytest.mark.parametrize(
    "error",
    [
        ClusterError("no answer"),
        ApiError(ACTION, 500, {"message": "etcd is down"}),
        Conflict(ACTION, 409, {"message": "the object has been modified"}),
        Invalid(ACTION, 422, {"message": "spec.duration: Invalid value"}),
    ],
)
def test_what_it_cannot_say_better_stays_as_it_is(error):
    assert refusals.explained(error, TITLE, CERTIFICATE) is error


@pytest.mark.parametrize(
    ("message", "kind", "code", "said"),
    [
        (
            'namespaces "shop" not found',
            CERTIFICATE,
            "namespace.missing",
            "Certificate shop/www: the namespace 'shop' does not exist. → create it first",
        ),
        (
            "the server could not find the requested resource",
            CERTIFICATE,
            "crd.missing",
            (
                "Certificate shop/www: the cluster has no kind Certificate of cert-manager.io/v1. → install cert-manager, "
                "for example with the role certops.kubernetes.cert_manager"
            ),
        ),
        (
            "the server could not find the requested resource",
            MIDDLEWARE,
            "crd.missing",
            (
                "Certificate shop/www: the cluster has no kind Middleware of traefik.io/v1alpha1. → install what brings "
                "traefik.io/v1alpha1"
            ),
        ),
    ],
    ids=["namespace", "cert-manager", "traefik"],
)
def test_not_found(message, kind, code, said):
    assert explained(NotFound(ACTION, 404, {"message": message}), kind) == (said, [code])


def test_forbidden():
    error = Forbidden(ACTION, 403, {"message": 'User "ci" cannot patch resource "certificates"'})
    said, codes = explained(error)
    assert codes == ["rbac.forbidden"]
    assert said.startswith(
        'Certificate shop/www: not allowed to apply Certificate shop/www: User "ci" cannot patch resource "certificates"'
    )


def test_conflict_names_each_field_with_its_manager():
    causes = [
        {"field": ".spec.duration", "message": 'conflict with "helm" using cert-manager.io/v1'},
        {"field": ".spec.isCA", "message": "conflict"},
    ]
    found = refusals.explained(Conflict(ACTION, 409, {"details": {"causes": causes}}), TITLE, CERTIFICATE)
    assert found.findings[0].evidence == {"fields": ["spec.duration (helm)", "spec.isCA (conflict)"]}
    assert "spec.duration (helm), spec.isCA (conflict)" in str(found)


def unknown(text, kind=CERTIFICATE):
    return explained(Invalid(ACTION, 400, {"message": text}), kind)


@pytest.mark.parametrize(
    "text",
    [
        'failed to create typed patch object: strict decoding error: unknown field "spec.signatureAlgorithm"',
        (
            "failed to create typed patch object (shop/www; cert-manager.io/v1, Kind=Certificate): "
            ".spec.signatureAlgorithm: field not declared in schema"
        ),
    ],
    ids=["validation", "apply"],
)
def test_unknown_field_in_both_ways_of_the_api_server(text):
    said, codes = unknown(text)
    assert codes == ["field.unknown"]
    assert "CRD does not know signature_algorithm (needs cert-manager 1.18 or newer) and would drop it" in said


def test_several_unknown_fields_each_once():
    said, _codes = unknown(
        'strict decoding error: unknown field "spec.renewal", unknown field "spec.foo", unknown field "spec.renewal"'
    )
    assert "does not know foo, renewal (needs cert-manager 1.21 or newer) and" in said


@pytest.mark.parametrize(
    ("field", "option"),
    [
        ("acme.solvers[0].waitInsteadOfSelfCheck", "acme.solvers.wait_instead_of_self_check"),
        ("acme.solvers[12].dns01.rfc2136.protocol", "acme.solvers.dns01.rfc2136.protocol"),
        ("keystores.pkcs12.password", "keystores.pkcs12.password"),
    ],
)
def test_unknown_field_is_named_like_its_option(field, option):
    version = SINCE[field.replace("[0]", "").replace("[12]", "")]
    said, _codes = unknown(f".spec.{field}: field not declared in schema", ISSUER)
    assert f"the installed Issuer CRD does not know {option} (needs cert-manager {version} or newer)" in said


@pytest.mark.parametrize(
    ("webhook", "answer", "code", "about"),
    [
        (
            "webhook.cert-manager.io",
            "dial tcp 10.96.0.7:443: connect: connection refused",
            "webhook.refused",
            "ValidatingW",
        ),
        (
            "webhook.cert-manager.io",
            "x509: certificate signed by unknown authority",
            "webhook.unknown_authority",
            "Valid",
        ),
        ("left.behind.test", 'service "left-behind" not found', "webhook.foreign", TITLE),
    ],
)
def test_a_webhook_that_cannot_be_asked_is_named(webhook, answer, code, about):
    """As the API server of a cluster said it, with the webhook scaled down and its CA replaced."""
    detail = f'Internal error occurred: failed calling webhook "{webhook}": failed to call webhook: Post "u": {answer}'
    message, codes = explained(ApiError(ACTION, 500, {"message": detail}))
    assert codes == [code]
    assert message.startswith(about)
