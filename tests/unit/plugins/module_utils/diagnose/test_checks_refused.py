# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.finding import ERROR
from ansible_collections.certops.kubernetes.tests.unit import issuance as made
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.issuance import only

TITLE = "Challenge shop/www-1-2-3"
HOST = live.HOST


POD = 'pods "cm-acme-http-solver-x" is forbidden: '
WEBHOOK = 'admission webhook "validate.nginx.ingress.kubernetes.io" denied the request: '
FORBIDDEN = (
    'ingresses.networking.k8s.io is forbidden: User "system:serviceaccount:cm:cm" cannot create resource "ingresses" '
    'in API group "networking.k8s.io" in the namespace "shop"'
)
CALL = 'Internal error occurred: failed calling webhook "{}": failed to call webhook: Post "https://w": '


@pytest.mark.parametrize(
    ("reason", "code", "words"),
    [
        (
            POD + "exceeded quota: pods, requested: pods=1, used: pods=5, limited: pods=5",
            "quota.exceeded",
            "ResourceQuota pods leaves no room for what cert-manager makes: requested: pods=1, used: pods=5",
        ),
        (
            POD + "failed quota: cpu: must specify limits.cpu for: acmesolver",
            "quota.exceeded",
            "must specify limits.cpu",
        ),
        (
            POD + 'violates PodSecurity "restricted:latest": seccompProfile',
            "admission.pod_security",
            "Pod Security Standard restricted:latest forbids",
        ),
        (POD + "minimum memory usage per Container is 128Mi, but request is 64Mi", "quota.limit_range", "is 128Mi"),
        (
            POD + "unable to create new content in namespace shop because it is being terminated",
            "namespace.terminating",
            "namespace shop is being deleted.",
        ),
        (
            WEBHOOK
            + "ingress contains invalid paths: path /.well-known/acme-challenge/t cannot be used with pathType Exact",
            "admission.path_type",
            "whose path has the type Exact",
        ),
        (
            WEBHOOK + 'host "a.b" and path "/" is already defined in ingress web/b',
            "admission.denied",
            "validate.nginx.ingress.kubernetes.io denies what cert-manager makes: host",
        ),
        (
            "pods \"x\" is forbidden: ValidatingAdmissionPolicy 'only-ours' with binding 'b' denied request: no",
            "admission.denied",
            "only-ours denies what cert-manager makes: no",
        ),
        (FORBIDDEN, "rbac.forbidden", "cm:cm may not create ingresses.networking.k8s.io in namespace shop."),
        (
            CALL.format("validate.nginx.ingress.kubernetes.io") + "dial tcp: connection refused",
            "webhook.foreign",
            "validate.nginx.ingress.kubernetes.io, which is not cert-manager's",
        ),
        ('ingress.networking.k8s.io "web" not found', "solver.ingress_missing", "Ingress web, into which"),
        ("no idea", "challenge.pending", f"HTTP-01 for {HOST} is pending: no idea"),
    ],
)
@pytest.mark.parametrize("prefix", ["", made.SELF_CHECK])
def test_refused(prefix, reason, code, words):
    if prefix and code in ("solver.ingress_missing", "challenge.pending"):
        code, words = "self_check.failed", reason
    found = only(made.challenging(made.challenge(prefix + reason)))
    assert (found.code, found.severity, found.object) == (code, ERROR, TITLE)
    assert words in found.message
    assert found.remedy


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("path /.well-known/acme-challenge/t is already defined", "admission.denied"),
        ("path /x cannot be used with pathType Exact", "admission.denied"),
    ],
)
def test_other_denials_are_not_about_the_path_type(text, code):
    assert only(made.challenging(made.challenge(WEBHOOK + text))).code == code


def test_texts_that_only_look_like_a_refusal():
    assert (
        only(made.challenging(made.challenge("minimum memory usage per Container is 1Gi"))).code == "challenge.pending"
    )
    unnamed = only(made.challenging(made.challenge("failed calling webhook: x509: bad")))
    assert unnamed.code == "webhook.unknown_authority"


def test_cert_managers_own_webhook():
    reason = CALL.format("webhook.cert-manager.io") + "x509: certificate signed by unknown authority"
    found = only(made.challenging(made.challenge(reason)))
    assert (found.code, found.object) == (
        "webhook.unknown_authority",
        "ValidatingWebhookConfiguration cert-manager-webhook",
    )
