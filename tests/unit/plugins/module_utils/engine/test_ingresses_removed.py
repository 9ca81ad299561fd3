# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import ingresses
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import INGRESS, SECRET
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.serving import (
    APPLY,
    DRY,
    EXPLICIT,
    HOST,
    HSTS,
    OURS,
    RULE,
    THEIRS,
    ensure,
    found,
    working,
)


def remove(fake, delete_secret=False, **how):
    fake.requests.clear()
    outcome = ingresses.remove(fake.run(**how), "shop", "www", delete_secret)
    return outcome, [line.removeprefix("delete ") for line in fake.requests if line.startswith("delete")]


@pytest.mark.parametrize("objects", [[], [live.ingress(tls=[THEIRS])]])
def test_remove_touches_nothing_that_is_not_ours(objects):
    fake = working(*objects)
    outcome, gone = remove(fake)
    assert (outcome.changed, gone) == (False, [])
    assert outcome.facts == {"ingress": {"name": "www", "namespace": "shop"}}


def test_remove_takes_an_ingress_of_ours_with_its_certificate():
    fake = working()
    ensure(fake, rules=[RULE], ingress_class_name="nginx", redirect=True, hsts=HSTS)
    outcome, gone = remove(fake)
    assert outcome.changed
    assert gone == ["Ingress shop/www", "ConfigMap shop/www-headers", "Certificate shop/www-tls"]
    assert fake.live(SECRET, "shop", "www-tls")
    assert not remove(fake)[0].changed


def test_remove_takes_just_our_part_of_an_ingress_of_others():
    fake = working(live.ingress(tls=[THEIRS]))
    before = found(fake)
    ensure(fake, redirect=True)
    outcome, gone = remove(fake, delete_secret=True)
    assert gone == ["Certificate shop/www-tls", "Secret shop/www-tls"]
    assert outcome.diff[0]["before"]["spec"] == {"tls": [THEIRS, OURS]}
    assert found(fake)["spec"] == before["spec"]
    assert found(fake)["metadata"].get("annotations", {}) == before["metadata"]["annotations"]


def test_remove_leaves_an_ingress_of_others_without_tls():
    fake = working(live.ingress())
    before = found(fake)
    ensure(fake)
    remove(fake)
    assert found(fake)["spec"] == before["spec"]


def test_remove_leaves_an_ingress_of_ours_that_others_use_too():
    fake = working()
    ensure(fake, rules=[RULE], ingress_class_name="nginx")
    shared = found(fake)
    shared["spec"]["tls"].append(THEIRS)
    fake.merge(INGRESS, "shop", "www", {"spec": {"tls": shared["spec"]["tls"]}})
    _outcome, gone = remove(fake)
    assert gone == ["Certificate shop/www-tls"]
    assert found(fake)["spec"]["tls"] == [THEIRS]
    assert found(fake)["spec"]["rules"][0]["host"] == HOST


def test_remove_leaves_a_certificate_that_somebody_else_made():
    fake = working(live.ingress(), live.certificate(name="www-tls"))
    fake.reactions.clear()
    ensure(fake, {"wait": False})
    assert remove(fake)[1] == []


def test_remove_takes_an_explicit_certificate():
    fake = working(live.ingress())
    ensure(fake, **EXPLICIT)
    assert remove(fake)[1] == ["Certificate shop/www-tls"]


def test_remove_in_check_mode():
    fake = working(live.ingress())
    ensure(fake)
    before = found(fake)
    outcome, gone = remove(fake, check_mode=True)
    assert (outcome.changed, gone) == (True, [])
    assert found(fake) == before


@pytest.mark.parametrize("request_", [DRY, APPLY, "merge Ingress shop/www"])
def test_remove_does_not_lose_a_change_in_between(request_):
    fake = working(live.ingress())
    ensure(fake)
    status = {"loadBalancer": {"ingress": [{"ip": "192.0.2.8"}]}}
    fake.before(request_, lambda: fake.set_status(INGRESS, "shop", "www", status))
    assert remove(fake)[1] == ["Certificate shop/www-tls"]
    assert found(fake)["status"] == status
    assert "tls" not in found(fake)["spec"]
