# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of modules agree with the modules."""

from __future__ import annotations

import pathlib
import re

import yaml

from tests.run.process import kubernetes_core

ROOT = pathlib.Path(__file__).resolve().parents[2]


def group() -> list[str | dict[str, dict[str, list[str]]]]:
    """What module_defaults for group/certops.kubernetes.k8s reaches."""
    found = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["action_groups"]["k8s"]
    return list(found)


def test_every_module_takes_part_in_module_defaults() -> None:
    ours = [name for name in group() if isinstance(name, str) and "." not in name]
    assert ours == sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))


def test_every_module_of_kubernetes_core_that_is_told_of_a_cluster_takes_part_too() -> None:
    core = kubernetes_core()
    theirs = yaml.safe_load((core / "meta" / "runtime.yml").read_text())["action_groups"]
    (more,) = (name["metadata"]["extend_group"] for name in group() if isinstance(name, dict))
    covered = {member for name in more for member in theirs[name.removeprefix("kubernetes.core.")]}
    covered |= {name.removeprefix("kubernetes.core.") for name in group() if isinstance(name, str) and "." in name}
    told = re.compile("k8s_auth_options|helm_common_options")
    asked = {path.stem for path in (core / "plugins" / "modules").glob("[a-z]*.py") if told.search(path.read_text())}
    assert len(asked) > 10
    assert asked - covered == set()


def test_documentation_names_the_bounds() -> None:
    bounds = dict(re.findall(r"^([a-z0-9]+)(>=[\d.]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
    texts = [
        path.read_text() for folder in ("modules", "doc_fragments") for path in (ROOT / "plugins" / folder).glob("*.py")
    ]
    said = {found for text in texts for found in re.findall(r"^  - ([a-z0-9]+) (>= [\d.]+)", text, re.MULTILINE)}
    assert said
    assert {(name, bound.replace(" ", "")) for name, bound in said} <= set(bounds.items())


def test_no_release_of_ansible_is_shut_out() -> None:
    bound = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["requires_ansible"]
    assert re.fullmatch(r">=\d+\.\d+\.\d+", bound)


def test_every_integration_target_has_aliases() -> None:
    targets = [path for path in (ROOT / "tests" / "integration" / "targets").iterdir() if path.is_dir()]
    assert targets
    assert [path.name for path in targets if not (path / "aliases").is_file()] == []
