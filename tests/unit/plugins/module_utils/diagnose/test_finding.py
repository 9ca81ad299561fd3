# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.finding import ERROR, Finding, in_words

CAUSE = Finding("issuer.missing", ERROR, "Issuer shop/ca", "does not exist.", "create it", {"kind": "Issuer"})
CONSEQUENCE = Finding("certificate.pending", ERROR, "Certificate shop/www", "Issuing.")


def test_in_words():
    assert in_words("Not ready.", [CAUSE, CONSEQUENCE]) == (
        "Not ready.\n"
        "1. [issuer.missing] Issuer shop/ca: does not exist.\n"
        "   → create it\n"
        "2. [certificate.pending] Certificate shop/www: Issuing."
    )
    assert in_words("Not ready.", []) == "Not ready."


def test_as_dict():
    assert json.loads(json.dumps(CAUSE.as_dict())) == {
        "code": "issuer.missing",
        "severity": "error",
        "object": "Issuer shop/ca",
        "message": "does not exist.",
        "remedy": "create it",
        "evidence": {"kind": "Issuer"},
    }
