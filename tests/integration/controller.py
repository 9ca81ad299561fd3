# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX does when a job is launched: the survey's answers are checked and become extra variables, credentials become files
and variables, and ansible-runner runs the playbook in the execution environment (awx/main/models/mixins.py and
credential/__init__.py of AWX 24.6)."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import subprocess
from collections.abc import Mapping
from typing import Any

import jinja2

from .conftest import ROOT, printed

# As AWX's own inventory for localhost.
INVENTORY = "localhost ansible_connection=local ansible_python_interpreter='{{ ansible_playbook_python }}'\n"
TYPES = {"text": str, "textarea": str, "integer": int, "multiplechoice": str}


class Refused(Exception):
    """AWX does not launch a job with such answers."""


def variables(template: Mapping[str, Any], answers: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """The extra variables of a job: defaults of the survey, then what was given at the launch.

    :raises Refused: an answer is missing, or is none
    """
    found: dict[str, Any] = {}
    for question in template["survey_spec"]["spec"]:
        name, kind = question["variable"], question["type"]
        value = answers.get(name, question.get("default"))
        if value in (None, "") and question["required"]:
            raise Refused(f"'{name}' value missing")
        if value in (None, "") and kind not in ("text", "textarea"):
            continue
        if not isinstance(value, TYPES[kind]) or ("choices" in question and value not in question["choices"]):
            raise Refused(f"value {value!r} for '{name}'")
        found[name] = value
    unknown = set(answers) - {question["variable"] for question in template["survey_spec"]["spec"]}
    if unknown:
        raise Refused(f"no question about {', '.join(sorted(unknown))}")
    if extra and not template["ask_variables_on_launch"]:
        raise Refused("variables are not allowed on launch")
    return found | dict(extra)


@dataclasses.dataclass(frozen=True)
class Controller:
    """AWX with one inventory and one execution environment.

    :param programs: of the execution environment
    :param collections: in it
    :param types: of credentials, by name
    """

    folder: pathlib.Path
    programs: pathlib.Path
    collections: pathlib.Path
    types: Mapping[str, Mapping[str, Any]]

    def launch(
        self,
        template: Mapping[str, Any],
        given: Mapping[str, Any],
        credentials: Mapping[str, Mapping[str, str]],
        surroundings: Mapping[str, str],
    ) -> subprocess.CompletedProcess[str]:
        """Runs a job to its end.

        :param credentials: their fields, by the name of their type
        :param surroundings: what the image has in its environment
        """
        place = self.folder / template["playbook"].replace("/", "-")
        for name in ("inventory", "env"):
            (place / name).mkdir(parents=True)
        # The project is a checkout.
        (place / "project").symlink_to(ROOT)
        (place / "inventory" / "hosts").write_text(INVENTORY)
        environment, injected = self._injected(credentials, place)
        # Ansible and runner are the image's own; helm is beside them.
        image = dict(surroundings) | {"PATH": f"{self.programs}:{surroundings['PATH']}", "HOME": str(place)}
        environment |= image | {"ANSIBLE_COLLECTIONS_PATH": str(self.collections)}
        (place / "env" / "envvars").write_text(json.dumps(environment))
        (place / "env" / "extravars").write_text(json.dumps(given))
        (place / "injected.json").write_text(json.dumps(injected))
        command = [str(self.programs / "ansible-runner"), "run", str(place), f"--playbook={template['playbook']}"]
        return printed([*command, f"--cmdline=-e @{place / 'injected.json'}"], image)

    def _injected(
        self, credentials: Mapping[str, Mapping[str, str]], place: pathlib.Path
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Environment and extra variables of the credentials; their files are written."""
        jinja = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
        environment: dict[str, str] = {}
        injected: dict[str, str] = {}
        for number, (name, fields) in enumerate(credentials.items()):
            kind = self.types[name]
            assert set(fields) == {field["id"] for field in kind["inputs"]["fields"]}
            injectors, known = kind["injectors"], dict[str, Any](fields)
            if "file" in injectors:
                path = place / "env" / f"credential-{number}"
                path.write_text(jinja.from_string(str(injectors["file"]["template"])).render(known))
                known["tower"] = {"filename": str(path)}
            for part, into in (("env", environment), ("extra_vars", injected)):
                for key, text in injectors.get(part, {}).items():
                    into[key] = jinja.from_string(str(text)).render(known)
        return environment, injected
