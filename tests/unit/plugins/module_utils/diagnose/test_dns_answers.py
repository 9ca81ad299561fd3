# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.dns_answers import (
    Answer,
    Dns,
    Server,
    Zone,
    answer_from,
    dns_from,
)


def test_answer_as_json():
    answer = Answer("www.example.test", "A", "NOERROR", ("192.0.2.7",), None, "192.0.2.53", 60, True)
    assert answer_from(json.loads(json.dumps(answer.as_dict()))) == answer


def test_parts_of_a_later_version_are_left_out():
    said = {"name": "www.example.test", "rdtype": "A", "status": "NXDOMAIN", "proven_by": "NSEC3"}
    assert answer_from(said) == Answer("www.example.test", "A", "NXDOMAIN")


WHOLE = Dns(
    (Answer("www.example.test", "A", "NOERROR", ("192.0.2.7",)), Answer("www.example.test", "AAAA", "NOERROR")),
    (Answer("_acme-challenge.www.example.test", "TXT", "TIMEOUT", server="192.0.2.53"),),
    {"_acme-challenge.www.example.test": "acme.example.net"},
    {"acme.example.net": None, "example.test": Zone("example.test", (Server("ns", "192.0.2.53"),))},
)


def test_all_that_was_asked_as_json():
    assert dns_from(json.loads(json.dumps(WHOLE.as_dict()))) == WHOLE
    assert dns_from({}).as_dict() == {}


def test_what_was_said_of_a_name():
    assert WHOLE.addresses("WWW.example.test") == ("192.0.2.7",)
    assert WHOLE.answer("www.example.test", "CAA") is None
    assert [answer.server for answer in WHOLE.of_servers("_acme-challenge.www.example.test", "TXT")] == ["192.0.2.53"]


@pytest.mark.parametrize(
    ("statuses", "error"),
    [
        ((), None),
        (("NOERROR", "NOERROR"), "NODATA"),
        (("NXDOMAIN", "NXDOMAIN"), "NXDOMAIN"),
        (("NOERROR", "SERVFAIL"), "SERVFAIL"),
    ],
)
def test_why_there_is_no_address(statuses, error):
    answers = (Answer("a.test", rdtype, status) for rdtype, status in zip(("A", "AAAA"), statuses, strict=False))
    assert Dns(tuple(answers)).error("a.test") == error


def test_an_address_is_no_error():
    assert WHOLE.error("www.example.test") is None
