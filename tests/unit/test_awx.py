# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX is to have agrees with the playbooks."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader

from tests.docs import awx

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = DataLoader().load_from_file(str(ROOT / "playbooks" / "vars" / "awx.yml"))

every_job = pytest.mark.parametrize("job", DATA["controller_templates"], ids=lambda job: job["playbook"])


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
