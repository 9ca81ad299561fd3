# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine.cert_manager import CertManager
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct.engine import Direct
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.following import Following
from ansible_collections.certops.kubernetes.plugins.module_utils.glue import engines


@pytest.mark.parametrize(
    ("params", "kind"),
    [
        ({}, CertManager),
        ({"engine": None}, CertManager),
        ({"engine": "cert_manager"}, CertManager),
        ({"engine": "direct"}, Direct),
        ({"engine": "auto"}, Following),
    ],
)
def test_engine(params, kind):
    assert isinstance(engines.engine(SimpleNamespace(params=params)), kind)
