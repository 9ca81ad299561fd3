# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.certops.kubernetes.plugins.filter.external_dns_settings import FilterModule

FILTER = FilterModule().filters()["external_dns_settings"]
OLD, NEW = "external-dns.alpha.kubernetes.io/", "external-dns.kubernetes.io/"
IMAGE = "registry.k8s.io/external-dns/external-dns:v{}"


def deployment(*args, image="external-dns:v0.22.0", before=(), env=()):
    container = {"name": "external-dns", "image": image, "args": list(args), "env": list(env)}
    metadata = {"name": "dns", "namespace": "infra", "labels": {"app.kubernetes.io/instance": "release"}}
    return {"metadata": metadata, "spec": {"template": {"spec": {"containers": [*before, container]}}}}


def test_settings():
    beside = {"name": "proxy", "image": "proxy:v1.0", "args": ["--policy=never"]}
    zones = {"name": "EXTERNAL_DNS_DOMAIN_FILTER", "value": "b.test"}
    args = ["--source=ingress", "--source=service", "--policy=sync", "--txt-owner-id=me", "--provider=aws"]
    found = FILTER(deployment(*args, "--domain-filter=a.test", before=[beside], env=[zones]))
    assert found == {
        "name": "dns",
        "namespace": "infra",
        "release": "release",
        "version": "0.22.0",
        "annotation_prefixes": [NEW],
        "policy": "sync",
        "owner_id": "me",
        "registry": "txt",
        "provider": "aws",
        "sources": ["ingress", "service"],
        "domain_filters": ["a.test", "b.test"],
    }


@pytest.mark.parametrize(
    ("image", "args", "prefixes"),
    [
        (IMAGE.format("0.21.0"), [], [OLD]),
        (IMAGE.format("0.22.1"), [], [NEW]),
        (IMAGE.format("1.0.0"), [], [NEW]),
        (IMAGE.format("0.22.0"), [f"--annotation-prefix={OLD}"], [OLD]),
        (IMAGE.format("0.23.0"), ["--enable-legacy-annotation-prefix"], [OLD, NEW]),
        (IMAGE.format("0.23.0"), ["--annotation-prefix=a/", "--enable-legacy-annotation-prefix"], ["a/", OLD]),
        ("registry.test/external-dns@sha256:0", [], []),
        ("registry.test/external-dns@sha256:0", ["--annotation-prefix=a/"], ["a/"]),
    ],
)
def test_the_prefixes_that_it_reads(image, args, prefixes):
    assert FILTER(deployment(*args, image=image))["annotation_prefixes"] == prefixes


def test_what_is_not_said():
    found = FILTER(deployment(image="external-dns"))
    assert (found["version"], found["owner_id"], found["policy"], found["sources"]) == (None, "default", None, [])


@pytest.mark.parametrize("wrong", [None, "text", {}, {"spec": {"template": {"spec": {"containers": []}}}}])
def test_something_else_is_refused(wrong):
    with pytest.raises(AnsibleFilterError, match="external_dns_settings: this is no Deployment"):
        FILTER(wrong)
