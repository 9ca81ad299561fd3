# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import stat

import pytest

from tests.testbed import golang, store
from tests.testbed.errors import TestbedError
from tests.testbed.golang import GO, GoChart, GoFolder, GoProgram
from tests.testbed.layout import HERE


@pytest.fixture
def go(tmp_path, monkeypatch):
    """Puts a go into PATH that says to be of a version."""

    def install(version):
        program = tmp_path / "bin" / "go"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\necho go version go{version} linux/amd64\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
        return program

    golang.go_command.cache_clear()
    yield install
    golang.go_command.cache_clear()


def test_the_machines_go_is_used_if_new_enough(go):
    program = go("1.26.6")
    assert golang.go_command() == program
    assert GoProgram("x", "v1", "example.test/x", {}).needs == ()


def test_an_older_go_makes_every_build_need_one_of_our_own(go):
    go("1.26.5")
    assert golang.go_command() == store.programs_of(GO) / "go"
    assert GoProgram("x", "v1", "example.test/x", {}).needs == (GO,)


@pytest.fixture
def module(cache, go, monkeypatch):
    """A module in the cache for which this go is too old, as it says after the download."""
    program = go("1.26.6")
    program.write_text(f'{program.read_text()}[ "$1" = version ]\n')
    folder = cache / "go" / "mod" / "example.test" / "x@v1"
    (folder / "charts" / "one").mkdir(parents=True)
    (folder / "main.go").write_text("package main")
    (folder / "charts" / "one" / "Chart.yaml").write_text("version: 1.2.3\n")
    return folder


def test_what_is_in_the_folder_stands_in_for_the_modules_own(module, tmp_path):
    ours = tmp_path / "upstream"
    (ours / "charts" / "one").mkdir(parents=True)
    (ours / "charts" / "one" / "Chart.yaml").write_text("version: 9\n")
    golang.copy_module("example.test/x", "v1", "", ours)
    assert (ours / "main.go").read_text() == "package main"
    assert (ours / "charts" / "one" / "Chart.yaml").read_text() == "version: 9\n"


def test_a_module_that_can_not_be_downloaded_is_an_error(module, tmp_path):
    with pytest.raises(TestbedError, match="mod download example.test/x@v2"):
        golang.copy_module("example.test/x", "v2", "", tmp_path)


@pytest.mark.parametrize(("released", "version"), [(True, "v1"), (False, "1.2.3")])
def test_a_chart_is_filled_in_or_tells_its_own_version(released, version, module, tmp_path):
    folder = tmp_path / "chart"
    folder.mkdir()
    GoChart("chart", "v1", "example.test/x", "charts/one", released).make(folder, print)
    assert (folder / "Chart.yaml").read_text() == f"version: {version}\n"


def test_go_settings_of_the_user_do_not_change_builds(monkeypatch, cache):
    monkeypatch.setenv("GOFLAGS", "-mod=vendor")
    monkeypatch.setenv("CGO_ENABLED", "1")
    environment = golang.go_environment()
    assert (environment["GOFLAGS"], environment["CGO_ENABLED"]) == ("-mod=mod", "0")
    assert environment["GOCACHE"] == str(cache / "go" / "build")


def test_a_changed_file_or_stamp_makes_another_build(tmp_path, monkeypatch):
    monkeypatch.setattr(golang, "HERE", tmp_path)
    folder = tmp_path / "go" / "tool"
    folder.mkdir(parents=True)
    (folder / "main.go").write_text("package main")

    def inputs(**stamps):
        return GoFolder("tool", "v1", "tool", (".",), stamps).inputs

    before = inputs()
    assert inputs() == before
    assert inputs(version="v2") != before
    (folder / "main.go").write_text("package main\n")
    assert inputs() != before


def test_shell_files_are_run_by_sh_and_need_no_mode():
    assert not stat.S_IMODE((HERE / "node.sh").stat().st_mode) & 0o111
