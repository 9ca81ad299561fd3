# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.spec.issuer_type import facts

ACME = {"spec": {"acme": {"server": "https://acme.test/dir"}}, "status": {"acme": {"uri": "https://acme.test/1"}}}


@pytest.mark.parametrize(
    ("issuer", "wanted"),
    [
        (ACME, ("acme", "https://acme.test/dir", "https://acme.test/1")),
        ({"spec": {"selfSigned": {}}}, ("self_signed", None, None)),
        ({"spec": {"ca": {"secretName": "ca"}}, "status": {}}, ("ca", None, None)),
        ({"spec": {}}, (None, None, None)),
    ],
)
def test_reads_the_type(issuer, wanted):
    found = facts(issuer)
    assert (found["type"], found["server"], found["account_uri"]) == wanted
