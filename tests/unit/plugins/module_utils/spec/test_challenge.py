# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.certops.kubernetes.plugins.module_utils.spec.challenge import Task


def test_the_value_of_a_dns_01_record():
    """The digest of the key authorization, computed by: printf %s TOKEN.THUMBPRINT | openssl dgst -sha256 -binary | base64"""
    task = Task("example.test", True, "token", "token.thumbprint")
    assert task.record_value == "61rBZ_4knHblO0MNoxFsXZ_eTFUHum0B6IVRbhvUn5I"
    assert task.thumbprint == "thumbprint"


def test_a_record_that_is_not_made_of_the_key_authorization():
    assert Task("example.test", False, "", "", "ca.example; accounturi=x").record_value == "ca.example; accounturi=x"
