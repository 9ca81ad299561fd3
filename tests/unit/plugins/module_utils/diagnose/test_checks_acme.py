# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.acme_problem import Problem
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.checks import acme

HTTP = "see that public DNS leads to this ingress controller"
DNS = "see which TXT records {} has in public DNS"
OF_THE_NAME = DNS.format("_acme-challenge of the name")


@pytest.mark.parametrize(
    ("subject", "detail", "remedy"),
    [
        ("validation of a.test by HTTP-01", "192.0.2.1: Invalid response from http://a.test/x: 404", HTTP),
        ("validation of a.test by DNS-01", "", OF_THE_NAME),
        ("could not prove a.test", "Correct value not found for DNS challenge", OF_THE_NAME),
        (
            "could not prove a.test",
            'Incorrect TXT record "x" found at _acme-challenge.a.test',
            DNS.format("_acme-challenge.a.test"),
        ),
        (
            "could not prove a.test",
            "No TXT record found at _acme-challenge.a.test: x",
            DNS.format("_acme-challenge.a.test"),
        ),
        ("could not prove a.test", "No valid TXT record found for DNS-PERSIST-01 challenge", OF_THE_NAME),
    ],
)
def test_who_is_not_proven_is_told_where_to_look(subject, detail, remedy):
    assert acme.finding("Certificate shop/a", subject, Problem("unauthorized", 403, detail)).remedy.startswith(remedy)


def test_an_account_that_may_not_is_no_matter_of_dns():
    found = acme.finding("Issuer shop/a", "the account", Problem("unauthorized", 403, "TXT record"), validating=False)
    assert found.remedy.startswith("see whether it was deactivated")
