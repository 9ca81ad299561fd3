# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plays of the documentation are run, those of a page one after the other, as a reader would.

What is the reader's own is put in: the host, the namespace, and an ACME server and a CA in place of Let's Encrypt's.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import json
import pathlib
import subprocess
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from tests.docs import snippets

from .conftest import ROOT, kubectl, printed

Finished = subprocess.CompletedProcess[str]


@dataclasses.dataclass(frozen=True)
class Journey:
    """A page whose plays are run. before: the names of applications that the page takes for granted, with their namespace.

    leaves: whether its namespace has to be removed by the test.
    """

    page: str
    before: tuple[str, ...] = ()
    leaves: bool = True

    @property
    def name(self) -> str:
        return pathlib.Path(self.page).stem.lower()

    @property
    def namespace(self) -> str:
        return f"docs-{self.name}"


JOURNEYS = (
    Journey("docs/guide.md", leaves=False),
    Journey("docs/scenarios/laptop.md", leaves=False),
    Journey("docs/scenarios/no-controller.md"),
    Journey("README.md", before=("web",)),
)


def own(environment: Mapping[str, str], journey: Journey, text: str) -> str:
    """The text with the testbed's names in it."""
    zone = environment["CERTOPS_DNS_ZONE"]
    words = {
        "later.example.org": f"later.missing.{zone}",
        "www.example.org": f"{journey.namespace}.{zone}",
        "ops@example.org": f"ops@{zone}",
        "namespace: shop": f"namespace: {journey.namespace}",
    }
    for word, ours in words.items():
        text = text.replace(word, ours)
    return text


def trusting(environment: Mapping[str, str], plays: Any) -> Any:
    """Plays that use the testbed's ACME server, and trust its CA where they trust Let's Encrypt's."""
    for task in (task for play in plays for task in snippets.tasks(play)):
        module, arguments = snippets.action(task)
        if module == "certops.kubernetes.issuer" and "acme" in arguments:
            arguments["acme"]["server"] = environment["CERTOPS_ACME_SERVER"]
            arguments["acme"]["ca_bundle"] = pathlib.Path(environment["CERTOPS_ACME_CA_BUNDLE"]).read_text()
        if module == "certops.kubernetes.tls_probe" and not any(name.startswith("ca_") for name in arguments):
            arguments["ca_file"] = environment["CERTOPS_ACME_ROOT"]
    return plays


def installed(environment: Mapping[str, str]) -> dict[str, Any]:
    """Variables for the roles that install charts: the testbed's. What is there already is left as it is."""
    return {
        "cert_manager_chart_ref": environment["CERTOPS_CERT_MANAGER_CHART"],
        "traefik_chart_ref": environment["CERTOPS_TRAEFIK_CHART"],
        "traefik_host_network": True,
        "traefik_published_address": environment["CERTOPS_INGRESS_ADDRESS"],
    }


def applications(journey: Journey) -> list[dict[str, Any]]:
    role = {
        "role": "certops.kubernetes.sample_app",
        "sample_app_namespace": journey.namespace,
        "sample_app_names": list(journey.before),
    }
    return [{"hosts": "localhost", "connection": "local", "gather_facts": False, "roles": [role]}]


def run(environment: dict[str, str], journey: Journey, folder: pathlib.Path) -> tuple[Finished, float]:
    """Plays the page, in one process."""
    files, variables = [], installed(environment)
    if journey.before:
        files.append(folder / "before.yml")
        files[0].write_text(yaml.safe_dump(applications(journey)))
    for snippet in snippets.of(ROOT / journey.page):
        if snippet.language == "yaml" and "foreign" not in snippet.marks:
            ours = yaml.safe_load(own(environment, journey, snippet.text))
            if snippet.plays:
                files.append(folder / f"line_{snippet.line}.yml")
                files[-1].write_text(yaml.safe_dump(trusting(environment, ours), sort_keys=False))
            elif set(ours) & {"app_host"}:
                variables |= ours
                variables["acme_server"] = environment["CERTOPS_ACME_SERVER"]
    started = time.monotonic()
    try:
        command = ["ansible-playbook", "-e", json.dumps(variables), *map(str, files)]
        return printed(command, environment), time.monotonic() - started
    finally:
        if journey.leaves:
            kubectl(environment, "delete", "namespace", journey.namespace, "--ignore-not-found", "--wait=false")


Runs = dict[str, "concurrent.futures.Future[tuple[Finished, float]]"]


@pytest.fixture(scope="module")
def runs(
    cluster: dict[str, str], request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Runs]:
    """All that are wanted, side by side: most of their time is spent waiting."""
    wanted = [item.callspec.params["journey"] for item in request.session.items if item.path == request.path]
    with concurrent.futures.ThreadPoolExecutor(len(JOURNEYS)) as pool:
        yield {each.page: pool.submit(run, cluster, each, tmp_path_factory.mktemp(each.name)) for each in wanted}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.page)
def test_page(journey: Journey, runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    played, seconds = runs[journey.page].result()
    with capsys.disabled():
        print(f"\n{journey.page}: {seconds:.0f} s ", end="", flush=True)
    if played.returncode:
        pytest.fail(played.stdout, pytrace=False)
    assert "failed=0" in played.stdout
