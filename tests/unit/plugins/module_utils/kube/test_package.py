# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.kube import package

from .kubeconfigs import exec_plugin, kubeconfig


def test_a_credential_plugin_is_run(tmp_path):
    path = tmp_path / "config"
    path.write_text(json.dumps(kubeconfig(**exec_plugin("token-5"))))
    found = package.kubeconfig(str(path), None, False)
    assert found.host == "https://one.test"
    assert found.authorization() == "Bearer token-5"


def test_several_files_are_merged(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text(json.dumps(kubeconfig() | {"users": []}))
    second.write_text(json.dumps({"users": kubeconfig(token="token-6")["users"]}))
    found = package.kubeconfig(f"{first}{os.pathsep}{second}", "two", False)
    assert found.host == "https://two.test"
    assert found.authorization() == "Bearer token-6"


@pytest.mark.parametrize("source", [{}, "/does/not/exist", kubeconfig() | {"current-context": "gone"}])
def test_what_is_wrong_is_said(source):
    with pytest.raises(ValueError, match="Invalid kube-config file"):
        package.kubeconfig(source, None, False)
