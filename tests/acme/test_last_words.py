# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the direct engine says where the server's answer is none of RFC 8555's problems."""

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import readiness
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import NotReady
from tests.acme_proxy import faults

from .engine import Bench, wanted

WWW = wanted()
AGAIN = wanted(options={"renew": "always"})


@pytest.fixture
def bench(prompt_server, prompt_proxy):
    """All of whose requests go by way of `prompt_proxy`."""
    made = Bench(prompt_server, server=prompt_proxy.directory)
    made.register()
    return made


def finding(call, *given):
    """The only one."""
    with pytest.raises(NotReady) as caught:
        call(*given)
    (found,) = caught.value.findings
    return found


def test_an_answer_that_is_no_problem_document(bench, prompt_proxy):
    prompt_proxy.book.put([faults.answer("newOrder", 403, "<html>blocked by policy</html>")])
    found = finding(bench.issue, WWW)
    assert (found.code, found.object) == ("acme.unavailable", "Certificate shop/www")
    assert (
        "is no ACME problem document: <html>blocked by policy</html>" in found.message and "HTTP 403" in found.message
    )


def test_an_order_that_takes_longer_than_the_task(bench, prompt_proxy):
    prompt_proxy.book.put(faults.held())
    found = finding(bench.issue, WWW)
    assert (found.code, found.object) == ("order.pending", "Certificate shop/www")
    assert "'processing'" in found.message and "stays under way" in found.message
    prompt_proxy.book.clear()
    assert bench.issue(WWW).facts["certificates"][0]["ready"]
    assert len(bench.orders()) == 1


def test_a_certificate_for_another_key_is_not_served(bench, prompt_proxy):
    bench.issue(WWW)
    before = bench.secret("www-tls")
    served = readiness.value(before, "tls.crt").decode()
    headers = {"Content-Type": "application/pem-certificate-chain"}
    prompt_proxy.book.put([faults.Fault("certificate", status=200, headers=headers, body=served)])
    found = finding(bench.issue, AGAIN)
    assert (found.code, found.object) == ("certificate.not_proven", "Certificate shop/www")
    assert "what Issuer shop/pebble issued is not served" in found.message
    assert bench.secret("www-tls")["data"] == before["data"]


def test_an_account_that_was_ended(prompt_server, prompt_proxy):
    made = Bench(prompt_server, server=prompt_proxy.directory)
    prompt_proxy.book.put([faults.patched("newAccount", {"status": "revoked"})])
    found = finding(made.register)
    assert (found.code, found.object) == ("issuer.account_ended", "Issuer shop/pebble")
    assert "is revoked." in found.message
