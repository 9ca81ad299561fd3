# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.acme_problem import Problem
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import AcmeError


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (Problem("caa", 403, "CAA forbids it"), "CAA forbids it (caa, HTTP 403)"),
        (Problem("", None, "connection refused"), "connection refused"),
        (Problem("", 502, title="Bad Gateway"), "Bad Gateway (HTTP 502)"),
        (Problem("dns"), "no reason given (dns)"),
        (
            Problem("compound", 400, "two", (("a.test", "caa", "no"), ("", "malformed", ""))),
            "two (compound, HTTP 400); a.test: caa: no; malformed",
        ),
    ],
)
def test_what_an_acme_server_refused(problem, said):
    error = AcmeError("order a certificate", problem)
    assert str(error) == f"Cannot order a certificate: {said}"
    assert (error.problem, error.action, error.findings) == (problem, "order a certificate", ())
