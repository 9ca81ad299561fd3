# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What more than one namespace suffers from, so that not all may be played at once: cert-manager's own parts and rights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.certops.kubernetes.plugins.module_utils.spec.external_dns import PREFIX
from tests.testbed import node
from tests.testbed.components import CERT_MANAGER
from tests.testbed.layout import Testbed
from tests.testbed.processes import run

from .. import parts
from ..case import Case, Manifest
from ..objects import acme, ingress, self_signed
from ..place import WEBHOOK, Place

Step = Callable[[Place], Any]

_CHALLENGES_RIGHTS = "cert-manager-controller-challenges"
_SOLVER_IMAGE = next(image.reference for image in CERT_MANAGER if "acmesolver" in image.reference)
_KEPT_IMAGE = "faults.test/kept:1"


def _take_right(place: Place) -> list[Manifest]:
    parts.take_rights(place, _CHALLENGES_RIGHTS, "ingresses")
    return [acme(place)]


def _broken_webhook(place: Place) -> list[Manifest]:
    """The CA is another one, and cainjector, which would correct that, is away."""
    made = [self_signed()]
    place.apply(*made)
    parts.scale(place, "cert-manager-cainjector", 0)
    configuration = place.get(WEBHOOK, "cert-manager-webhook")
    assert configuration, "cert-manager has no ValidatingWebhookConfiguration"
    for webhook in configuration["webhooks"]:
        webhook["clientConfig"]["caBundle"] = parts.other_ca()
    place.patch(WEBHOOK, "cert-manager-webhook", {"webhooks": configuration["webhooks"]})
    return []


def _webhook_down(place: Place) -> list[Manifest]:
    place.apply(self_signed())
    parts.scale(place, "cert-manager-webhook", 0)
    return []


def _controller_down(place: Place) -> list[Manifest]:
    place.apply(self_signed())
    parts.scale(place, "cert-manager", 0)
    return []


def _up(*names: str) -> Step:
    def step(place: Place) -> None:
        for name in names:
            parts.scale(place, name, 1)
        parts.await_webhook(place)

    return step


def _image_removed(place: Place) -> list[Manifest]:
    testbed = Testbed.from_environment()
    run(node.ctr(testbed, "images", "tag", "--force", _SOLVER_IMAGE, _KEPT_IMAGE))
    run(node.ctr(testbed, "images", "remove", _SOLVER_IMAGE))
    return [acme(place)]


def _image_back(place: Place) -> None:
    run(node.ctr(Testbed.from_environment(), "images", "tag", "--force", _KEPT_IMAGE, _SOLVER_IMAGE))


def _external_dns(place: Place) -> list[Manifest]:
    """Stands there as external-dns does, with its settings; what it would do is not needed."""
    variables = {
        "DOMAIN_FILTER": "covered.missing.example.test",
        "SOURCE": "ingress",
        "ANNOTATION_PREFIX": PREFIX,
    }
    environment = [{"name": f"EXTERNAL_DNS_{name}", "value": value} for name, value in variables.items()]
    labels = {"app.kubernetes.io/name": "external-dns"}
    container = {"name": "external-dns", "image": "registry.k8s.io/pause:3.10", "env": environment}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "external-dns", "labels": labels},
        "spec": {"selector": {"matchLabels": labels}, "template": template},
    }
    return [deployment, acme(place)]


def _old_annotations(place: Place) -> list[Manifest]:
    told = {"external-dns.alpha.kubernetes.io/hostname": place.host("covered.missing")}
    served = ingress("www", place.host("covered.missing"), secret_name="www-tls", annotations=told)
    return [*_external_dns(place), served]


# Each group is played side by side, the groups one after the other.
GROUPS: tuple[tuple[Case, ...], ...] = (
    (
        Case(
            "dns-not-covered",
            "external_dns.not_covered",
            "external-dns does not look after the host's zone",
            "a Deployment with external-dns's settings, whose `domain-filter` does not cover the host",
            "add the zone",
            objects=_external_dns,
            certificate=lambda place: {"dns_names": [place.host("missing")]},
            shows="no such host",
            also=["self_check.nxdomain"],
        ),
        Case(
            "dns-old-annotations",
            "external_dns.annotation_prefix",
            "external-dns does not read the Ingress's annotations any more",
            "the same, and an Ingress with annotations of external-dns before v0.22",
            "write them with the new prefix",
            objects=_old_annotations,
            certificate=lambda place: {"dns_names": [place.host("covered.missing")]},
            shows="no such host",
            also=["self_check.nxdomain"],
        ),
    ),
    (
        Case(
            "image-missing",
            "solver.image_not_pulled",
            "The solver's image can't be pulled",
            "the image is taken from the node, which has no registry",
            "let the node reach the registry",
            objects=_image_removed,
            shows="ErrImagePull|ImagePullBackOff",
            also=["self_check.unavailable", "self_check.not_found"],
            mend=_image_back,
            restore=_image_back,
        ),
    ),
    (
        Case(
            "rights-of-cert-manager",
            "rbac.forbidden",
            "cert-manager may not make what answers a challenge",
            "its ClusterRole has no rule for Ingresses any more",
            "give it back",
            objects=_take_right,
            shows="is forbidden",
            restore=parts.give_rights_back,
        ),
    ),
    (
        Case(
            "webhook-down",
            "webhook.refused",
            "cert-manager's webhook is down",
            "its Deployment has no replicas",
            "scale it up",
            objects=_webhook_down,
            mend=_up("cert-manager-webhook"),
            restore=_up("cert-manager-webhook"),
        ),
    ),
    (
        Case(
            "webhook-ca",
            "webhook.unknown_authority",
            "The API server does not trust cert-manager's webhook",
            "another CA in its configuration, and cainjector is down",
            "start cainjector",
            objects=_broken_webhook,
            mend=_up("cert-manager-cainjector"),
            restore=_up("cert-manager-cainjector"),
        ),
    ),
    (
        Case(
            "controller-down",
            "cert_manager.not_available",
            "cert-manager's controller is down",
            "its Deployment has no replicas",
            "scale it up",
            objects=_controller_down,
            mend=_up("cert-manager"),
            restore=_up("cert-manager"),
        ),
    ),
)
CASES = tuple(case for group in GROUPS for case in group)
