# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.certops.kubernetes.plugins.filter.tls_report import FilterModule
from ansible_collections.certops.kubernetes.tests.browser import sample

FILTER = FilterModule().filters()["tls_report"]


def test_values_are_escaped_and_what_they_say_is_not_run():
    page = FILTER(sample.healthy(), "<h1>{{ title }}</h1>{% macro m(x) %}{{ x }}{% endmacro %}{{ m(title) }}", sample.NOW_TEXT, "<{{ 1 }}>")  # fmt: skip
    assert page == "<h1>&lt;{{ 1 }}&gt;</h1>&lt;{{ 1 }}&gt;"


@pytest.mark.parametrize(
    ("tls", "template", "now", "said"),
    [
        ({}, "", sample.NOW_TEXT, "this is no result of tls_info: 'findings' is missing"),
        (sample.healthy(), "{{ nobody }}", sample.NOW_TEXT, "'nobody' is undefined"),
        (sample.healthy(), "{% if %}", sample.NOW_TEXT, "Expected an expression"),
        (sample.healthy(), "", "now", "time data 'now' does not match"),
    ],
)
def test_says_what_is_wrong(tls, template, now, said):
    with pytest.raises(AnsibleFilterError, match=said):
        FILTER(tls, template, now)
