# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import readiness
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.acme_problem import Problem
from ansible_collections.certops.kubernetes.plugins.module_utils.engine import exposure, rotation
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.cert_manager import CertManager
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import AcmeError, CertopsError, NotReady
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.certificate import CertificateSpec
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import CERTIFICATE, SECRET
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.controllers import issuing
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time

BODY = live.SPEC | {"secretName": "www-tls", "privateKey": {**live.SPEC["privateKey"], "rotationPolicy": "Never"}}
DEFINED = CertificateSpec("www", "shop", BODY, "key_exposed", revoke=True)
AS_IT_IS = CertificateSpec("www", "shop", {}, "key_exposed", revoke=True)
ENGINE = CertManager()


class Server:
    """The ACME server's side of revocation."""

    def __init__(self, fake):
        self.fake, self.asked, self.errors, self.again = fake, [], [], False

    def __call__(self, server, clock, der, reason):
        served = readiness.leaf_of(self.fake.live(SECRET, "shop", "www-tls"))
        self.asked.append((server, der, reason, served.serial_number))
        for error in self.errors:
            raise error
        return not self.again


@pytest.fixture
def fake():
    """A cluster with an ACME issuer and a certificate that was issued."""
    cluster = FakeCluster(Time(), live.issuer(live.condition("Ready", True), acme={"server": "https://ca.test/dir"}))
    issuing(cluster)
    ENGINE.ensure_certificates(cluster.run(), [replace(DEFINED, renew="auto", revoke=False)])
    cluster.requests.clear()
    return cluster


@pytest.fixture
def server(fake):
    return Server(fake)


def leaf(fake):
    return readiness.leaf_of(fake.live(SECRET, "shop", "www-tls"))


def policy(fake):
    return fake.live(CERTIFICATE, "shop", "www")["spec"]["privateKey"]["rotationPolicy"]


@pytest.mark.parametrize("spec", [DEFINED, AS_IT_IS])
def test_the_old_one_is_revoked_by_its_own_key_once_the_new_one_is_served(fake, server, spec):
    before, key = leaf(fake), readiness.value(fake.live(SECRET, "shop", "www-tls"), "tls.key")
    policies = []
    fake.reactions.append(lambda obj: policies.append(policy(fake)) if obj["kind"] == "Certificate" else None)
    outcome = ENGINE.ensure_certificates(fake.run(revoke=server), [spec])
    (asked, der, reason, served), *_others = server.asked
    assert (asked.directory_url, asked.key_pem, der, reason) == ("https://ca.test/dir", key, before.der, 1)
    assert served == leaf(fake).serial_number != before.serial_number
    assert "Always" in policies and policy(fake) == "Never"
    assert fake.live(SECRET, "shop", "www-exposed") is None
    (facts,) = outcome.facts["certificates"]
    assert outcome.changed and facts["ready"]
    assert facts["revoked"] == {"serial_number": before.serial_number, "reason": 1, "before": False}
    assert "PRIVATE KEY" not in json.dumps([outcome.facts, outcome.diff])


def test_of_a_certificate_that_others_define_nothing_is_left_behind(fake, server):
    spec = fake.live(CERTIFICATE, "shop", "www")["spec"]
    ENGINE.ensure_certificates(fake.run(revoke=server), [AS_IT_IS])
    after = fake.live(CERTIFICATE, "shop", "www")
    assert after["spec"] == spec
    assert not after["metadata"].get("annotations")
    assert not [line for line in fake.requests if "apply" in line]


def test_without_revoking_no_key_is_kept(fake, server):
    outcome = ENGINE.ensure_certificates(fake.run(revoke=server), [replace(DEFINED, revoke=False)])
    assert (server.asked, outcome.facts["certificates"][0]["revoked"]) == ([], None)
    assert not [line for line in fake.requests if line.startswith("create")]


@pytest.mark.parametrize("spec", [DEFINED, AS_IT_IS])
def test_a_run_that_was_ended_before_it_revoked_is_gone_on_with(fake, server, spec):
    before = leaf(fake)
    server.errors = [AcmeError("revoke the certificate", Problem(type="serverInternal", detail="later", status=500))]
    with pytest.raises(NotReady, match="serial .* is not revoked yet: .*later"):
        ENGINE.ensure_certificates(fake.run(revoke=server), [spec])
    served = leaf(fake)
    assert served.serial_number != before.serial_number
    server.errors, server.again = [], True
    outcome = ENGINE.ensure_certificates(fake.run(revoke=server), [spec])
    assert leaf(fake) == served
    assert outcome.facts["certificates"][0]["revoked"] == {
        "serial_number": before.serial_number,
        "reason": 1,
        "before": True,
    }
    assert fake.live(SECRET, "shop", "www-exposed") is None
    assert policy(fake) == "Never"


def test_a_renewal_that_keeps_the_key_is_found_out(fake, server):
    secret = fake.live(SECRET, "shop", "www-tls")
    fake.reactions.append(lambda obj: fake.put(secret) if obj == leaf_changed(fake, secret) else None)
    with pytest.raises(NotReady) as caught:
        ENGINE.ensure_certificates(fake.run(revoke=server), [DEFINED])
    assert [finding.code for finding in caught.value.findings] == ["key.not_replaced"]
    assert server.asked == []
    assert fake.live(SECRET, "shop", "www-exposed")


def leaf_changed(fake, secret):
    """The Secret, if it isn't as it was."""
    found = fake.live(SECRET, "shop", "www-tls")
    return found if found["data"] != secret["data"] else None


@pytest.mark.parametrize(
    ("issuer", "how", "said"),
    [
        ({"selfSigned": {}}, {}, "the issuer of Certificate shop/www is no ACME issuer"),
        ({"acme": {"server": "https://ca.test/dir"}}, {"wait": False}, "needs wait: true"),
    ],
)
def test_what_can_be_known_before_is_said_before(fake, server, issuer, how, said):
    fake.put(live.issuer(live.condition("Ready", True), **issuer))
    with pytest.raises(CertopsError, match=said):
        ENGINE.ensure_certificates(fake.run(revoke=server, **how), [DEFINED])
    assert not [line for line in fake.requests if line.startswith(("apply", "merge", "create"))]


def test_a_secret_of_somebody_else_is_left_alone(fake, server):
    fake.put(live.secret(name="www-exposed"))
    with pytest.raises(CertopsError, match="Secret shop/www-exposed is in the way"):
        ENGINE.ensure_certificates(fake.run(revoke=server), [DEFINED])


def test_check_mode_changes_nothing(fake, server):
    outcome = ENGINE.ensure_certificates(fake.run(revoke=server, check_mode=True), [DEFINED])
    assert outcome.changed
    assert not [line for line in fake.requests if line.startswith(("apply", "merge", "create", "delete"))]


def test_what_was_never_issued_has_no_key_to_be_exposed(server):
    fake = FakeCluster(Time())
    issuing(fake)
    outcome = ENGINE.ensure_certificates(fake.run(revoke=server), [DEFINED])
    assert outcome.facts["certificates"][0]["ready"]
    assert server.asked == []
    assert exposure.ensure(fake.run(), [], rotation.ByPolicy()).facts == {"certificates": []}
