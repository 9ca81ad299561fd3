# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documentation shows can be done so: plays load, options and variables exist and take the values, commands are there,
links lead somewhere. The guide's plays are run by tests/integration/test_documentation.py besides.
"""

from __future__ import annotations

import importlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import jinja2
import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from jinja2.nativetypes import NativeEnvironment

from ansible_collections.certops.kubernetes.plugins.module_utils.glue.argspec import ArgumentSpec
from ansible_collections.certops.kubernetes.tests.docs import snippets
from ansible_collections.certops.kubernetes.tests.docs.snippets import ROOT, Snippet
from ansible_collections.certops.kubernetes.tests.run.process import TOOLS

OURS = "certops.kubernetes."
EVERYWHERE = snippets.everywhere()


def of_language(*languages: str) -> pytest.MarkDecorator:
    """A test for each such snippet that is of this project."""
    chosen = [each for each in EVERYWHERE if each.language in languages and "foreign" not in each.marks]
    return pytest.mark.parametrize("snippet", chosen, ids=lambda snippet: snippet.title)


def specifications(pattern: str) -> dict[str, dict[str, Any]]:
    """File → the options of all its entry points."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(ROOT.glob(pattern)):
        for entry in yaml.safe_load(path.read_text())["argument_specs"].values():
            found.setdefault(str(path.relative_to(ROOT)), {}).update(entry["options"])
    return found


ROLES = specifications("roles/*/meta/argument_specs.yml")
PLAYBOOKS = specifications("playbooks/*.meta.yml")
VARIABLES = {name: option for spec in (*ROLES.values(), *PLAYBOOKS.values()) for name, option in spec.items()}


def page_variables(page: str) -> dict[str, Any]:
    """Those of the files with variables that the page shows."""
    shown = [each for each in EVERYWHERE if each.page == page and each.language == "yaml" and each.file]
    return {name: value for each in shown for name, value in each.variables.items()}


class Filled:
    """Fills templates in as far as can be known without a run."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self._environment = NativeEnvironment(undefined=jinja2.StrictUndefined)
        self._variables = {**variables, "item": "cert_manager", "omit": "", "lookup": lambda *arguments: "text"}

    def __call__(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self(inner) for inner in value]
        if not isinstance(value, str) or "{{" not in value:
            return value
        try:
            result = self._environment.from_string(value).render(self._variables)
        except jinja2.TemplateError:
            result = jinja2.Undefined()
        # What every simple type can be made from.
        return "1" if isinstance(result, jinja2.Undefined) else result


def complaints(options: Mapping[str, Any], given: Mapping[str, Any], **rules: Any) -> list[str]:
    """What Ansible would say of these values."""
    return list(ArgumentSpecValidator(dict(options), **rules).validate(dict(given)).error_messages)


def test_there_are_some() -> None:
    assert {"yaml", "sh"} <= {each.language for each in EVERYWHERE}
    assert sum(len(each.plays) for each in EVERYWHERE if each.language == "yaml") > 20


def test_plays_load(tmp_path: pathlib.Path) -> None:
    files = []
    for snippet in EVERYWHERE:
        if snippet.language == "yaml" and snippet.plays:
            file = tmp_path / f"{re.sub(r'[^a-zA-Z0-9]', '_', snippet.page)}_{snippet.line}.yml"
            # What the README of a role leaves open for the reader.
            file.write_text(snippet.text.replace(": …", ": text"))
            files.append(str(file))
    command = [
        str(pathlib.Path(sys.executable).parent / "ansible-playbook"),
        "--syntax-check",
        "-i",
        "localhost,",
        *files,
    ]
    done = subprocess.run(
        command, env={**os.environ, "ANSIBLE_HOME": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@of_language("yaml")
def test_options_and_variables(snippet: Snippet) -> None:
    found = [problem for play in snippet.plays for problem in problems_of_play(snippet, play)]
    found += problems_of_variables(snippet)
    assert snippet.plays or snippet.variables, "neither a playbook nor variables"
    assert found == []


def problems_of_play(snippet: Snippet, play: Mapping[str, Any]) -> Iterator[str]:
    filled = Filled({**page_variables(snippet.page), **play.get("vars", {})})
    for role in play.get("roles", []):
        given = {"role": role} if isinstance(role, str) else role
        variables = {name: value for name, value in given.items() if name not in ("role", "vars", "when", "tags")}
        yield from problems_of_role(given["role"], filled({**variables, **given.get("vars", {})}))
    for task in snippets.tasks(play):
        module, arguments = snippets.action(task)
        if module.endswith(("include_role", "import_role")):
            yield from problems_of_role(filled(arguments["name"]), filled(task.get("vars", {})))
        elif module.startswith(OURS):
            yield from (f"{module}: {problem}" for problem in problems_of_module(module, filled(arguments or {})))


class Asked(Exception):
    """Carries what a module would have made its AnsibleModule from."""


def specification(name: str) -> ArgumentSpec:
    def ask(self: ArgumentSpec, *_arguments: Any, **_options: Any) -> None:
        raise Asked(self)

    module = importlib.import_module(f"ansible_collections.{OURS}plugins.modules.{name}")
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Asked) as asked:
        patch.setattr(ArgumentSpec, "create_module", ask)
        module.main()
    return asked.value.args[0]


def problems_of_module(module: str, arguments: Mapping[str, Any]) -> list[str]:
    name = module.removeprefix(OURS)
    if not (ROOT / "plugins" / "modules" / f"{name}.py").exists():
        return ["there is no such module"]
    spec = specification(name)
    rules = {
        rule: getattr(spec, rule)
        for rule in ("mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by")
    }
    # What is omitted is not there.
    given = {name: value for name, value in arguments.items() if value != ""}
    return complaints(spec.argument_spec, given, **rules)


def problems_of_role(name: str, variables: Mapping[str, Any]) -> Iterator[str]:
    options = ROLES.get(f"roles/{name.removeprefix(OURS)}/meta/argument_specs.yml")
    if options is None:
        yield f"there is no role {name}"
    else:
        yield from (f"{name}: {problem}" for problem in known_variables(variables, options))


def problems_of_variables(snippet: Snippet) -> Iterator[str]:
    """A file of variables, or a fragment of the changelog."""
    sections = {"trivial", *dict(yaml.safe_load((ROOT / "changelogs" / "config.yaml").read_text())["sections"])}
    if snippet.variables and not set(snippet.variables) <= sections:
        # A variable may be the page's own, if a play of it says so.
        used = " ".join(each.text for each in EVERYWHERE if each.page == snippet.page and each.plays_or_commands)
        own = {name for name in snippet.variables if name not in VARIABLES and re.search(rf"\b{name}\b", used)}
        yield from known_variables(
            {name: value for name, value in snippet.variables.items() if name not in own}, VARIABLES
        )


def known_variables(variables: Mapping[str, Any], options: Mapping[str, Any]) -> list[str]:
    """Those of one role or playbook; nothing else is required here."""
    relevant = {name: {**options[name], "required": False} for name in variables if name in options}
    unknown = [f"there is no variable {name}" for name in variables if name not in options]
    return unknown + complaints(relevant, {name: value for name, value in variables.items() if name in relevant})


@of_language("sh")
def test_commands(snippet: Snippet) -> None:
    assert [problem for command in snippets.commands(snippet) for problem in problems_of_command(command)] == []


def problems_of_command(command: str) -> Iterator[str]:
    words = shlex.split(command)
    settings = [words.pop(0) for _each in list(words) if words and re.match(r"[A-Z_]+=", words[0])]
    program = words.pop(0)
    if program == "make":
        yield from problems_of_make(words, settings)
    elif program == "ansible-playbook":
        yield from problems_of_ansible_playbook(words)
    elif program == "ansible-doc":
        yield from (f"{word}: no such plugin" for word in words if OURS in word and not plugin_exists(word))
    elif program.startswith(".venv/bin/"):
        yield from problems_of_tool(program, words)
    else:
        yield f"{program} is not this project's: mark the snippet as foreign"


def plugin_exists(name: str) -> bool:
    return any(ROOT.glob(f"plugins/*/{name.removeprefix(OURS)}.py"))


def problems_of_make(words: list[str], settings: list[str]) -> Iterator[str]:
    makefile = (ROOT / "Makefile").read_text()
    for word in words:
        if re.match(r"[A-Z_]+=", word):
            settings.append(word)
        elif not word.startswith("-") and not re.search(rf"^{re.escape(word)}:", makefile, re.MULTILINE):
            yield f"make has no target {word}"
    for setting in settings:
        name = setting.partition("=")[0]
        if not re.search(rf"\b{name}\b", makefile):
            yield f"the Makefile does not know {name}"
    given = next((setting.partition("=")[2].split() for setting in settings if setting.startswith("TARGETS=")), [])
    there = {path.name for path in ROOT.glob("tests/integration/targets/*")}
    there |= {path.stem.removeprefix("test_") for path in ROOT.glob("tests/integration/test_*.py")}
    yield from (f"there is no target {name}" for name in given if name not in there)


def problems_of_ansible_playbook(words: list[str]) -> Iterator[str]:
    shown = {each.file for each in EVERYWHERE}
    rest, known = [], VARIABLES
    while words:
        word = words.pop(0)
        if word != "-e":
            rest.append(word)
        elif words[0].startswith("@"):
            yield from (f"{name} is shown nowhere" for name in [words.pop(0)[1:]] if name not in shown)
        elif words[0].startswith("{"):
            yield from known_variables(json.loads(words.pop(0)), known)
        else:
            name, _equals, value = words.pop(0).partition("=")
            yield from known_variables({name: value}, known)
    for word in rest:
        if word.startswith(OURS):
            if f"playbooks/{word.removeprefix(OURS)}.meta.yml" not in PLAYBOOKS:
                yield f"there is no playbook {word}"
        elif not word.startswith("-") and word not in shown:
            yield f"{word} is shown nowhere"


def problems_of_tool(program: str, words: list[str]) -> Iterator[str]:
    if not (ROOT / program).exists() and not (TOOLS / pathlib.Path(program).name).exists():
        yield f"set-up does not bring {program}"
    modules = [words[number + 1] for number, word in enumerate(words) if word == "-m"]
    for module in modules:
        path = ROOT / module.replace(".", "/")
        if module != "pytest" and not path.with_suffix(".py").exists() and not (path / "__main__.py").exists():
            yield f"there is no {module}"
    yield from (f"{word} is not there" for word in words if word.startswith("tests/") and not (ROOT / word).exists())


FOREIGN = [each for each in EVERYWHERE if "foreign" in each.marks]


@pytest.mark.parametrize("snippet", FOREIGN, ids=lambda snippet: snippet.title)
def test_what_is_not_of_this_project_has_its_form(snippet: Snippet) -> None:
    if snippet.language == "yaml":
        assert snippet.data
    else:
        assert snippet.language == "sh"
        subprocess.run(["sh", "-n"], input=snippet.text, text=True, check=True)


def anchors(page: pathlib.Path) -> set[str]:
    """As GitHub makes them from headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", snippets.pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: pathlib.Path) -> None:
    dead = []
    for target in sorted(set(re.findall(r"\]\(([^)\s]+)\)", page.read_text()))):
        if target.startswith(("https://", "mailto:")):
            continue
        path, _hash, anchor = target.partition("#")
        to = (page.parent / path).resolve() if path else page
        if not to.exists() or (anchor and anchor not in anchors(to)):
            dead.append(target)
    assert dead == []
