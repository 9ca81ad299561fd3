# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does cert-manager's admission webhook work? Told by what the API server says to a valid and to an invalid object."""

from __future__ import annotations

from .finding import ERROR, Finding

_OBJECT = "ValidatingWebhookConfiguration cert-manager-webhook"

# What the API server says → code, sentence, remedy; the first that fits (kubernetes apiserver, webhook dispatcher).
_CAUSES = (
    (
        ("signed by unknown authority", "certificate is not valid", "x509:"),
        "webhook.unknown_authority",
        "the API server does not trust the webhook's certificate: cainjector has not put the CA into its configuration yet.",
        "wait for cert-manager-cainjector, and see that only one installation writes this configuration",
    ),
    (
        ("no endpoints available",),
        "webhook.no_endpoints",
        "no pod stands behind the webhook's Service yet.",
        "look at the pods of the Deployment cert-manager-webhook",
    ),
    (
        ("not found", "no such host"),
        "webhook.no_service",
        "the Service that the webhook's configuration names does not exist.",
        "install cert-manager again, or remove what an older installation left behind",
    ),
    (
        ("context deadline exceeded", "i/o timeout", "Client.Timeout"),
        "webhook.timeout",
        "the API server gets no answer from the webhook in time.",
        "open the way from the API server to port 10250 of the webhook's pods (network policy, firewall, security group)",
    ),
    (
        ("connection refused", "no route to host"),
        "webhook.refused",
        "nothing stands behind the webhook's Service, or its pod refuses the API server's connection.",
        "see whether the Deployment cert-manager-webhook has a pod that is ready, and its log",
    ),
)


def failing(detail: str) -> Finding | None:
    """The finding for an error of the API server that is about calling the webhook, None for any other error."""
    if "failed calling webhook" not in detail:
        return None
    for marks, code, message, remedy in _CAUSES:
        if any(mark in detail for mark in marks):
            return Finding(code, ERROR, _OBJECT, message, remedy, {"answer": detail})
    remedy = "see the log of the Deployment cert-manager-webhook, and of the API server"
    return Finding("webhook.failing", ERROR, _OBJECT, f"calling it fails: {detail}", remedy, {"answer": detail})


def not_called() -> Finding:
    """An invalid object was admitted, so nobody looked at it."""
    return Finding(
        "webhook.not_called",
        ERROR,
        _OBJECT,
        "an invalid Certificate was admitted, so the webhook is not asked at all.",
        "see that the ValidatingWebhookConfiguration of cert-manager exists",
    )
