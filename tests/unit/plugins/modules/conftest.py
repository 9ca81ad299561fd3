# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules from their parameters to their result, on a cluster in memory."""

from __future__ import annotations

import json
from typing import Any, Protocol

import pytest
from ansible.module_utils.common import warnings
from ansible.module_utils.testing import patch_module_args

from ansible_collections.certops.kubernetes.plugins.module_utils.glue import cluster
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time


class Call(Protocol):
    def __call__(self, module: Any, *, check: bool = False, **options: Any) -> dict[str, Any]: ...


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeCluster:
    """What every module finds when it connects."""
    found = FakeCluster(Time())
    monkeypatch.setattr(cluster, "connect", lambda _parameters: found)
    monkeypatch.setattr(cluster, "CLOCK", found.time.clock())
    return found


@pytest.fixture
def call(fake: FakeCluster, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Run a module; its result as Ansible gets it."""
    # Tests of filters import the controller's part of Ansible, and then warnings would be shown instead of returned.
    monkeypatch.setattr("ansible.module_utils._internal.is_controller", False)

    def run(module: Any, *, check: bool = False, **options: Any) -> dict[str, Any]:
        warnings._global_warnings.clear()  # a module is a process of its own
        with patch_module_args({**options, "_ansible_check_mode": check}), pytest.raises(SystemExit):
            module.main()
        return json.loads(capsys.readouterr().out)

    return run
