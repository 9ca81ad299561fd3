# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from ansible_collections.certops.kubernetes.plugins.module_utils.spec import conditions
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.direct import status
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import parse_chain
from ansible_collections.certops.kubernetes.tests.unit import live

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
LATER = NOW + timedelta(hours=1)
LEAF = parse_chain(live.WWW.chain_pem)[0]


def test_an_issuance_raises_the_revision():
    first = status.served({}, LEAF, LATER, NOW, issued=True)
    assert (first["revision"], first["renewalTime"]) == (1, "2026-03-01T13:00:00Z")
    assert status.served(first, LEAF, LATER, NOW, issued=True)["revision"] == 2
    assert status.served(first, LEAF, LATER, LATER, issued=False) == first


def test_one_that_was_adopted_has_no_revision():
    assert "revision" not in status.served({}, LEAF, None, NOW, issued=False)


def test_a_failure_keeps_what_is_served_ready():
    before = status.served({}, LEAF, LATER, NOW, issued=True)
    after = status.failed(before, "no", LATER, 1, valid=True)
    assert conditions.is_true({"status": after}, "Ready")
    assert (after["notAfter"], after["failedIssuanceAttempts"]) == (before["notAfter"], 1)
    assert conditions.condition({"status": after}, "Issuing")["message"] == "no"


def test_a_failure_without_anything_served_is_not_ready():
    after = status.failed({}, "no", NOW, 3, valid=False)
    assert conditions.condition({"status": after}, "Ready")["message"] == "no"


def test_the_time_of_a_condition_is_that_of_its_change():
    first = status.issuer({}, True, "IsReady", "", NOW)
    assert status.issuer(first, True, "IsReady", "", LATER) == first
    changed = status.issuer(first, False, "ErrGetKeyPair", "gone", LATER)
    assert changed["conditions"][0]["lastTransitionTime"] == "2026-03-01T13:00:00Z"
