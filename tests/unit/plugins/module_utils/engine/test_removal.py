# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import removal
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.removal import Doomed
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import NotReady
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import CERTIFICATE, SECRET
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time

WWW, TLS = Doomed(CERTIFICATE, "shop", "www"), Doomed(SECRET, "shop", "www-tls")
DELETIONS = ["delete Certificate shop/www", "delete Secret shop/www-tls"]
LOOKS = ["get Certificate shop/www", "get Secret shop/www-tls"]


def cluster():
    return FakeCluster(Time(), live.ready_certificate(), live.secret())


def test_deletes_in_order_and_sees_them_gone():
    fake = cluster()
    outcome = removal.remove(fake.run(), [WWW, TLS], {"name": "www"})
    assert (outcome.changed, outcome.facts) == (True, {"name": "www"})
    assert [diff["before_header"] for diff in outcome.diff] == ["Certificate shop/www", "Secret shop/www-tls"]
    assert (outcome.diff[0]["before"], outcome.diff[0]["after"]) == ({"state": "present"}, {})
    assert fake.requests == DELETIONS + LOOKS


@pytest.mark.parametrize(("how", "requests"), [({"check_mode": True}, []), ({"wait": False}, DELETIONS)])
def test_in_check_mode_and_without_waiting(how, requests):
    fake = cluster()
    assert removal.remove(fake.run(**how), [WWW, TLS], {}).changed
    assert fake.requests == requests


def test_nothing_to_remove():
    outcome = removal.remove(cluster().run(), [], {})
    assert (outcome.changed, outcome.diff) == (False, [])


def test_waits_for_finalizers_asking_only_for_what_is_left():
    fake = cluster()
    fake.finalizers.add(WWW.title)
    fake.time.at(1.0, lambda: fake.drop(*WWW))
    removal.remove(fake.run(), [WWW], {})
    assert fake.time.seconds == pytest.approx(1.0)
    assert set(fake.requests[1:]) == {LOOKS[0]}


def test_gives_up_and_names_what_is_still_there():
    fake = cluster()
    fake.finalizers.add(WWW.title)
    with pytest.raises(
        NotReady, match="Still there 5 s after their deletion, held by finalizers: Certificate shop/www"
    ):
        removal.remove(fake.run(timeout=5), [WWW, TLS], {})
    assert fake.time.seconds == pytest.approx(5, abs=0.3)
