# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every job template's playbook, run as AWX does: by ansible-runner, with its survey's answers as extra variables."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader

from tests.package import building

from .conftest import ROOT, fresh_namespace
from .controller import Controller, variables

DATA = DataLoader().load_from_file(str(ROOT / "playbooks" / "vars" / "awx.yml"))
TEMPLATES = {template["name"]: template for template in DATA["controller_templates"]}
NAMESPACE = "test-awx"
NOTHING = {"install_cert_manager": "false", "ingress_controller": "none"}


@pytest.fixture(scope="module")
def controller(installed: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Controller:
    folder = tmp_path_factory.mktemp("awx")
    programs = building.execution_environment(installed, folder)
    types = {each["name"]: each for each in DATA["controller_credential_types"]}
    return Controller(folder, programs, installed, types)


@pytest.fixture(scope="module")
def namespace(cluster: dict[str, str]) -> Iterator[dict[str, str]]:
    with fresh_namespace(cluster, NAMESPACE):
        yield cluster


def apps(environment: dict[str, str]) -> list[dict[str, Any]]:
    """One host that signs itself, and one that an ACME server certifies by DNS-01, with the key of a credential."""
    rules = [{"service": "web", "port": "80"}]
    solver = {
        "nameserver": environment["CERTOPS_DYNAMIC_DNS_SERVER"],
        "tsig_key_name": "{{ tls_tsig_key_name }}",
        "tsig_algorithm": "{{ tls_tsig_algorithm }}",
        "tsig_secret": "{{ tls_tsig_secret }}",
    }
    acme = {
        "server": environment["CERTOPS_ACME_SERVER"],
        "email": "ops@example.org",
        "ca_bundle": pathlib.Path(environment["CERTOPS_ACME_CA_BUNDLE"]).read_text(),
        "solvers": [{"dns01": {"rfc2136": solver}}],
    }
    return [
        {
            "name": "signed",
            "namespace": NAMESPACE,
            "host": "awx-signed.example.test",
            "issuer": {"name": "self-signed", "self_signed": {}},
            "rules": rules,
        },
        {
            "name": "proven",
            "namespace": NAMESPACE,
            "host": f"awx.{environment['CERTOPS_DYNAMIC_DNS_ZONE']}",
            "issuer": {"name": "acme", "acme": acme},
            "rules": rules,
            "verify": {"ca_file": environment["CERTOPS_ACME_ROOT"]},
        },
    ]


def promoted() -> dict[str, Any]:
    certificate = {
        "name": "promoted",
        "namespace": NAMESPACE,
        "secret_name": "promoted-tls",
        "dns_names": ["awx-promoted.example.test"],
        "issuer_ref": {"name": "self-signed"},
    }
    return {"promote_certificates": [certificate], "promote_staging_issuer": {"name": "self-signed"}}


def launches(
    environment: dict[str, str], folder: pathlib.Path
) -> dict[str, tuple[dict[str, Any], dict[str, Any], str]]:
    """By template, in the order in which they are run: the survey's answers, the other variables, what is said then."""
    charts = {
        "cert_manager_chart_ref": environment["CERTOPS_CERT_MANAGER_CHART"],
        "traefik_chart_ref": environment["CERTOPS_TRAEFIK_CHART"],
        "traefik_host_network": True,
        "traefik_published_address": environment["CERTOPS_INGRESS_ADDRESS"],
    }
    hosts = {"tls_apps": apps(environment)}
    here = {"tls_namespace": NAMESPACE}
    host = "awx-signed.example.test"
    return {
        "TLS install": ({}, charts, r"changed=0"),
        "TLS site": (NOTHING, hosts, r"failed=0"),
        "TLS secure": ({}, hosts, r"changed=0"),
        "TLS verify": ({}, hosts, r"failed=0"),
        "TLS status": (here | {"tls_hosts": f"{host}\n{hosts['tls_apps'][1]['host']}\n"}, {}, "Nothing is wrong"),
        "TLS promote": ({"promote_timeout": 90}, promoted(), "Certificate test-awx/promoted: signed by"),
        "TLS renew": (here | {"renew_when": "always", "tls_hosts": host}, {}, "Certificates chosen: 1, renewed: 1"),
        "TLS report": (here | {"report_file": str(folder / "tls.html")}, {}, "The report is in"),
        "TLS change engine": (here | {"tls_engine": "direct", "tls_certificates": "promoted"}, {}, r"failed=0"),
        "TLS teardown": (NOTHING, hosts | {"sample_app_namespace": NAMESPACE}, r"failed=0"),
    }


def test_each_template_runs_with_the_answers_of_its_survey(
    controller: Controller, namespace: dict[str, str], tmp_path: pathlib.Path
) -> None:
    credentials = {
        "Kubernetes kubeconfig": {"kubeconfig": pathlib.Path(namespace["KUBECONFIG"]).read_text()},
        "TSIG key": {
            "name": namespace["CERTOPS_TSIG_KEY_NAME"],
            "algorithm": "HMACSHA256",
            "secret": namespace["CERTOPS_TSIG_SECRET"],
        },
    }
    image = {name: namespace[name] for name in ("PATH", "CERTOPS_DNS_SERVERS")}
    planned = launches(namespace, tmp_path)
    assert set(planned) == set(TEMPLATES)
    for name, (answers, others, said) in planned.items():
        given = variables(TEMPLATES[name], answers, others)
        done = controller.launch(TEMPLATES[name], given, credentials, image)
        if done.returncode or not re.search(said, done.stdout):
            pytest.fail(f"{name}\n{done.stdout}", pytrace=False)
        assert namespace["CERTOPS_TSIG_SECRET"] not in done.stdout, name
    assert "awx-signed.example.test" in (tmp_path / "tls.html").read_text()
