# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import looking, waiting
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import ApiError, Forbidden
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.certificate import CertificateSpec
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import CERTIFICATE
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time
from ansible_collections.certops.kubernetes.tests.unit.live import condition

ISSUING = live.certificate(condition("Ready", False, "DoesNotExist", "no Secret"), condition("Issuing", True))
FAILED = live.certificate(
    condition("Ready", False),
    condition("Issuing", False, "Failed", "rateLimited"),
    lastFailureTime="2026-03-01T11:59:00Z",
)
GET_SECRET = "get Secret shop/www-tls"


def world(*objects):
    fake = FakeCluster(Time(), live.issuer(condition("Ready", True)), *objects)
    return fake, fake.time


def state(fake, name="www", **details):
    wanted = CertificateSpec(name, "shop", live.SPEC | {"secretName": f"{name}-tls"})
    return waiting.State(wanted, fake.live(CERTIFICATE, "shop", name), **details)


def wait(fake, *states, timeout=60.0):
    found = waiting.until_ready(fake.run(timeout=timeout), list(states) or [state(fake)])
    return found if states else found[0]


def test_what_is_ready_is_not_watched():
    fake, time = world(live.ready_certificate(), live.secret())
    found = wait(fake)
    assert found.ready
    assert found.secret == fake.live(waiting.kinds.SECRET, "shop", "www-tls")
    assert (fake.requests, time.seconds) == ([GET_SECRET], 0)


def test_ready_as_soon_as_the_events_say_so():
    fake, time = world(ISSUING)
    time.at(2.0, lambda: fake.put(live.secret()))
    time.at(2.0, lambda: fake.put(live.ready_certificate()))
    found = wait(fake)
    assert found.ready
    assert found.seconds == pytest.approx(2.0)
    assert fake.requests == ["watch certificates", GET_SECRET]


def test_one_certificate_is_watched_by_its_name():
    fake, time = world(ISSUING)
    time.at(1.0, lambda: fake.put(live.ready_certificate(name="other")))
    time.at(2.0, lambda: fake.put(live.secret()))
    time.at(2.0, lambda: fake.put(live.ready_certificate()))
    assert wait(fake).ready
    assert fake.watches[0].watches[0].fields == "metadata.name=www"


def test_a_secret_that_lags_behind_is_read_again():
    fake, time = world(ISSUING)
    time.at(2.0, lambda: fake.put(live.ready_certificate()))
    time.at(4.5, lambda: fake.put(live.secret()))
    found = wait(fake)
    assert found.ready
    assert 4.5 <= found.seconds <= 5.5 + waiting._TICK_SECONDS


def test_conditions_of_an_earlier_spec_do_not_count():
    old = live.ready_certificate(generation=2)
    fake, time = world(old, live.secret())
    time.at(2.0, lambda: fake.put(live.certificate(condition("Ready", True, generation=2), generation=2, revision=2)))
    found = wait(fake)
    assert found.ready
    assert found.seconds == pytest.approx(2.0)
    assert fake.requests.count(GET_SECRET) == 1


def test_a_renewal_must_bring_a_new_revision():
    fake, time = world(live.ready_certificate(revision=1), live.secret())
    time.at(5.0, lambda: fake.put(live.ready_certificate(revision=2)))
    (found,) = wait(fake, state(fake, after_revision=1))
    assert found.ready
    assert found.seconds == pytest.approx(5.0)


def test_a_failed_issuance_ends_the_wait_at_once():
    fake, time = world(ISSUING)
    time.at(7.0, lambda: fake.put(FAILED))
    found = wait(fake)
    assert not found.ready
    assert found.verdict.finding.code == "certificate.issuance_failed"
    assert found.seconds == pytest.approx(7.0)


def test_a_failure_from_before_is_seen_without_a_watch():
    fake, _time = world(FAILED)
    assert wait(fake).verdict.finding.message == "rateLimited"
    assert fake.requests == []


def test_gives_up_in_time():
    fake, time = world(ISSUING)
    found = wait(fake, timeout=10.0)
    assert not found.ready
    assert found.verdict.finding.code == "certificate.pending"
    assert found.seconds == pytest.approx(10.0)
    assert time.seconds == pytest.approx(10.0)


def test_looks_a_last_time_when_the_time_is_out():
    fake, time = world(live.ready_certificate())
    time.at(9.99, lambda: fake.put(live.secret()))
    assert wait(fake, timeout=10.0).ready


def test_one_that_is_deleted_and_made_again():
    fake, time = world(ISSUING)
    time.at(1.0, lambda: fake.drop(CERTIFICATE, "shop", "www"))
    time.at(3.0, lambda: fake.put(live.secret()))
    time.at(3.0, lambda: fake.put(live.ready_certificate()))
    assert wait(fake).ready


def test_one_that_is_deleted_for_good():
    fake, time = world(ISSUING)
    time.at(1.0, lambda: fake.drop(CERTIFICATE, "shop", "www"))
    found = wait(fake, timeout=10.0)
    assert (found.live, found.verdict.finding.code) == (None, "certificate.missing")


def test_a_secret_that_may_not_be_read_is_a_warning():
    fake, _time = world(live.ready_certificate())
    fake.refuse(GET_SECRET, Forbidden(f"read {GET_SECRET}", 403, {"message": "secrets is forbidden"}))
    found = wait(fake)
    assert found.ready
    (note,) = found.notes
    assert (note.code, note.severity, note.object) == ("secret.not_readable", "warning", "Secret shop/www-tls")
    assert "secrets is forbidden" in note.message


def test_a_watch_that_is_refused_is_a_failure():
    fake, time = world(ISSUING)
    error = Forbidden("watch certificates", 403, {"message": "no"})
    time.at(1.0, lambda: fake.watches[0].queue.append((CERTIFICATE, "ERROR", error)))
    with pytest.raises(Forbidden):
        wait(fake)
    assert fake.watches[0].closed


def test_the_watch_is_closed():
    fake, _time = world(ISSUING)
    wait(fake, timeout=1.0)
    assert [events.closed for events in fake.watches] == [True]


NAMES = [f"www-{number}" for number in range(20)]


def test_many_certificates_share_one_watch_and_keep_their_order():
    fake, time = world(*(live.certificate(condition("Ready", False), name=name) for name in NAMES))
    for number, name in enumerate(reversed(NAMES)):
        time.at(number / 8, lambda name=name: fake.put(live.secret(name=f"{name}-tls")))
        time.at(number / 8, lambda name=name: fake.put(live.ready_certificate(name=name)))
    found = wait(fake, *(state(fake, name) for name in NAMES))
    assert [one.wanted.name for one in found] == NAMES
    assert all(one.ready for one in found)
    assert time.seconds == pytest.approx(19 / 8)
    assert fake.requests.count("watch certificates") == 1
    assert fake.watches[0].watches[0].fields is None
    # Each Secret is read when its Certificate is ready, and not again.
    assert sorted(line for line in fake.requests if line.startswith("get")) == sorted(
        f"get Secret shop/{name}-tls" for name in NAMES
    )


def test_one_that_fails_does_not_keep_the_others_waiting():
    fake, time = world(ISSUING, live.certificate(condition("Ready", False), name="b"))
    time.at(1.0, lambda: fake.put(FAILED))
    time.at(2.0, lambda: fake.put(live.secret(name="b-tls")))
    time.at(2.0, lambda: fake.put(live.ready_certificate(name="b")))
    found = wait(fake, state(fake), state(fake, "b"))
    assert [one.ready for one in found] == [False, True]
    assert time.seconds == pytest.approx(2.0)


def test_diagnosed_puts_the_cause_before_what_was_waited_for():
    fake = FakeCluster(Time(), ISSUING)
    found = wait(fake, timeout=0.0)
    codes = [finding.code for finding in waiting.diagnosed(fake.run(), found)]
    assert codes == ["issuer.missing", "certificate.pending"]


def test_diagnosed_of_one_that_is_not_there():
    fake, _time = world()
    found = wait(fake, timeout=0.0)
    assert [finding.code for finding in waiting.diagnosed(fake.run(), found)] == ["certificate.missing"]


def test_diagnosed_says_what_it_knows_when_nothing_can_be_read():
    fake, _time = world(ISSUING)
    found = wait(fake, timeout=0.0)
    answer = ApiError("list", 500, {"message": "etcd is down"})
    for request in ("get Issuer shop/shop-ca", "list certificaterequests in shop"):
        fake.refuse(request, answer)
    codes = [finding.code for finding in waiting.diagnosed(fake.run(), found)]
    assert codes == ["evidence.unreadable", "evidence.unreadable", "certificate.pending"]


def test_no_verdict_yet():
    fake, _time = world()
    assert waiting.diagnosed(fake.run(), replace(state(fake), live=None)) == []


def test_a_hopeless_cause_ends_the_wait_at_its_second_look():
    fake = FakeCluster(Time(), ISSUING)
    found = wait(fake, timeout=60.0)
    assert not found.ready
    assert found.verdict.finding.code == "issuer.missing"
    assert found.seconds == pytest.approx(2 * looking.PAUSE_SECONDS)


def looks(fake):
    return fake.requests.count("list certificaterequests in shop")


def test_while_others_become_ready_there_is_no_closer_look():
    fake, time = world(*(live.certificate(condition("Ready", False), name=name) for name in NAMES))
    for number, name in enumerate(NAMES):
        time.at(number / 2, lambda name=name: fake.put(live.secret(name=f"{name}-tls")))
        time.at(number / 2, lambda name=name: fake.put(live.ready_certificate(name=name)))
    assert all(one.ready for one in wait(fake, *(state(fake, name) for name in NAMES)))
    assert time.seconds == pytest.approx(19 / 2)
    assert looks(fake) == 0


def test_where_news_never_ends_there_is_a_look_now_and_then():
    fake, time = world(*(live.certificate(condition("Ready", False), name=name) for name in NAMES))
    for second in range(60):
        news = live.certificate(condition("Ready", False, message=f"attempt {second}"), name="www-0")
        time.at(second, lambda news=news: fake.put(news))
    wait(fake, *(state(fake, name) for name in NAMES), timeout=4 * looking.BUSY_SECONDS - 1)
    assert looks(fake) == 3 * looking.AT_ONCE


def test_a_cause_that_goes_away_does_not_end_the_wait():
    fake = FakeCluster(Time(), ISSUING)
    fake.time.at(4.0, lambda: fake.put(live.issuer(condition("Ready", True))))
    fake.time.at(8.0, lambda: fake.put(live.secret()))
    fake.time.at(8.0, lambda: fake.put(live.ready_certificate()))
    assert wait(fake, timeout=60.0).ready
