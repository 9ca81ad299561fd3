# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.errors import SpecError
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds, responder
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.dialects.dialect import OpenPath
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.responder import Responder, Settings

THUMBPRINT = "NKbfXDh5_-fkQvDiz0EBwyGmxEoaTBRDjcBnZAbPVts"


def of(settings=None, thumbprint=THUMBPRINT):
    return Responder("shop", thumbprint, settings or Settings())


def workload(settings=None):
    return {kind.kind: manifest for kind, manifest in of(settings).workload()}


def test_all_its_objects_carry_its_labels():
    ours = of()
    manifests = [*workload().values(), ours.ingress(["www.example.test"], OpenPath())]
    assert all(manifest["metadata"]["labels"] == ours.labels for manifest in manifests)
    assert all(manifest["metadata"]["namespace"] == "shop" for manifest in manifests)


def test_names_are_dns_labels_and_differ_by_account():
    names = [of().name, of(thumbprint="another").name, of().ingress_name(["a"]), of().ingress_name(["b"])]
    assert len(set(names)) == 4
    assert all(len(name) <= 63 for name in names)


def test_the_pod_is_as_restricted_as_can_be():
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted"""
    pod = workload()["Deployment"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}
    assert not pod.get("volumes")


def test_service_and_deployment_find_the_pod():
    made = workload()
    labels = made["Deployment"]["spec"]["template"]["metadata"]["labels"]
    for selector in (made["Deployment"]["spec"]["selector"]["matchLabels"], made["Service"]["spec"]["selector"]):
        assert selector.items() <= labels.items()


def test_a_pod_template_adds_and_does_not_take_away():
    template = {
        "metadata": {"labels": {"team": "web", "app.kubernetes.io/instance": "x"}, "annotations": {"note": "1"}},
        "spec": {"nodeSelector": {"zone": "a"}, "resources": {"limits": {"cpu": "1"}}},
    }
    pod = workload(Settings(pod_template=template))["Deployment"]["spec"]["template"]
    assert pod["metadata"]["labels"] == of().labels | {"team": "web"}
    assert pod["metadata"]["annotations"]["note"] == "1"
    assert pod["spec"]["nodeSelector"] == {"zone": "a"}
    assert pod["spec"]["containers"][0]["resources"] == {"limits": {"cpu": "1"}}
    assert "resources" not in pod["spec"]


def test_it_answers_for_its_account():
    command = workload()["Deployment"]["spec"]["template"]["spec"]["containers"][0]["command"]
    assert command[command.index("--body") + 1].endswith("." + THUMBPRINT)


def test_the_image_may_come_from_a_mirror():
    made = workload(Settings(image="mirror.example.test/caddy:2"))
    assert made["Deployment"]["spec"]["template"]["spec"]["containers"][0]["image"] == "mirror.example.test/caddy:2"


def test_one_ingress_has_a_rule_for_each_host():
    template = {"metadata": {"annotations": {"note": "1"}}}
    settings = Settings(ingress_class_name="nginx", ingress_template=template)
    ingress = of(settings).ingress(
        ["b.example.test", "a.example.test", "192.0.2.1", "2001:db8::1"], OpenPath("Exact", {"x": "y"})
    )
    assert [rule.get("host") for rule in ingress["spec"]["rules"]] == [None, "a.example.test", "b.example.test"]
    assert ingress["spec"]["ingressClassName"] == "nginx"
    assert ingress["metadata"]["annotations"] == {"x": "y", "note": "1"}
    path = ingress["spec"]["rules"][1]["http"]["paths"][0]
    assert (path["path"], path["pathType"]) == ("/.well-known/acme-challenge/", "Exact")
    assert path["backend"]["service"]["name"] == workload()["Service"]["metadata"]["name"]


def test_without_a_class_the_ingress_is_of_the_default_one():
    assert "ingressClassName" not in of().ingress(["www.example.test"], OpenPath())["spec"]


def test_the_class_may_be_an_annotation():
    ingress = of(Settings(ingress_class_annotation="old")).ingress(["www.example.test"], OpenPath())
    assert ingress["metadata"]["annotations"] == {"kubernetes.io/ingress.class": "old"}


def test_reads_the_solver_of_an_issuer():
    solver = {
        "responder": {"image": "mirror/caddy:2"},
        "ingress": {
            "ingressClassName": "nginx",
            "serviceType": "NodePort",
            "podTemplate": {"spec": {"priorityClassName": "high"}},
            "ingressTemplate": {"metadata": {"labels": {"a": "b"}}},
        },
    }
    assert responder.settings(solver) == Settings(
        "mirror/caddy:2",
        "nginx",
        None,
        "NodePort",
        {"spec": {"priorityClassName": "high"}},
        {"metadata": {"labels": {"a": "b"}}},
    )
    assert responder.settings({"ingress": {"class": "old"}}).ingress_class_annotation == "old"
    assert responder.settings({}) == Settings()


@pytest.mark.parametrize(
    ("solver", "option"), [({"gatewayHTTPRoute": {}}, "gateway"), ({"ingress": {"name": "www"}}, "ingress_name")]
)
def test_refuses_what_it_can_not_be(solver, option):
    with pytest.raises(SpecError, match=f"^http01.{option}: not possible with engine: direct"):
        responder.settings(solver)


def test_the_workload_is_applied_in_order():
    assert [kind for kind, _manifest in of().workload()] == [kinds.DEPLOYMENT, kinds.SERVICE]
