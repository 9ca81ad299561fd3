# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A playbook's variables are written twice: in its .meta.yml for the reader and the check, in the play where they are used."""

from __future__ import annotations

import pathlib
import re

import pytest
import yaml

PLAYBOOKS = sorted((pathlib.Path(__file__).resolve().parents[2] / "playbooks").glob("*.meta.yml"))

every_playbook = pytest.mark.parametrize("meta", PLAYBOOKS, ids=lambda meta: meta.name.removesuffix(".meta.yml"))


def options(meta: pathlib.Path) -> dict[str, dict[str, object]]:
    """The variables by name."""
    (spec,) = yaml.safe_load(meta.read_text())["argument_specs"].values()
    return spec["options"]


def play(meta: pathlib.Path) -> str:
    """The text of the playbook, and of the file of variables that it reads."""
    text = meta.with_name(meta.name.replace(".meta.yml", ".yml")).read_text()
    return text + "".join((meta.parent / name).read_text() for name in re.findall(r"vars_files: (\S+)", text))


def defaults(name: str, text: str) -> set[str]:
    """What stands in the play for a variable that isn't given, as it is written there."""
    return set(re.findall(rf"\b{name} \| default\(((?:[^()']|'[^']*')*?)(?:, true)?\)", text))


# How a play says that a variable isn't given.
NOTHING = ("omit", "[]", "['']", "''")


@every_playbook
def test_defaults_agree(meta: pathlib.Path) -> None:
    for name, option in options(meta).items():
        documented = (
            repr(option["default"]).replace("True", "true").replace("False", "false") if "default" in option else None
        )
        written = defaults(name, play(meta))
        assert written <= {documented, *NOTHING}, f"{name}: {written} in the play, {documented} documented"


@every_playbook
def test_every_variable_is_used_or_handed_on(meta: pathlib.Path) -> None:
    text = play(meta)
    for handed in re.findall(r"import_playbook: certops\.kubernetes\.(\w+)", text):
        text += play(meta.with_name(f"{handed}.meta.yml"))
    assert [name for name in options(meta) if not re.search(rf"\b{name}\b", text)] == []


@every_playbook
def test_an_example_is_given_that_names_the_playbook(meta: pathlib.Path) -> None:
    (entry,) = yaml.safe_load(meta.read_text())["argument_specs"].items()
    assert f"certops.kubernetes.{entry[0]}" in entry[1]["examples"]
    assert meta.name == f"{entry[0]}.meta.yml"


# What a cluster is worked on by: a host of the inventory, or localhost.
CLUSTER = {
    "hosts": "{{ tls_clusters | default('localhost') }}",
    "connection": "local",
    "gather_facts": False,
    "module_defaults": {
        "group/certops.kubernetes.k8s": {
            "kubeconfig": "{{ tls_kubeconfig | default(omit, true) }}",
            "context": "{{ tls_context | default(omit, true) }}",
        }
    },
}
# It works on AWX.
ELSEWHERE = {"awx"}


@every_playbook
def test_every_play_can_be_run_over_many_clusters(meta: pathlib.Path) -> None:
    plays = yaml.safe_load(meta.with_name(meta.name.replace(".meta.yml", ".yml")).read_text())
    if meta.name.removesuffix(".meta.yml") in ELSEWHERE:
        return
    for each in plays:
        if "ansible.builtin.import_playbook" not in each:
            assert {key: each.get(key) for key in CLUSTER} == CLUSTER, each["name"]
    assert {"tls_clusters", "tls_kubeconfig", "tls_context"} <= set(options(meta))
