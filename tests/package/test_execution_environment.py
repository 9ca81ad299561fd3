# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The execution environment, as far as it can be made without a container engine: all but the layers of the image."""

from __future__ import annotations

import pathlib
import subprocess

import pytest
import yaml

from tests.run.process import ROOT

from .building import ansible, execution_environment, introspect

PLAY = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - certops.kubernetes.tls_info: {host: 'http://127.0.0.1:1', api_key: none}
      register: refused
      ignore_errors: true
    - kubernetes.core.k8s_info: {host: 'http://127.0.0.1:1', api_key: none, kind: Namespace}
      register: theirs
      ignore_errors: true
    - ansible.builtin.assert:
        that:
          - "'does not answer' in refused.msg"
          - "'Failed to import' not in theirs.msg"
"""


def lines(path: pathlib.Path) -> list[str]:
    """The requirements in a file, without comments."""
    found = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    return [line for line in found if line]


def test_ansible_builder_finds_what_the_collection_needs(installed: pathlib.Path, tmp_path: pathlib.Path) -> None:
    python, system = introspect(installed, tmp_path)
    assert set(lines(ROOT / "requirements.txt")) <= set(lines(python))
    assert set(lines(ROOT / "bindep.txt")) <= set(lines(system))


def test_ansible_builder_makes_the_recipe_of_the_image(tmp_path: pathlib.Path) -> None:
    definition = ROOT / "execution-environment.yml"
    ansible(
        "ansible-builder",
        "create",
        f"--file={definition}",
        f"--context={tmp_path}",
        "--output-filename=Containerfile",
        folder=tmp_path,
    )
    recipe = (tmp_path / "Containerfile").read_text()
    assert "/usr/bin/helm /usr/local/bin/helm" in recipe
    wanted = yaml.safe_load((tmp_path / "_build" / "requirements.yml").read_text())["collections"]
    depends = yaml.safe_load((ROOT / "galaxy.yml").read_text())["dependencies"]
    assert {each["name"]: each.get("version") for each in wanted} == {"certops.kubernetes": None, **depends}


def test_its_libraries_are_enough(installed: pathlib.Path, tmp_path: pathlib.Path) -> None:
    programs = execution_environment(installed, tmp_path)
    (tmp_path / "play.yml").write_text(PLAY)
    done = subprocess.run(
        [str(programs / "ansible-playbook"), "play.yml"],
        cwd=tmp_path,
        env={"PATH": f"{programs}:/usr/bin:/bin", "HOME": str(tmp_path), "ANSIBLE_COLLECTIONS_PATH": str(installed)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(done.stdout, pytrace=False)
