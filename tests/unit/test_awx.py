# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX is to have agrees with the playbooks and with awx.awx."""

from __future__ import annotations

import importlib.util
import pathlib
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader

from tests.docs import awx

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = DataLoader().load_from_file(str(ROOT / "playbooks" / "vars" / "awx.yml"))
TASKS = yaml.safe_load((ROOT / "playbooks" / "awx.yml").read_text())[0]["tasks"][1:]

every_job = pytest.mark.parametrize("job", DATA["controller_templates"], ids=lambda job: job["playbook"])


def documentation(module: str) -> dict[str, Any]:
    """The options of a module of awx.awx."""
    found = importlib.util.find_spec("ansible_collections.awx.awx")
    assert found is not None and found.submodule_search_locations
    source = (
        pathlib.Path(next(iter(found.submodule_search_locations))) / "plugins" / "modules" / f"{module}.py"
    ).read_text()
    return dict(yaml.safe_load(source.split("DOCUMENTATION = '''")[1].split("'''")[0])["options"])


@every_job
def test_a_survey_asks_all_that_text_can_answer(job: dict[str, Any]) -> None:
    spec = awx.spec_of(pathlib.Path(job["playbook"]).stem)
    asked = {question["variable"]: question for question in job["survey_spec"]["spec"]}
    structured = {name for name, option in spec.items() if option.get("elements") == "dict" or option["type"] == "dict"}
    assert set(asked) == set(spec) - structured - set(awx.NOT_ASKED)
    for name, question in asked.items():
        assert question["required"] == bool(spec[name].get("required"))
        if "choices" in question and "default" in question:
            assert question["default"] in question["choices"]
        if "choices" in spec[name]:
            assert question["choices"] == spec[name]["choices"]


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task["name"])
def test_every_task_says_all_that_there_is(task: dict[str, Any]) -> None:
    (module,) = (key for key in task if key.startswith("awx.awx."))
    options = documentation(module.removeprefix("awx.awx."))
    assert set(task[module]) <= set(options)
    items = DATA[task["loop"].strip("{ }")]
    assert items
    for item in items:
        assert set(item) == set(task[module]), item["name"]


def test_schedules_are_of_templates_and_answer_their_surveys() -> None:
    templates = {job["name"]: job for job in DATA["controller_templates"]}
    for schedule in DATA["controller_schedules"]:
        asked = {
            question["variable"] for question in templates[schedule["unified_job_template"]]["survey_spec"]["spec"]
        }
        assert set(schedule["extra_data"]) <= asked


def test_every_playbook_that_people_start_has_a_template() -> None:
    playbooks = {path.name.removesuffix(".meta.yml") for path in (ROOT / "playbooks").glob("*.meta.yml")}
    # The first two are samples, the last makes the templates.
    assert {pathlib.Path(job["playbook"]).stem for job in DATA["controller_templates"]} == playbooks - {
        "lets_encrypt",
        "self_signed",
        "awx",
    }
