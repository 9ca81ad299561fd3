# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import issuers
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.protocol import IssuerSecrets
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import (
    CertopsError,
    Forbidden,
    NotReady,
    SpecError,
)
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import issuer as spec
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import CLUSTER_ISSUER, ISSUER, SECRET
from ansible_collections.certops.kubernetes.tests.unit.controllers import answering
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time
from ansible_collections.certops.kubernetes.tests.unit.live import condition

READY = condition("Ready", True, "ACMEAccountRegistered", "registered")
SCOPE = {"name": "le", "namespace": "shop", "kind": "Issuer", "cluster_resource_namespace": "cert-manager"}
BINDING = {"key_id": "kid-1", "key": "aGVsbG8"}
PLAIN = spec.from_parameters({**SCOPE, "self_signed": {}})
ACME = spec.from_parameters({**SCOPE, "acme": {"server": "letsencrypt_staging", "external_account_binding": BINDING}})


def working(*conditions):
    """A cluster where cert-manager says this of every issuer after two seconds."""
    fake = FakeCluster(Time())
    answering(fake, *(conditions or [READY]))
    return fake


def test_secrets_come_first_then_the_issuer_then_its_condition():
    fake = working()
    outcome = issuers.ensure(fake.run(), ACME)
    assert outcome.changed
    assert outcome.facts["issuer"] == {
        "name": "le",
        "namespace": "shop",
        "kind": "Issuer",
        "ready": True,
        "reason": "ACMEAccountRegistered",
        "message": "registered",
        "account_uri": None,
    }
    writes = [line for line in fake.requests if line.startswith("apply")]
    assert writes == ["apply Secret shop/le-eab", "apply Issuer shop/le"]
    assert fake.time.seconds == pytest.approx(2.0)
    assert "aGVsbG8" not in str(outcome.diff)


def test_what_only_the_direct_engine_has_is_refused_before_anything_is_changed():
    fake = working()
    acme = {"server": "letsencrypt_staging", "solvers": [{"http01": {}}, {"http01": {"responder_image": "m/caddy"}}]}
    with pytest.raises(SpecError, match=r"^acme\.solvers\[1\]\.http01\.responder_image: only with engine: direct$"):
        issuers.ensure(fake.run(), spec.from_parameters({**SCOPE, "acme": acme}))
    rolled = {"server": "letsencrypt_staging", "roll_over_account_key": True}
    with pytest.raises(SpecError, match=r"^acme\.roll_over_account_key: only with engine: direct$"):
        issuers.ensure(fake.run(), spec.from_parameters({**SCOPE, "acme": rolled}))
    with pytest.raises(SpecError, match=r"^deactivate_account: only with engine: direct$"):
        issuers.remove(fake.run(), ISSUER, "shop", "le", IssuerSecrets("shop", False, deactivate_account=True))
    assert fake.requests == []


def test_an_issuer_without_secrets_is_created_in_one_request():
    fake = working()
    issuers.ensure(fake.run(wait=False), PLAIN)
    assert fake.requests == ["get Issuer shop/le", "apply Issuer shop/le"]


def test_a_second_run_takes_one_read_each():
    fake = working()
    issuers.ensure(fake.run(), ACME)
    fake.requests.clear()
    assert not issuers.ensure(fake.run(), ACME).changed
    assert fake.requests == ["get Secret shop/le-eab", "get Issuer shop/le"]


def test_account_uri():
    fake = working()
    issuers.ensure(fake.run(), PLAIN)
    fake.set_status(ISSUER, "shop", "le", {"conditions": [READY], "acme": {"uri": "https://acme.test/acct/1"}})
    assert issuers.ensure(fake.run(), PLAIN).facts["issuer"]["account_uri"] == "https://acme.test/acct/1"


def test_check_mode_writes_nothing():
    fake = working()
    outcome = issuers.ensure(fake.run(check_mode=True), ACME)
    assert (outcome.changed, outcome.facts["issuer"]["ready"]) == (True, False)
    assert [line for line in fake.requests if line.startswith(("apply", "watch"))] == []


def test_check_mode_does_not_foretell_how_a_change_ends():
    fake = working()
    issuers.ensure(fake.run(), PLAIN)
    outcome = issuers.ensure(fake.run(check_mode=True), ACME)
    assert (outcome.changed, outcome.facts["issuer"]["ready"], outcome.facts["issuer"]["reason"]) == (True, False, None)
    assert issuers.ensure(fake.run(check_mode=True), PLAIN).facts["issuer"]["ready"]


def test_without_waiting():
    fake = working()
    assert not issuers.ensure(fake.run(wait=False), PLAIN).facts["issuer"]["ready"]
    assert fake.time.seconds == 0


def fails(fake, timeout=10.0):
    with pytest.raises(NotReady) as caught:
        issuers.ensure(fake.run(timeout=timeout), PLAIN)
    assert [events.closed for events in fake.watches] == [True]
    assert caught.value.facts["changed"]
    return caught.value


def test_gives_up_in_time_and_says_why():
    fake = working(condition("Ready", False, "ErrRegisterACMEAccount", "no route"))
    error = fails(fake)
    assert str(error) == (
        "Issuer shop/le is not ready after 10 s.\n"
        "1. [issuer.not_ready] Issuer shop/le: not ready, ErrRegisterACMEAccount: no route\n"
        "   → correct in the issuer what this names, or see its controller's log"
    )
    assert error.facts["issuer"]["reason"] == "ErrRegisterACMEAccount"


def test_what_will_never_work_ends_the_wait_at_once():
    fake = working(condition("Ready", False, "InvalidURL", "ftp:"))
    fails(fake)
    assert fake.time.seconds == pytest.approx(2.0)


def test_a_deletion_ends_the_wait():
    fake = FakeCluster(Time())
    fake.time.at(3.0, lambda: fake.drop(ISSUER, "shop", "le"))
    assert [finding.code for finding in fails(fake).findings] == ["issuer.deleted"]
    assert fake.time.seconds == pytest.approx(3.0)


def test_a_watch_that_is_refused_is_a_failure():
    fake = FakeCluster(Time())
    error = Forbidden("watch issuers", 403, {"message": "no"})
    fake.time.at(1.0, lambda: fake.watches[0].queue.append((ISSUER, "ERROR", error)))
    with pytest.raises(Forbidden):
        issuers.ensure(fake.run(), PLAIN)
    assert fake.watches[0].closed


def test_nothing_is_written_when_the_issuer_would_be_refused():
    fake = working()
    fake.missing_kinds.add("Issuer")
    with pytest.raises(CertopsError, match="the cluster has no kind Issuer"):
        issuers.ensure(fake.run(), ACME)
    assert [line for line in fake.requests if line.startswith("apply")] == []


KEY = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "le-account-key", "namespace": "shop"}}


@pytest.mark.parametrize(
    ("delete_account_key", "gone"),
    [
        (False, ["Issuer shop/le", "Secret shop/le-eab"]),
        (True, ["Issuer shop/le", "Secret shop/le-eab", "Secret shop/le-account-key"]),
    ],
)
def test_remove_takes_the_secrets_kept_for_it_and_the_account_key_when_asked(delete_account_key, gone):
    fake = working()
    issuers.ensure(fake.run(), ACME)
    fake.put(KEY)
    outcome = issuers.remove(fake.run(), ISSUER, "shop", "le", IssuerSecrets("shop", delete_account_key))
    assert [diff["before_header"] for diff in outcome.diff] == gone
    assert (fake.live(SECRET, "shop", "le-account-key") is None) is delete_account_key
    assert outcome.facts == {"issuer": {"name": "le", "namespace": "shop", "kind": "Issuer"}}


def test_remove_finds_the_secrets_of_an_issuer_with_a_long_name():
    fake, name = working(), "a" * 62 + ".letsencrypt"
    wanted = spec.from_parameters(
        {**SCOPE, "name": name, "acme": {"server": "letsencrypt", "external_account_binding": BINDING}}
    )
    issuers.ensure(fake.run(), wanted)
    issuers.remove(fake.run(), ISSUER, "shop", name, IssuerSecrets("shop", False))
    assert fake.live(SECRET, "shop", f"{name}-eab") is None


def test_remove_finds_the_account_key_by_the_issuers_own_word():
    fake = working()
    other = {"server": "letsencrypt", "private_key_secret_ref": {"name": "key"}}
    issuers.ensure(fake.run(), spec.from_parameters({**SCOPE, "acme": other}))
    fake.put({**KEY, "metadata": {"name": "key", "namespace": "shop"}})
    issuers.remove(fake.run(), ISSUER, "shop", "le", IssuerSecrets("shop", True))
    assert fake.live(SECRET, "shop", "key") is None


def test_remove_what_is_not_there():
    outcome = issuers.remove(working().run(), CLUSTER_ISSUER, None, "le", IssuerSecrets("cert-manager", True))
    assert (outcome.changed, outcome.diff) == (False, [])


def test_remove_leaves_what_others_keep():
    fake = working()
    issuers.ensure(fake.run(), ACME)
    other = {**KEY, "metadata": {"name": "other", "namespace": "shop", "labels": {"app.kubernetes.io/part-of": "le"}}}
    fake.put(other)
    issuers.remove(fake.run(), ISSUER, "shop", "le", IssuerSecrets("shop", False))
    assert fake.live(SECRET, "shop", "other")
