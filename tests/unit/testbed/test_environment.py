# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import subprocess

import pytest

from tests.testbed import environment
from tests.testbed.errors import TestbedError
from tests.testbed.target import Target


def test_a_shell_reads_back_what_was_written():
    lines = environment.export_lines({"ONE": "plain", "TWO": 'it\'s a "b" $HOME \\'})
    shown = subprocess.run(
        ["sh", "-c", f'{lines}\nprintf "%s|%s" "$ONE" "$TWO"'], capture_output=True, text=True, check=True
    )
    assert shown.stdout == 'plain|it\'s a "b" $HOME \\'


def test_the_path_does_not_grow_when_loaded_twice(testbed, monkeypatch):
    once = environment.of_testbed(testbed)["PATH"]
    monkeypatch.setenv("PATH", once)
    assert environment.of_testbed(testbed)["PATH"] == once


def test_both_kubeconfig_variables_and_the_acme_server_are_those_of_the_testbed(testbed):
    variables = environment.of_testbed(testbed)
    assert variables["KUBECONFIG"] == variables["K8S_AUTH_KUBECONFIG"] == str(testbed.state / "kubeconfig")
    assert variables["CERTOPS_ACME_SERVER"] == "https://198.18.7.2:14000/dir"
    assert "K8S_AUTH_CONTEXT" not in variables


def test_a_cluster_of_the_users_own_keeps_their_settings(tmp_path, monkeypatch):
    kubeconfig = tmp_path / "config"
    kubeconfig.touch()
    monkeypatch.setenv("KUBECONFIG_TARGET", str(kubeconfig))
    monkeypatch.setenv("CONTEXT", "staging")
    monkeypatch.setenv("CERTOPS_ACME_SERVER", "https://acme.example.org/dir")
    target = Target.from_environment()
    variables = environment.of_target(target.kubeconfig, target.context)
    assert variables["K8S_AUTH_KUBECONFIG"] == str(kubeconfig)
    assert variables["K8S_AUTH_CONTEXT"] == "staging"
    assert variables["CERTOPS_ACME_SERVER"] == "https://acme.example.org/dir"
    assert "CERTOPS_INGRESS_ADDRESS" not in variables


def test_no_target_without_the_variable(monkeypatch):
    monkeypatch.delenv("KUBECONFIG_TARGET", raising=False)
    assert Target.from_environment() is None


def test_a_target_that_is_no_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("KUBECONFIG_TARGET", str(tmp_path / "missing"))
    with pytest.raises(TestbedError, match="KUBECONFIG_TARGET is .*missing', which is no file"):
        Target.from_environment()


def test_a_target_that_does_not_answer_is_named(tmp_path, monkeypatch):
    kubeconfig = tmp_path / "config"
    kubeconfig.write_text("{apiVersion: v1, kind: Config}")
    with pytest.raises(TestbedError, match=f"the cluster of {kubeconfig} can't be used"):
        Target(kubeconfig, "nowhere").describe()
