# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes playbooks/vars/awx.yml, what AWX is to have: `python -m tests.docs.awx [--check]`.

The surveys are made from the playbooks' argument specs. With --check nothing is written, and the exit status is 1 if the
file isn't what it would be. The names of the variables are those of infra.aap_configuration.
"""

from __future__ import annotations

import argparse
import dataclasses
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FILE = ROOT / "playbooks" / "vars" / "awx.yml"
HEAD = """\
---
# What AWX is to have, in the words of infra.aap_configuration; the playbook certops.kubernetes.awx hands it to awx.awx.
# Made from the playbooks' argument specs by tests/docs/awx.py.
"""
# Where a cluster is comes with the credential, or with the hosts of the inventory.
NOT_ASKED = ("tls_kubeconfig", "tls_context")
KUBECONFIG = "Kubernetes kubeconfig"
# Only where it is said how.
TOLD = "{{ ['TLS findings'] if awx_notification_type | default('') else [] }}"


class Unsafe(str):
    """Text with braces that are not for Ansible."""


class Dumper(yaml.SafeDumper):
    """Lists stand in from their key, as yamllint wants them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        return True


Dumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text), style='"'))
Dumper.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if "{{" in text else None),
)
# YAML 1.1 has more words for true and false than a dumper quotes.
Dumper.add_representer(
    bool, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:bool", str(value).lower())
)


@dataclasses.dataclass(frozen=True)
class Job:
    """A job template.

    :param told: whether people are told when it fails
    """

    name: str
    playbook: str
    description: str
    told: bool = False


JOBS = (
    Job("TLS install", "install", "cert-manager and an ingress controller."),
    Job("TLS site", "site", "All, from a bare cluster to verified HTTPS hosts; give the list tls_apps."),
    Job("TLS secure", "secure", "The hosts of tls_apps served over HTTPS."),
    Job("TLS verify", "verify", "The hosts of tls_apps verified by a handshake.", told=True),
    Job(
        "TLS promote", "promote", "Certificates of production, once staging has proved them; give promote_certificates."
    ),
    Job("TLS status", "status", "Fails, and so tells, when a certificate isn't right.", told=True),
    Job("TLS renew", "renew", "Renews what is due, whoever has defined it.", told=True),
    Job("TLS report", "report", "A page about the TLS of the clusters.", told=True),
    Job(
        "TLS change engine", "change_engine", "Certificates of a namespace kept by the other engine; nothing is issued."
    ),
    Job("TLS teardown", "teardown", "Removes what the others have made."),
)

SCHEDULES: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (
    ("TLS renew, every night", "TLS renew", "RRULE:FREQ=DAILY;INTERVAL=1", "T020000Z", {"renew_when": "due"}),
    ("TLS status, every hour", "TLS status", "RRULE:FREQ=HOURLY;INTERVAL=1", "T001500Z", {}),
    ("TLS report, every Monday", "TLS report", "RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO", "T060000Z", {}),
)


def spec_of(playbook: str) -> dict[str, dict[str, Any]]:
    """The variables of a playbook by name."""
    found = yaml.safe_load((ROOT / "playbooks" / f"{playbook}.meta.yml").read_text())
    return dict(found["argument_specs"][playbook]["options"])


def plain(text: object) -> str:
    """A description without semantic markup."""
    return re.sub(r"\b[COVIBMP]\(([^)#]+)(?:#\w+)?\)", r"\1", str(text)).strip()


def question(name: str, option: Mapping[str, Any]) -> dict[str, Any] | None:
    """The question about a variable; None for lists of dictionaries, which are given as extra variables."""
    if option.get("elements") == "dict" or option["type"] == "dict":
        return None
    kind, more = _kind(option)
    default = option.get("default", "")
    # Among choices, empty text is none to begin with.
    begin = {} if "choices" in more and default == "" else {"default": _text(option, default)}
    return {
        "question_name": re.sub("^Tls", "TLS", name.replace("_", " ").capitalize()),
        "question_description": plain(option["description"]),
        "variable": name,
        "type": kind,
        "required": bool(option.get("required")),
        **begin,
        **more,
    }


def _text(option: Mapping[str, Any], default: Any) -> Any:
    return str(default).lower() if option["type"] == "bool" else default


def _kind(option: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    if option["type"] == "bool":
        return "multiplechoice", {"choices": ["true", "false"]}
    if "choices" in option:
        return "multiplechoice", {"choices": list(option["choices"])}
    if option["type"] == "int":
        return "integer", {"min": 0}
    return ("textarea" if option["type"] == "list" else "text"), {}


def survey(job: Job) -> list[dict[str, Any]]:
    """The questions of a job template."""
    asked = (question(name, option) for name, option in spec_of(job.playbook).items() if name not in NOT_ASKED)
    return [each for each in asked if each]


def template(job: Job) -> dict[str, Any]:
    return {
        "name": job.name,
        "description": job.description,
        "organization": "{{ awx_organization | default('Default') }}",
        "project": "{{ awx_project | default('certops.kubernetes') }}",
        "inventory": "{{ awx_inventory | default('Clusters') }}",
        "execution_environment": "{{ awx_execution_environment | default('certops.kubernetes') }}",
        "credentials": "{{ awx_credentials | default([]) }}",
        "job_type": "run",
        "playbook": f"playbooks/{job.playbook}.yml",
        "ask_job_type_on_launch": True,  # a check is a dry run
        "ask_limit_on_launch": True,
        "ask_job_slice_count_on_launch": True,
        "ask_variables_on_launch": True,
        "ask_verbosity_on_launch": True,
        "survey_enabled": True,
        "survey_spec": {"name": job.name, "description": job.description, "spec": survey(job)},
        "notification_templates_error": TOLD if job.told else [],
    }


def credential_types() -> Iterator[dict[str, Any]]:
    yield _type(
        KUBECONFIG,
        "The kubeconfig of a cluster, or of several by context.",
        [_field("kubeconfig", "Kubeconfig", secret=True, multiline=True)],
        {
            "file": {"template": Unsafe("{{ kubeconfig }}")},
            "env": {name: Unsafe("{{ tower.filename }}") for name in ("K8S_AUTH_KUBECONFIG", "KUBECONFIG")},
        },
    )
    yield _type(
        "AWS for Route 53",
        "An access key, as the variables tls_aws_access_key_id and tls_aws_secret_access_key and in the environment.",
        [_field("key", "Access key ID"), _field("secret", "Secret access key", secret=True)],
        {
            "env": {"AWS_ACCESS_KEY_ID": Unsafe("{{ key }}"), "AWS_SECRET_ACCESS_KEY": Unsafe("{{ secret }}")},
            "extra_vars": {
                "tls_aws_access_key_id": Unsafe("{{ key }}"),
                "tls_aws_secret_access_key": Unsafe("{{ secret }}"),
            },
        },
    )
    yield _type(
        "TSIG key",
        "The key of dynamic DNS updates, as the variables tls_tsig_key_name, tls_tsig_algorithm and tls_tsig_secret.",
        [
            _field("name", "Key name"),
            _field("algorithm", "Algorithm", choices=True),
            _field("secret", "Key, base64", True),
        ],
        {"extra_vars": {f"tls_tsig_{of}": Unsafe(f"{{{{ {field} }}}}") for of, field in _TSIG.items()}},
    )


_TSIG = {"key_name": "name", "algorithm": "algorithm", "secret": "secret"}
_ALGORITHMS = ["HMACSHA256", "HMACSHA512", "HMACSHA1", "HMACMD5"]


def _field(
    name: str, label: str, secret: bool = False, multiline: bool = False, choices: bool = False
) -> dict[str, Any]:
    more = {"secret": secret, "multiline": multiline, "choices": _ALGORITHMS if choices else None}
    return {"id": name, "label": label, "type": "string", **{key: value for key, value in more.items() if value}}


def _type(name: str, description: str, fields: list[dict[str, Any]], injectors: Mapping[str, Any]) -> dict[str, Any]:
    inputs = {"fields": fields, "required": [field["id"] for field in fields]}
    return {"name": name, "description": description, "kind": "cloud", "inputs": inputs, "injectors": injectors}


def schedules() -> Iterator[dict[str, Any]]:
    for name, job, rule, start, answers in SCHEDULES:
        yield {
            "name": name,
            "unified_job_template": job,
            "organization": "{{ awx_organization | default('Default') }}",
            "rrule": f"DTSTART:20270101{start} {rule}",
            "extra_data": answers,
        }


def environment() -> dict[str, Any]:
    return {
        "name": "{{ awx_execution_environment | default('certops.kubernetes') }}",
        "description": "Built from execution-environment.yml.",
        "image": "{{ awx_image | default('localhost/certops-ee:latest') }}",
    }


def project() -> dict[str, Any]:
    return {
        "name": "{{ awx_project | default('certops.kubernetes') }}",
        "description": "The playbooks of the collection certops.kubernetes.",
        "organization": "{{ awx_organization | default('Default') }}",
        "scm_type": "git",
        "scm_url": "{{ awx_project_url | default('https://github.com/certops/certops.kubernetes') }}",
    }


def inventory() -> dict[str, Any]:
    return {
        "name": "{{ awx_inventory | default('Clusters') }}",
        "description": "A host a cluster, with ansible_connection local and its tls_context.",
        "organization": "{{ awx_organization | default('Default') }}",
    }


def notification() -> dict[str, Any]:
    body = "{{ job.name }} of {{ job.finished }} says that a certificate isn't right: {{ url }}"
    return {
        "name": "TLS findings",
        "description": "Tells of failed jobs: a job fails when a certificate isn't right.",
        "organization": "{{ awx_organization | default('Default') }}",
        "notification_type": "{{ awx_notification_type | default('') }}",
        "notification_configuration": "{{ awx_notification_configuration | default({}) }}",
        "messages": {"error": {"message": Unsafe("{{ job.name }} {{ job.status }}: {{ url }}"), "body": Unsafe(body)}},
    }


def text() -> str:
    """The whole file."""
    content = {
        "controller_credential_types": list(credential_types()),
        "controller_execution_environments": [environment()],
        "controller_projects": [project()],
        "controller_inventories": [inventory()],
        "controller_notifications": [notification()],
        "controller_templates": [template(job) for job in JOBS],
        "controller_schedules": list(schedules()),
    }
    return HEAD + yaml.dump(content, Dumper=Dumper, sort_keys=False, width=100, allow_unicode=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Writes playbooks/vars/awx.yml.")
    parser.add_argument("--check", action="store_true", help="only compare")
    if not parser.parse_args().check:
        FILE.parent.mkdir(exist_ok=True)
        FILE.write_text(text())
        return 0
    if not FILE.exists() or FILE.read_text() != text():
        print(f"{FILE.relative_to(ROOT)} isn't what the playbooks say; run python -m tests.docs.awx")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
