# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.errors import CertopsError
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.ingress_record import Record
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import CERTIFICATE, CONFIG_MAP, INGRESS
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.serving import (
    APPLY,
    AS_IT_IS,
    DRY,
    EXPLICIT,
    HOST,
    HSTS,
    OURS,
    RULE,
    THEIRS,
    ensure,
    found,
    note,
    working,
)


def test_an_ingress_that_exists_is_served_by_annotations():
    fake = working(live.ingress())
    outcome = ensure(fake)
    assert outcome.changed
    assert outcome.facts["ingress"] == {
        "name": "www",
        "namespace": "shop",
        "hosts": [HOST],
        "secret_name": "www-tls",
        "class": "nginx",
        "controller": "ingress_nginx",
        "addresses": ["192.0.2.7"],
    }
    assert outcome.facts["certificate"]["ready"]
    assert found(fake)["spec"]["tls"] == [OURS]
    assert found(fake)["spec"]["rules"] == [{"host": HOST}]
    assert note(fake) == Record(secrets=("www-tls",))
    json.dumps([outcome.facts, outcome.diff])


def test_a_second_run_changes_and_asks_nothing():
    fake = working(live.ingress())
    ensure(fake)
    fake.requests.clear()
    outcome = ensure(fake)
    assert (outcome.changed, outcome.diff) == (False, [])
    assert [line for line in fake.requests if "apply" in line or "watch" in line] == []


def test_creates_an_ingress_from_rules():
    fake = working()
    outcome = ensure(fake, rules=[RULE], ingress_class_name="nginx")
    assert outcome.facts["certificate"]["ready"]
    assert found(fake)["spec"]["rules"][0]["host"] == HOST
    assert note(fake) == Record(created=True, secrets=("www-tls",))
    assert not ensure(fake, rules=[RULE], ingress_class_name="nginx").changed
    assert note(fake).created


def test_check_mode_writes_nothing():
    fake = working(live.ingress())
    outcome = ensure(fake, {"check_mode": True}, **EXPLICIT)
    assert outcome.changed
    assert [diff["before_header"] for diff in outcome.diff] == ["Ingress shop/www", "Certificate shop/www-tls"]
    assert [line for line in fake.requests if line.startswith("apply")] == []


def test_without_waiting():
    fake = working(live.ingress())
    assert ensure(fake, {"wait": False}).facts["certificate"]["ready"] is False
    assert fake.time.seconds == 0


def test_what_no_annotation_can_say_is_an_explicit_certificate():
    fake = working(live.ingress())
    outcome = ensure(fake, **EXPLICIT)
    assert outcome.facts["certificate"]["ready"]
    assert fake.live(CERTIFICATE, "shop", "www-tls")["spec"]["signatureAlgorithm"] == "ECDSAWithSHA256"
    assert "cert-manager.io/issuer" not in found(fake)["metadata"]["annotations"]
    assert note(fake) == Record(secrets=("www-tls",), certificates=("www-tls",))


def test_entries_of_others_stay():
    fake = working(live.ingress(tls=[THEIRS]))
    ensure(fake)
    assert found(fake)["spec"]["tls"] == [THEIRS, OURS]
    assert not ensure(fake).changed


def test_an_entry_of_others_for_the_same_secret_gains_our_hosts():
    fake = working(live.ingress(tls=[{"hosts": ["shop.test"], "secretName": "www-tls"}]), live.secret())
    ensure(fake, **AS_IT_IS)
    assert found(fake)["spec"]["tls"] == [{"hosts": ["shop.test", HOST], "secretName": "www-tls"}]
    assert note(fake).secrets == ()


def test_redirect_and_hsts_bring_their_objects_and_take_them_along():
    fake = working(live.ingress())
    ensure(fake, redirect=True, hsts=HSTS)
    annotations = found(fake)["metadata"]["annotations"]
    assert annotations["nginx.ingress.kubernetes.io/ssl-redirect"] == "true"
    assert fake.live(CONFIG_MAP, "shop", "www-headers")["data"] == {"Strict-Transport-Security": "max-age=60"}
    assert note(fake).objects == ("ConfigMap/www-headers",)
    assert ensure(fake, redirect=True).changed
    assert fake.live(CONFIG_MAP, "shop", "www-headers") is None
    assert "nginx.ingress.kubernetes.io/custom-headers" not in found(fake)["metadata"]["annotations"]
    assert not ensure(fake, redirect=True).changed


def test_another_secret_replaces_our_entry():
    fake = working(live.ingress(tls=[THEIRS]))
    ensure(fake)
    ensure(fake, secret_name="new-tls")
    assert found(fake)["spec"]["tls"] == [THEIRS, OURS | {"secretName": "new-tls"}]
    assert note(fake).secrets == ("new-tls",)


def test_another_secret_takes_the_explicit_certificate_of_before_along():
    fake = working(live.ingress())
    ensure(fake, **EXPLICIT)
    outcome = ensure(fake, **EXPLICIT, secret_name="new-tls")
    assert outcome.changed
    assert fake.live(CERTIFICATE, "shop", "www-tls") is None
    assert fake.live(CERTIFICATE, "shop", "new-tls")
    assert note(fake).certificates == ("new-tls",)


def test_an_explicit_certificate_makes_room_for_that_of_the_annotations():
    fake = working(live.ingress())
    ensure(fake, **EXPLICIT)
    fake.requests.clear()
    outcome = ensure(fake)
    assert (outcome.changed, outcome.facts["certificate"]["ready"]) == (True, True)
    # Before the annotations are there: cert-manager leaves a Certificate that it didn't make alone.
    assert fake.requests.index("delete Certificate shop/www-tls") < fake.requests.index(APPLY)
    assert "signatureAlgorithm" not in fake.live(CERTIFICATE, "shop", "www-tls")["spec"]
    assert note(fake).certificates == ()
    assert not ensure(fake).changed


def test_check_mode_tells_of_a_certificate_that_would_go():
    fake = working(live.ingress())
    ensure(fake, **EXPLICIT)
    assert ensure(fake, {"check_mode": True}).changed
    assert fake.live(CERTIFICATE, "shop", "www-tls")


@pytest.mark.parametrize("request_", [DRY, APPLY])
def test_a_change_in_between_is_not_lost(request_):
    fake = working(live.ingress())
    fake.before(request_, lambda: fake.put(live.ingress(tls=[THEIRS])))
    assert ensure(fake).changed
    assert found(fake)["spec"]["tls"] == [THEIRS, OURS]


def test_gives_up_when_the_ingress_never_rests():
    fake = working(live.ingress())

    def meddle():
        fake.put(live.ingress(annotations={"touched": str(len(fake.requests))}))
        fake.before(DRY, meddle)

    fake.before(DRY, meddle)
    with pytest.raises(CertopsError, match="Ingress shop/www was changed by others 5 times while this run wrote it"):
        ensure(fake)
    assert fake.requests.count(DRY) == 5


def test_fields_of_others_are_not_taken_over():
    fake = working(live.ingress(annotations={"nginx.ingress.kubernetes.io/ssl-redirect": "false"}))
    with pytest.raises(CertopsError, match="other field managers hold other values"):
        ensure(fake, redirect=True)
    assert fake.requests.count(DRY) == 1


def test_a_secret_that_is_served_as_it_is():
    fake = working(live.ingress(), live.secret())
    outcome = ensure(fake, **AS_IT_IS)
    assert (outcome.facts["certificate"], outcome.findings) == (None, [])
    assert "cert-manager.io/issuer" not in found(fake)["metadata"]["annotations"]


def test_a_missing_secret_is_a_warning():
    fake = working(live.ingress())
    assert [finding.code for finding in ensure(fake, **AS_IT_IS).findings] == ["secret.missing"]


def test_an_address_that_comes_while_waiting_is_returned():
    fake = working(live.ingress() | {"status": {}})
    balancer = {"loadBalancer": {"ingress": [{"hostname": "lb.test"}]}}
    fake.time.at(1.0, lambda: fake.set_status(INGRESS, "shop", "www", balancer))
    assert ensure(fake).facts["ingress"]["addresses"] == ["lb.test"]
