# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import unread

FORBIDDEN = 'secrets is forbidden: User "jane" cannot list resource "secrets" in API group "" in the namespace "shop"'


@pytest.mark.parametrize(
    ("answer", "code", "message"),
    [
        (FORBIDDEN, "rbac.forbidden", "jane may not list secrets in namespace shop, so it is not known."),
        ("timed out", "evidence.unreadable", "could not be read, so it is not known: timed out"),
    ],
)
def test_names_the_right_or_repeats_the_answer(answer, code, message):
    found = unread.finding("secrets", answer, "so it is not known")
    assert (found.code, found.severity, found.object, found.message) == (code, "warning", "secrets", message)
