# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of certificates, and when it is time to look again."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.report import events

NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
KEY = ("shop", "www")


def row(**changes: Any) -> dict[str, Any]:
    return {
        "namespace": "shop",
        "name": "www",
        "secret_name": "www-tls",
        "dns_names": ["www.example.org"],
        "issuer_ref": {"name": "ca"},
        "not_after": "2027-02-22T12:00:00Z",
        "renewal_time": "2027-01-23T12:00:00Z",
        "findings": [],
    } | changes


def finding(code: str, severity: str = "error", about: str = "Certificate shop/www", **evidence: Any) -> dict[str, Any]:
    told = {"code": code, "severity": severity, "object": about, "message": "It is so.", "remedy": ""}
    return told | {"evidence": evidence}


def looked(*findings: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"certificates": [row(findings=[each["code"] for each in findings], **changes)], "findings": list(findings)}


@pytest.mark.parametrize(
    ("findings", "word", "codes"),
    [
        ([], events.WELL, ()),
        ([finding("certificate.expiring", "warning", "Secret shop/www-tls")], events.EXPIRING, ("certificate.expiring",)),
        ([finding("certificate.expired", about="Secret shop/www-tls")], events.EXPIRING, ("certificate.expired",)),
        ([finding("renewal.overdue", "warning")], events.EXPIRING, ("renewal.overdue",)),
        ([finding("certificate.not_ready")], events.FAILING, ("certificate.not_ready",)),
        ([finding("certificate.not_ready", "warning")], events.WELL, ()),
        ([finding("issuer.missing", about="Issuer shop/ca", certificates=["Certificate shop/www"])], events.FAILING,
         ("issuer.missing",)),
        ([finding("issuer.missing", about="Issuer shop/ca", certificates=["Certificate shop/api"])], events.WELL, ()),
        ([finding("renewal.failing"), finding("certificate.expiring", "warning")], events.FAILING,
         ("certificate.expiring", "renewal.failing")),
    ],
)  # fmt: skip
def test_states(findings: list[dict[str, Any]], word: str, codes: tuple[str, ...]) -> None:
    state = events.states(looked(*findings))[KEY]
    assert (state.word, state.codes) == (word, codes)


def told(before: dict[str, Any] | None, after: dict[str, Any]) -> list[str]:
    known = events.states(before) if before else {}
    return [event["state"] for event in events.changes(known, events.states(after))]


def test_only_what_has_changed_is_told() -> None:
    well, expiring = looked(), looked(finding("renewal.overdue", "warning"))
    failing, otherwise = looked(finding("renewal.failing")), looked(finding("certificate.not_ready"))
    assert told(None, well) == []
    assert told(None, expiring) == ["expiring"]
    assert told(expiring, expiring) == []
    assert told(expiring, failing) == ["failing"]
    assert told(failing, otherwise) == ["failing"]
    assert told(failing, well) == ["well"]
    assert told(failing, {"certificates": [], "findings": []}) == []


def test_an_event_says_which_and_why() -> None:
    (event,) = events.changes({}, events.states(looked(finding("renewal.failing", next_try="soon"))))
    assert (event["namespace"], event["name"], event["dns_names"]) == ("shop", "www", ["www.example.org"])
    assert event["findings"] == [{key: value for key, value in finding("renewal.failing").items() if key != "evidence"}]


@pytest.mark.parametrize(
    ("changes", "within", "expected"),
    [
        ({}, timedelta(days=14), timedelta(days=1)),
        ({"not_after": "2026-11-24T18:00:00Z"}, timedelta(0), timedelta(hours=6)),
        ({"not_after": "2026-12-08T13:00:00Z"}, timedelta(days=14), timedelta(hours=1)),
        ({"renewal_time": "2026-11-24T12:00:00Z"}, timedelta(0), timedelta(minutes=16)),
        ({"not_after": None, "renewal_time": None}, timedelta(0), timedelta(days=1)),
    ],
)
def test_the_next_look_is_when_time_changes_something(
    changes: dict[str, Any], within: timedelta, expected: timedelta
) -> None:
    assert events.next_look(looked(**changes), NOW, within) == expected.total_seconds()


def test_what_is_not_ready_is_looked_at_when_patience_ends() -> None:
    looking = looked(finding("certificate.not_ready", "warning"), not_after=None, renewal_time=None)
    assert events.next_look(looking, NOW, timedelta(0)) == timedelta(minutes=16).total_seconds()
