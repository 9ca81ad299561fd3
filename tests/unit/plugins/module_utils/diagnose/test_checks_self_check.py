# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import causes
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.finding import ERROR
from ansible_collections.certops.kubernetes.tests.unit import issuance as made
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.issuance import only

TITLE = "Challenge shop/www-1-2-3"
HOST = live.HOST


def asked(error, scheme="http"):
    return f"failed to perform self check GET request 'http://{HOST}/t': Get \"{scheme}://{HOST}/t\": {error}"


def status(code):
    return f"wrong status code '{code}', expected '200'"


LOOKUP = f"dial tcp: lookup {HOST} on 10.96.0.10:53: "
CONTENT = 'did not get expected response "t.k" when querying endpoint'


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (asked(LOOKUP + "no such host"), "no_such_host", f"{HOST} has no A or AAAA record."),
        (asked(LOOKUP + "server misbehaving"), "dns_failed", "give no usable answer"),
        (asked(LOOKUP + "read udp 10.0.0.1:5->10.96.0.10:53: i/o timeout"), "dns_failed", "i/o timeout"),
        (
            asked("dial tcp 192.0.2.7:80: connect: connection refused"),
            "connection_refused",
            f"nothing listens on port 80 of {HOST} (192.0.2.7).",
        ),
        (
            asked("dial tcp 198.51.100.1:80: connect: connection refused"),
            "wrong_address",
            f"{HOST} leads to 198.51.100.1, but the Ingress is at 192.0.2.7: the connection is refused there.",
        ),
        (asked("dial tcp 192.0.2.7:80: i/o timeout"), "timeout", f"no answer from port 80 of {HOST} (192.0.2.7)"),
        (asked("dial tcp 198.51.100.1:80: i/o timeout"), "wrong_address", "there is no answer."),
        (
            asked("context deadline exceeded (Client.Timeout exceeded while awaiting headers)"),
            "timeout",
            f"no answer from port 80 of {HOST}, as cert-manager sees it",
        ),
        (asked("dial tcp 192.0.2.7:80: connect: no route to host"), "unreachable", "no route to host"),
        (
            asked("dial tcp 198.51.100.1:80: connect: network is unreachable"),
            "wrong_address",
            f"{HOST} leads to 198.51.100.1, but the Ingress is at 192.0.2.7: there is no way to it.",
        ),
        *(
            (
                asked(f"dial tcp 198.51.100.1:443: {cut}", scheme="https"),
                "redirect_failed",
                f"{HOST} redirects to https://{HOST}/t, which can't be reached: dial tcp 198.51.100.1:443: {cut}",
            )
            for cut in ("connect: connection refused", "connect: no route to host", "i/o timeout", "EOF")
        ),
        (
            asked("read tcp 10.0.0.1:5->192.0.2.7:80: read: connection reset by peer"),
            "connection_reset",
            "reset by peer",
        ),
        (asked("EOF"), "connection_reset", "EOF"),
        (asked("remote error: tls: unrecognized name", "https"), "redirect_failed", f"redirects to https://{HOST}/t"),
        (
            asked("tls: failed to verify certificate: x509: certificate is valid for a.b, not c.d", "https"),
            "certificate_name",
            f"{HOST} redirects to https://{HOST}/t, whose certificate is for other names",
        ),
        (asked("stopped after 10 redirects"), "redirect_loop", "redirects in a circle"),
        (status(404), "not_found", f"port 80 of {HOST} answers 404 instead of the challenge"),
        (status(502), "unavailable", "answers 502"),
        (status(503), "unavailable", "nothing behind that rule answers"),
        (status(504), "unavailable", "answers 504"),
        (status(401), "forbidden", "asks for a login"),
        (status(403), "forbidden", "answers 403"),
        (status(500), "status", "answers 500"),
        (CONTENT, "wrong_content", "something else than the solver answers"),
        ("failed to read response body: odd", "failed", "could not be asked for the challenge: failed to read"),
    ],
)
def test_self_check(error, code, words):
    found = only(made.challenging(made.challenge(made.SELF_CHECK + error)))
    assert (found.code, found.severity, found.object) == (f"self_check.{code}", ERROR, TITLE)
    assert words in found.message
    assert found.remedy
    assert found.evidence["host"] == HOST


NO_HOST = asked(LOOKUP + "no such host")


@pytest.mark.parametrize(
    ("error", "dns", "code", "words"),
    [
        (NO_HOST, made.dns(status="NXDOMAIN"), "nxdomain", "does not exist in DNS"),
        (NO_HOST, made.dns(), "no_address", "has no A or AAAA record"),
        (NO_HOST, made.dns("192.0.2.7"), "no_such_host", "which is 192.0.2.7 from outside"),
        (status(404), made.dns("198.51.100.1"), "wrong_address", "leads to 198.51.100.1, but the Ingress is at"),
        (status(404), made.dns("198.51.100.1", "192.0.2.7"), "not_found", "answers 404"),
        (CONTENT, made.dns("198.51.100.1"), "wrong_address", "another server answers there"),
    ],
)
def test_self_check_with_what_dns_says(error, dns, code, words):
    found = only(made.challenging(made.challenge(made.SELF_CHECK + error), dns=dns))
    assert found.code == f"self_check.{code}"
    assert words in found.message


@pytest.mark.parametrize(
    ("published", "address", "code"),
    [
        ([{"ip": "192.0.2.7"}], "198.51.100.1", "wrong_address"),
        ([{"ip": "192.0.2.7"}, {"ip": "198.51.100.1"}], "198.51.100.1", "timeout"),
        ([{"hostname": "lb.example.org"}], "198.51.100.1", "timeout"),
        ([{"hostname": "lb.example.org"}, {"ip": "192.0.2.7"}], "198.51.100.1", "timeout"),
        ([{"ip": "10.0.0.7"}], "8.8.4.4", "timeout"),
        ([{"ip": "8.8.8.8"}], "8.8.4.4", "wrong_address"),
        ([{"ip": "2001:4860:0:0::1"}], "2001:4860::1", "timeout"),
        ([], "198.51.100.1", "timeout"),
    ],
)
def test_an_address_is_wrong_only_where_both_can_be_compared(published, address, code):
    at = f"[{address}]" if ":" in address else address
    item = made.challenge(made.SELF_CHECK + asked(f"dial tcp {at}:80: i/o timeout"))
    ingress = made.solver_ingress(item) | {"status": {"loadBalancer": {"ingress": published}}}
    found = causes.run_all(made.challenging(item, solver_ingresses=(ingress,)))[-1]
    assert found.code == f"self_check.{code}"
    status_404 = made.challenge(made.SELF_CHECK + status(404))
    by_dns = made.challenging(status_404, solver_ingresses=(ingress,), dns=made.dns(address))
    assert (causes.run_all(by_dns)[-1].code == "self_check.wrong_address") is (code == "wrong_address")


def test_no_address_is_asked():
    item = made.challenge(made.SELF_CHECK + asked("context deadline exceeded"))
    assert only(made.challenging(item, dns=made.dns())).code == "self_check.timeout"


@pytest.mark.parametrize("error", ["x509: certificate is valid for a.b, not c.d", "tls: handshake failure"])
def test_a_redirect_whose_target_is_not_said(error):
    found = only(made.challenging(made.challenge(made.SELF_CHECK + error)))
    assert f"{HOST} redirects to HTTPS, " in found.message


def test_an_ipv6_address_is_read_whole():
    found = only(made.challenging(made.challenge(made.SELF_CHECK + asked("dial tcp [2001:db8::1]:80: i/o timeout"))))
    assert (found.code, found.evidence["address"]) == ("self_check.wrong_address", "2001:db8::1")
