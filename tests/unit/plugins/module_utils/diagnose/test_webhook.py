# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import webhook

CALLING = (
    'Internal error occurred: failed calling webhook "webhook.cert-manager.io": failed to call webhook: '
    'Post "https://cert-manager-webhook.cert-manager.svc:443/validate?timeout=30s": '
)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("tls: failed to verify certificate: x509: certificate signed by unknown authority", "unknown_authority"),
        ("certificate is not valid for any names", "unknown_authority"),
        ("x509: cannot validate certificate for 10.0.0.1", "unknown_authority"),
        ('no endpoints available for service "cert-manager-webhook"', "no_endpoints"),
        ('service "cert-manager-webhook" not found', "no_service"),
        ("dial tcp: lookup cert-manager-webhook.cert-manager.svc: no such host", "no_service"),
        ("context deadline exceeded", "timeout"),
        ("dial tcp 10.96.0.7:443: i/o timeout", "timeout"),
        ("net/http: request canceled (Client.Timeout exceeded while awaiting headers)", "timeout"),
        ("dial tcp 10.96.0.7:443: connect: connection refused", "refused"),
        ("dial tcp 10.96.0.7:443: connect: no route to host", "refused"),
        ("EOF", "failing"),
    ],
)
def test_why_calling_the_webhook_fails(answer, code):
    finding = webhook.failing(CALLING + answer)
    assert finding.code == f"webhook.{code}"
    assert finding.object == "ValidatingWebhookConfiguration cert-manager-webhook"
    assert finding.evidence == {"answer": CALLING + answer}
    assert finding.remedy


@pytest.mark.parametrize(
    "answer", ["etcdserver: request timed out", 'admission webhook "webhook.cert-manager.io" denied the request: no']
)
def test_other_errors_are_not_its_business(answer):
    assert webhook.failing(answer) is None


def test_not_called():
    finding = webhook.not_called()
    assert finding.code == "webhook.not_called"
    assert finding.remedy
