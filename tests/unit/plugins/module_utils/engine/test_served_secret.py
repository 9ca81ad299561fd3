# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import served_secret
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import Forbidden
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.dialects.dialect import Traffic
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.ingress import IngressSpec
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time

HOSTS = (live.HOST, "b.test", "c.test")
WANTED = IngressSpec("www", "shop", HOSTS, "www-tls", None, None, None, Traffic("shop", "www"), None, {}, "auto")


@pytest.mark.parametrize(
    ("secrets", "found"),
    [
        ([], [("secret.missing", "does not exist.")]),
        ([live.secret() | {"data": {}}], [("secret.unreadable", "it has no tls.crt yet.")]),
        ([live.secret()], [("secret.does_not_cover", "its certificate does not cover b.test, c.test.")]),
        ([live.secret(live.CA.issue(live.HOST, "*.test"))], []),
    ],
)
def test_warns_of_a_secret_that_cannot_serve_the_hosts(secrets, found):
    notes = served_secret.notes(FakeCluster(Time(), *secrets).run(), WANTED)
    assert [(note.code, note.message) for note in notes] == found
    assert {(note.severity, note.object) for note in notes} <= {("warning", "Secret shop/www-tls")}


def test_warns_of_a_secret_that_may_not_be_read():
    fake = FakeCluster(Time())
    fake.refuse("get Secret shop/www-tls", Forbidden("read", 403, {"message": "no"}))
    (note,) = served_secret.notes(fake.run(), WANTED)
    assert (note.code, note.message) == ("secret.not_readable", "could not be read: no")
