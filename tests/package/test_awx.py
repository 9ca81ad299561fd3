# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook that makes job templates says to awx.awx what that understands, and all that there is to say."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader

from tests.run.process import ROOT

from .building import awx

DATA = DataLoader().load_from_file(str(ROOT / "playbooks" / "vars" / "awx.yml"))
TASKS = yaml.safe_load((ROOT / "playbooks" / "awx.yml").read_text())[0]["tasks"][1:]


def options(module: str) -> set[str]:
    """The names of a module's options."""
    source = (awx() / "plugins" / "modules" / f"{module}.py").read_text()
    return set(yaml.safe_load(source.split("DOCUMENTATION = '''")[1].split("'''")[0])["options"])


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task["name"])
def test_every_task_says_all_that_there_is(task: dict[str, Any]) -> None:
    (module,) = (key for key in task if key.startswith("awx.awx."))
    assert set(task[module]) <= options(module.removeprefix("awx.awx."))
    items = DATA[task["loop"].strip("{ }")]
    assert items
    for item in items:
        assert set(item) == set(task[module]), item["name"]
