# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import served
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.served import (
    Failure,
    Handshake,
    Response,
    Served,
)
from ansible_collections.certops.kubernetes.plugins.module_utils.engine import probe
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import Forbidden, NotReady
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import INGRESS, SECRET
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.probe import ProbeSpec, Reference
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import parse_chain
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.roots import SYSTEM
from ansible_collections.certops.kubernetes.tests.unit import factory
from ansible_collections.certops.kubernetes.tests.unit.fakes import Time

HOST = "www.example.test"
NOW = datetime.now(timezone.utc)
CA = factory.authority("Root")
ISSUED = CA.issue(HOST)
SELF_SIGNED = factory.self_signed(HOST)
WWW, WWW_TLS = Reference(INGRESS, "shop", "www"), Reference(SECRET, "shop", "www-tls")
GOOD = Served(Handshake("TLSv1.3", "", parse_chain(ISSUED.leaf_pem)), Response(200), Response(200))
REFUSED = Served(Failure(served.REFUSED, "Connection refused"), None, Response(200))


class Looks:
    """Answers one after another, the last one for ever."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def __call__(self, spec, address, trusted, seconds):
        self.asked.append((address, trusted, seconds))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def secret(**values):
    return {"data": {key.replace("_", "."): base64.b64encode(value).decode() for key, value in values.items()}}


def ingress(*entries):
    return {"status": {"loadBalancer": {"ingress": list(entries)} if entries else {}}}


def cluster(objects):
    return lambda kind, namespace, name: objects.get(kind.title(namespace, name))


def run(spec, looks, objects=None, timeout=60):
    time = Time(NOW)
    return probe.run(spec, looks, cluster(objects or {}), time.clock(), timeout), time


def fail(spec, looks, objects=None, timeout=60):
    time = Time(NOW)
    with pytest.raises(NotReady) as caught:
        probe.run(spec, looks, cluster(objects or {}), time.clock(), timeout)
    return caught.value, time


def test_looks_once_at_a_good_host():
    looks = Looks(GOOD)
    outcome, time = run(ProbeSpec(HOST), looks)
    assert not outcome.changed
    assert outcome.facts["probe"]["verified"]
    assert looks.asked == [(HOST, SYSTEM, 5.0)]
    assert time.naps == []


def test_looks_again_with_growing_pauses():
    outcome, time = run(ProbeSpec(HOST), Looks(*[REFUSED] * 8, GOOD))
    assert outcome.findings == ()
    assert time.naps[0] == 0.2
    assert time.naps == sorted(time.naps)
    assert time.naps[-1] == 2.0


def test_gives_up_in_time_with_all_it_knows():
    error, time = fail(ProbeSpec(HOST), Looks(REFUSED), timeout=10)
    assert time.seconds == pytest.approx(10)
    assert str(error).startswith(
        "www.example.test is not served as expected after 10 s.\n1. [probe.connection_refused]"
    )
    assert [finding.code for finding in error.findings] == ["probe.connection_refused"]
    assert error.facts["probe"]["https"]["error"] == "Connection refused"


def test_without_waiting_it_looks_once():
    looks = Looks(REFUSED)
    _error, time = fail(ProbeSpec(HOST), looks, timeout=0)
    assert looks.asked == [(HOST, SYSTEM, 5.0)]
    assert time.naps == []


def test_a_look_does_not_outlast_the_wait():
    looks = Looks(REFUSED)
    fail(ProbeSpec(HOST), looks, timeout=3)
    times = [seconds for _address, _trusted, seconds in looks.asked]
    assert (times[0], times[-1]) == (3, 1)


def test_warnings_do_not_keep_it_waiting():
    outcome, time = run(ProbeSpec(HOST), Looks(replace(GOOD, https=Response(503))))
    assert [finding.code for finding in outcome.findings] == ["probe.http_status"]
    assert time.naps == []


@pytest.mark.parametrize(
    ("spec", "objects", "address"),
    [
        (ProbeSpec(HOST), {}, HOST),
        (ProbeSpec(HOST, address="192.0.2.7"), {}, "192.0.2.7"),
        (ProbeSpec(HOST, ingress=WWW), {"Ingress shop/www": ingress({"ip": "192.0.2.8"})}, "192.0.2.8"),
        (ProbeSpec(HOST, ingress=WWW), {"Ingress shop/www": ingress({"hostname": "lb.test"})}, "lb.test"),
        (ProbeSpec(HOST, ingress=WWW), {"Ingress shop/www": ingress({}, {"ip": "192.0.2.9"})}, "192.0.2.9"),
        (ProbeSpec(HOST, ingress=WWW, address="192.0.2.7"), {}, "192.0.2.7"),
    ],
)
def test_finds_the_address(spec, objects, address):
    looks = Looks(GOOD)
    outcome, _time = run(spec, looks, objects)
    assert looks.asked[0][0] == address
    assert outcome.facts["probe"]["address"] == address


@pytest.mark.parametrize(
    ("objects", "message"),
    [
        ({}, "does not exist."),
        (
            {"Ingress shop/www": {**ingress(), "spec": {"ingressClassName": "ngnix"}}},
            "has no address in status.loadBalancer.ingress (its class: ngnix).",
        ),
        ({"Ingress shop/www": {}}, "has no address in status.loadBalancer.ingress (its class: the default one)."),
    ],
)
def test_does_not_look_without_an_address(objects, message):
    looks = Looks(GOOD)
    error, _time = fail(ProbeSpec(HOST, ingress=WWW), looks, objects)
    assert [(finding.code, finding.message) for finding in error.findings] == [("probe.no_address", message)]
    assert looks.asked == []


@pytest.mark.parametrize(
    ("values", "root", "source"),
    [
        ({"ca_crt": CA.pem, "tls_crt": ISSUED.leaf_pem}, CA.pem, "ca.crt of Secret shop/www-tls"),
        ({"tls_crt": SELF_SIGNED.leaf_pem}, SELF_SIGNED.leaf_pem, "self-signed tls.crt of Secret shop/www-tls"),
        (
            {"ca_crt": b"", "tls_crt": SELF_SIGNED.leaf_pem},
            SELF_SIGNED.leaf_pem,
            "self-signed tls.crt of Secret shop/www-tls",
        ),
    ],
)
def test_trusts_what_the_secret_holds(values, root, source):
    looks = Looks(GOOD)
    run(ProbeSpec(HOST, trust=WWW_TLS), looks, {WWW_TLS.title: secret(**values)})
    assert looks.asked[0][1].certificates == parse_chain(root)
    assert looks.asked[0][1].source == source


@pytest.mark.parametrize(
    ("objects", "reason"),
    [
        ({}, "it does not exist"),
        ({WWW_TLS.title: secret(tls_crt=ISSUED.leaf_pem)}, "it has no ca.crt, and its certificate is not self-signed"),
        ({WWW_TLS.title: {}}, "no PEM certificate found"),
        ({WWW_TLS.title: secret(ca_crt=b"broken")}, "ca.crt of Secret shop/www-tls: no PEM certificate found"),
        ({WWW_TLS.title: {"data": {"ca.crt": "%"}}}, "ca.crt is not base64"),
    ],
)
def test_looks_without_roots_all_the_same(objects, reason):
    looks = Looks(GOOD)
    error, _time = fail(ProbeSpec(HOST, trust=WWW_TLS), looks, objects, timeout=0)
    assert looks.asked[0][1] is None
    assert error.findings[0].code == "probe.no_roots"
    assert reason in error.findings[0].message
    assert not error.facts["probe"]["verified"]


@pytest.mark.parametrize(
    ("objects", "code"),
    [
        ({WWW_TLS.title: secret(tls_crt=ISSUED.chain_pem)}, None),
        ({WWW_TLS.title: secret(tls_crt=SELF_SIGNED.leaf_pem)}, "probe.wrong_certificate"),
        ({WWW_TLS.title: secret()}, "probe.no_secret"),
        ({}, "probe.no_secret"),
    ],
)
def test_compares_with_the_secret_of_now(objects, code):
    spec = ProbeSpec(HOST, secret=WWW_TLS)
    if code is None:
        assert run(spec, Looks(GOOD), objects)[0].facts["probe"]["matches_secret"]
    else:
        assert [finding.code for finding in fail(spec, Looks(GOOD), objects, timeout=0)[0].findings] == [code]


def test_what_it_may_not_read_ends_the_wait():
    def read(_kind, _namespace, _name):
        raise Forbidden("read Secret shop/www-tls", 403, {"message": "secrets is forbidden"})

    time = Time(NOW)
    with pytest.raises(Forbidden):
        probe.run(ProbeSpec(HOST, secret=WWW_TLS), Looks(GOOD), read, time.clock(), 60)
    assert time.naps == []
