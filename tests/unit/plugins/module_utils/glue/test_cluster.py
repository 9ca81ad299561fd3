# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time
from datetime import datetime, timezone
from types import SimpleNamespace

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.served import Failure, Response
from ansible_collections.certops.kubernetes.plugins.module_utils.glue import cluster

AUTH = {"host": "https://k8s.test:6443", "api_key": "token-1", "impersonate_user": "ci", "impersonate_groups": ["dev"]}


@pytest.mark.parametrize(
    ("params", "check_mode", "how"),
    [
        (
            {"wait": True, "wait_timeout": 90, "force_conflicts": True},
            True,
            {"check_mode": True, "wait": True, "timeout": 90.0, "force": True},
        ),
        ({}, False, {"check_mode": False, "wait": False, "timeout": 0.0, "force": False}),
    ],
)
def test_new_run(monkeypatch, params, check_mode, how):
    monkeypatch.setattr(cluster, "connect", lambda given: ("connected", given))
    run = cluster.new_run(SimpleNamespace(params=params, check_mode=check_mode))
    assert run.cluster == ("connected", params)
    assert run.clock is cluster.CLOCK
    assert {name: getattr(run, name) for name in how} == how
    assert (run.preflight, run.resolver._nameservers) == ("off", ())


def test_what_a_run_asks_outside(monkeypatch):
    monkeypatch.setattr(cluster, "connect", lambda given: None)
    params = {"preflight": "fail", "dns_servers": ["192.0.2.53"]}
    run = cluster.new_run(SimpleNamespace(params=params, check_mode=False))
    assert (run.preflight, run.resolver._nameservers) == ("fail", ("192.0.2.53",))
    assert isinstance(run.visit("www.test", "127.0.0.1", "/", 5.0), (Failure, Response))


def test_connect_takes_the_auth_options():
    found = cluster.connect({**AUTH, "name": "www"})
    assert found._connection.host == "https://k8s.test:6443"
    assert found._connection.headers() == {"authorization": "Bearer token-1", "Impersonate-User": "ci"}
    assert found._groups == (("Impersonate-Group", "dev"),)


def test_clock():
    assert abs((datetime.now(timezone.utc) - cluster.CLOCK.now()).total_seconds()) < 60
    assert cluster.CLOCK.monotonic() <= time.monotonic()
    assert cluster.CLOCK.sleep is time.sleep
