# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.dns_answers import Answer, answer_from


def test_answer_as_json():
    answer = Answer("www.example.test", "A", "NOERROR", ("192.0.2.7",), None, "192.0.2.53", 60, True)
    assert answer_from(json.loads(json.dumps(answer.as_dict()))) == answer


def test_parts_of_a_later_version_are_left_out():
    said = {"name": "www.example.test", "rdtype": "A", "status": "NXDOMAIN", "proven_by": "NSEC3"}
    assert answer_from(said) == Answer("www.example.test", "A", "NXDOMAIN")
