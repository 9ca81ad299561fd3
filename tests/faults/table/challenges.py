# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP-01 challenges that nobody can answer: solvers, classes, pods, admission."""

from __future__ import annotations

from typing import Any

from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import Kind

from ..case import Case, Manifest
from ..objects import acme, http01, ingress, pod_template
from ..place import POLICY, POLICY_BINDING, QUOTA, Place

_SELF_CHECK = "Waiting for HTTP-01 challenge propagation: "


def _quota(place: Place) -> list[Manifest]:
    quota = {"metadata": {"name": "no-pods"}, "spec": {"hard": {"pods": "0"}}}
    return [{"apiVersion": "v1", "kind": "ResourceQuota", **quota}, acme(place)]


def _limit_range(place: Place) -> list[Manifest]:
    limits = [{"type": "Container", "min": {"memory": "1Gi"}}]
    return [
        {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "large-only"}, "spec": {"limits": limits}},
        acme(place),
    ]


def _pod_security(place: Place) -> list[Manifest]:
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    namespace = {"metadata": {"name": place.namespace, "labels": labels}}
    loose = {"seccompProfile": {"type": "Unconfined"}}
    return [{"apiVersion": "v1", "kind": "Namespace", **namespace}, acme(place, pod_template(securityContext=loose))]


def _only_here(place: Place) -> dict[str, Any]:
    return {"matchLabels": {"kubernetes.io/metadata.name": place.namespace}}


def _policy(place: Place) -> list[Manifest]:
    rule = {
        "apiGroups": ["networking.k8s.io"],
        "apiVersions": ["v1"],
        "operations": ["CREATE"],
        "resources": ["ingresses"],
    }
    policy = {
        "matchConstraints": {"resourceRules": [rule], "namespaceSelector": _only_here(place)},
        "validations": [{"expression": "false", "message": "Ingresses are made by the platform team only"}],
    }
    binding = {"policyName": place.namespace, "validationActions": ["Deny"]}
    version = "admissionregistration.k8s.io/v1"
    name = {"name": place.namespace}
    return [
        {"apiVersion": version, "kind": "ValidatingAdmissionPolicy", "metadata": name, "spec": policy},
        {"apiVersion": version, "kind": "ValidatingAdmissionPolicyBinding", "metadata": name, "spec": binding},
        acme(place),
    ]


def _foreign_webhook(place: Place) -> list[Manifest]:
    webhook = {
        "name": "left.behind.test",
        "admissionReviewVersions": ["v1"],
        "sideEffects": "None",
        "clientConfig": {"service": {"name": "left-behind", "namespace": "default"}},
        "namespaceSelector": _only_here(place),
        "rules": [
            {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["services", "pods"]}
        ],
    }
    return [
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingWebhookConfiguration",
            "metadata": {"name": place.namespace},
            "webhooks": [webhook],
        },
        acme(place),
    ]


def _unserved(place: Place) -> list[Manifest]:
    spec = {"controller": "faults.test/nobody"}
    made = {"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": place.namespace}}
    return [{**made, "spec": spec}, acme(place, http01(ingressClassName=place.namespace))]


def _remove(*those: Kind) -> Any:
    """What takes away a cluster-wide object that is named as the case's namespace."""

    def mend(place: Place) -> None:
        for kind in those:
            place.delete(kind, place.namespace)

    return mend


def _better(place: Place) -> None:
    """An issuer whose solver is in order; orders that are made from now on have it."""
    place.apply(acme(place))


CASES = (
    Case(
        "solver-none",
        "order.no_solver",
        "No solver of the issuer is for this name",
        "its only solver has another zone as its selector",
        "add one",
        objects=lambda place: [acme(place, http01() | {"selector": {"dnsZones": ["example.org"]}})],
        shows='"orders"',
        mend=_better,
    ),
    Case(
        "solver-wildcard",
        "order.wildcard_needs_dns01",
        "A wildcard, and no DNS-01 solver",
        "`dns_names` with a wildcard, an issuer with HTTP-01 only",
        "give the issuer a DNS-01 solver, or leave the wildcard out",
        objects=lambda place: [acme(place)],
        certificate=lambda place: {"dns_names": [f"*.{place.host()}"]},
        shows='"wildcard": true',
    ),
    Case(
        "class-missing",
        "ingress_class.missing",
        "The solver's IngressClass does not exist",
        "`ingressClassName` with a name that there isn't",
        "correct it",
        objects=lambda place: [acme(place, http01(ingressClassName="ngnix"))],
        shows='"challenges"',
        also=["self_check.not_found", "ingress_class.not_served"],
        mend=_better,
    ),
    Case(
        "class-unserved",
        "ingress_class.not_served",
        "No controller serves the solver's IngressClass",
        "an IngressClass of a controller that isn't installed",
        "use another class",
        objects=_unserved,
        shows=_SELF_CHECK,
        also=["self_check.not_found"],
    ),
    Case(
        "pod-quota",
        "quota.exceeded",
        "A ResourceQuota leaves no room for the solver's pod",
        "a quota of no pods",
        "raise it",
        objects=_quota,
        shows="exceeded quota",
        mend=lambda place: place.delete(QUOTA, "no-pods"),
    ),
    Case(
        "pod-limit-range",
        "quota.limit_range",
        "A LimitRange forbids the solver's pod",
        "a minimum of 1 GiB",
        "widen it",
        objects=_limit_range,
        shows="minimum memory",
    ),
    Case(
        "pod-security",
        "admission.pod_security",
        "The Pod Security Standard of the namespace forbids the solver's pod",
        "level `restricted`, and a `podTemplate` without a seccomp profile",
        "correct the template",
        objects=_pod_security,
        shows="violates PodSecurity",
    ),
    Case(
        "pod-unschedulable",
        "solver.not_scheduled",
        "No node is free for the solver's pod",
        "a `podTemplate` with a node selector that no node has",
        "correct the template",
        objects=lambda place: [acme(place, pod_template(nodeSelector={"disk": "fast"}))],
        shows="Unschedulable",
        also=["self_check.unavailable", "self_check.not_found"],
        mend=_better,
    ),
    Case(
        "pod-not-starting",
        "solver.not_starting",
        "The solver's container does not start",
        "a `podTemplate` that wants root and forbids it",
        "correct the template",
        objects=lambda place: [acme(place, pod_template(securityContext={"runAsNonRoot": True, "runAsUser": 0}))],
        shows="CreateContainerConfigError",
        also=["self_check.unavailable", "self_check.not_found"],
    ),
    Case(
        "admission-policy",
        "admission.denied",
        "A policy forbids the solver's Ingress",
        "a ValidatingAdmissionPolicy for this namespace",
        "let it except the solver",
        objects=_policy,
        shows="platform team",
        mend=_remove(POLICY_BINDING, POLICY),
    ),
    Case(
        "admission-left-behind",
        "webhook.foreign",
        "The webhook of a program that was removed is still registered",
        "a ValidatingWebhookConfiguration whose Service does not exist",
        "remove it",
        objects=_foreign_webhook,
        shows="failed calling webhook",
    ),
    Case(
        "ingress-missing",
        "solver.ingress_missing",
        "The Ingress into which the solver's path should be put does not exist",
        "a solver with `name` instead of `ingressClassName`",
        "make the Ingress",
        objects=lambda place: [acme(place, {"http01": {"ingress": {"name": "www"}}})],
        shows="not found",
        mend=lambda place: place.apply(ingress("www", place.host(), secret_name="other")),
    ),
)
