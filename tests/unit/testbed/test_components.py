# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import configparser
import json
import re

import pytest
import yaml

from tests.testbed import artifacts, cluster, store, supervisor
from tests.testbed.components import ALL, PAUSE, SCENARIOS
from tests.testbed.golang import GoFolder
from tests.testbed.layout import HERE

MORE = {"cni_plugins": "/plugins", "kubernetes_version": "v1.34.4", "certificates": "/pki"}


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_services_come_after_their_needs(scenario):
    seen = set()
    for service in scenario.services:
        assert seen.issuperset(service.needs)
        seen.add(service.name)


def test_the_scenario_all_has_everything():
    for scenario in SCENARIOS.values():
        assert all(source in ALL.sources for source in scenario.sources)
        assert all(service in ALL.services for service in scenario.services)


@pytest.mark.parametrize(
    ("path", "module", "version"),
    [
        ("kubernetes/go.mod", "k8s.io/kubernetes", artifacts.KUBERNETES_VERSION),
        ("cert-manager/go.mod", "github.com/cert-manager/cert-manager", artifacts.CERT_MANAGER_VERSION),
        ("external-dns/go.mod", "sigs.k8s.io/external-dns", artifacts.EXTERNAL_DNS_VERSION),
        ("cert-manager/go-1.20.3.mod", "github.com/cert-manager/cert-manager", artifacts.OLDER_CERT_MANAGER_VERSION),
    ],
)
def test_go_mod_names_the_pinned_version(path, module, version):
    text = (HERE / "go" / path).read_text()
    assert re.search(rf"(?m)^(require |\t){re.escape(f'{module} {version}')}( // indirect)?$", text)


@pytest.mark.parametrize("source", [each for each in ALL.sources if isinstance(each, GoFolder)], ids=store.title)
def test_packages_of_ours_are_there(source):
    for package in source.packages:
        assert package.startswith("k8s.io/") or list((HERE / "go" / source.folder / package).glob("*.go"))


def test_supervisor_configuration_can_be_read_and_has_every_service(testbed):
    parser = configparser.RawConfigParser(inline_comment_prefixes=(";", " #"))
    parser.read_string(supervisor.configuration(testbed, ALL.services))
    programs = {
        section.removeprefix("program:"): parser[section] for section in parser if section.startswith("program:")
    }
    assert list(programs) == [service.name for service in ALL.services]
    assert programs["kube-apiserver"]["command"].startswith("kube-apiserver --advertise-address=198.18.7.2 ")
    assert programs["pebble"]["environment"] == 'PEBBLE_VA_NOSLEEP="1",PEBBLE_ALTERNATE_ROOTS="1"'
    assert not any("$" in program["command"] for program in programs.values())


@pytest.mark.parametrize("template", cluster.templates(), ids=lambda path: path.name)
def test_templates_use_known_names_and_are_well_formed(template, testbed):
    text = testbed.fill(template.read_text(), **MORE)
    assert "$" not in text
    if template.suffix == ".yaml":
        assert all(yaml.safe_load_all(text))
    if template.suffix in (".json", ".conflist"):
        assert json.loads(text)


def test_containerd_uses_the_pause_image_that_is_there():
    assert f'sandbox_image = "{PAUSE.reference}"' in (cluster.TEMPLATES / "containerd.toml").read_text()


def test_nothing_is_forwarded_and_the_zone_is_answered(testbed):
    corefile = testbed.fill((cluster.TEMPLATES / "Corefile").read_text())
    # But to BIND, on the node itself.
    forwarding = re.findall(r"(?m)^\s*((?:forward|proxy|secondary|alternate)\b.*)$", corefile)
    assert forwarding == ["forward . 198.18.7.2:5353"]
    below = [
        f"{name}.example.test"
        for name in ("elsewhere", "closed", "outside", "loopback", "nowhere", "broken", "missing")
    ]
    for zone in ("example.test", *below, "cluster.local in-addr.arpa ip6.arpa", "."):
        assert re.search(rf"(?m)^{re.escape(zone)} {{$", corefile)
