# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the API server refused cert-manager, in its own words: rights, admission webhooks, quotas.

cert-manager writes these answers into reasons, messages and events of whatever object needed the refused one.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import replace

from ...spec import conditions, kinds
from .. import webhook
from ..finding import ERROR, Finding
from . import chain

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ..evidence import Evidence

_RIGHT = re.compile(
    r'User "(?P<user>[^"]+)" cannot (?P<verb>\w+) resource "(?P<resource>[^"]+)" in API group "(?P<group>[^"]*)"'
    r'(?: in the namespace "(?P<namespace>[^"]+)")?'
)
_CALLED = re.compile(r'failed calling webhook "([^"]+)"')
_DENIED = re.compile(r'admission webhook "(?P<by>[^"]+)" denied the request: (?P<why>.*)', re.DOTALL)
_POLICY = re.compile(r"ValidatingAdmissionPolicy '(?P<by>[^']+)'.* denied request: (?P<why>.*)", re.DOTALL)
_QUOTA = re.compile(r"(?:exceeded|failed) quota: ([\w.-]+)[:,] ?(.*)", re.DOTALL)
_POD_SECURITY = re.compile(r'violates PodSecurity "([^"]+)": (.*)', re.DOTALL)
_LIMIT_RANGE = re.compile(r"(?:minimum|maximum) [\w.-]+ (?:usage )?per \w+ is .*", re.DOTALL)
_TERMINATING = re.compile(r"unable to create new content in namespace ([\w.-]+) because it is being terminated")
# What ingress-nginx says about a path of type Exact that it takes for unsafe (strict-validate-path-type, on in
# 1.12.0 to 1.12.5 and 1.13.0 to 1.13.1).
_PATH_TYPE = re.compile(r"cannot be used with pathType|invalid path", re.IGNORECASE)


def refused(evidence: Evidence) -> Iterator[Finding]:
    """The API server refuses nothing to the Certificate and its requests; issuers and challenges are checked alone."""
    for title, text in _said(evidence):
        finding = explain(title, text)
        if finding:
            yield finding


def _said(evidence: Evidence) -> Iterator[tuple[str, str]]:
    certificate, requests = evidence.certificate, chain.requests(evidence)
    if not requests and conditions.is_true(certificate, "Issuing"):
        for text in chain.warnings(evidence, certificate, "RequestFailed")[:1]:
            yield chain.title(kinds.CERTIFICATE, certificate), text
    for request in requests:
        ready = conditions.condition(request, "Ready")
        if ready and ready["status"] != "True":
            yield chain.title(kinds.CERTIFICATE_REQUEST, request), str(ready.get("message") or "")


def explain(title: str, text: str) -> Finding | None:
    """The finding for an answer of the API server, None for any other text.

    :param title: the object that says it
    """
    for explanation in (right, webhook_failing, _denied, _quota, _pod_security, _limit_range, _terminating):
        finding = explanation(title, text)
        if finding:
            return finding
    return None


def right(title: str, text: str) -> Finding | None:
    """A right that is missing: who may not do what, where (Kubernetes, RBAC authorizer)."""
    found = _RIGHT.search(text)
    if found is None:
        return None
    resource = ".".join(part for part in (found["resource"], found["group"]) if part)
    where = f"in namespace {found['namespace']}" if found["namespace"] else "in the whole cluster"
    return Finding(
        "rbac.forbidden",
        ERROR,
        title,
        f"{found['user']} may not {found['verb']} {resource} {where}.",
        f"allow it: a Role or ClusterRole with verb {found['verb']} on {resource}, bound to {found['user']}",
        {**found.groupdict(), "answer": text},
    )


def webhook_failing(title: str, text: str) -> Finding | None:
    """The finding for an admission webhook that can't be asked, cert-manager's own or another; None for other answers."""
    finding, called = webhook.failing(text), _CALLED.search(text)
    if finding is None or called is None or called[1].endswith(".cert-manager.io"):
        return finding
    return replace(
        finding,
        code="webhook.foreign",
        object=title,
        message=f"the admission webhook {called[1]}, which is not cert-manager's, can't be called: {text}",
        remedy="see whether the program behind it runs; remove its webhook configuration if that was left behind",
    )


def _denied(title: str, text: str) -> Finding | None:
    found = _DENIED.search(text) or _POLICY.search(text)
    if found is None:
        return None
    answer = {"webhook": found["by"], "answer": found["why"]}
    if _PATH_TYPE.search(found["why"]) and "acme-challenge" in found["why"]:
        return Finding(
            "admission.path_type",
            ERROR,
            title,
            f"{found['by']} rejects the solver's Ingress, whose path has the type Exact: {found['why']}",
            "upgrade ingress-nginx (1.12.6, 1.13.2 or newer), set its strict-validate-path-type to false, or turn "
            "cert-manager's feature gate ACMEHTTP01IngressPathTypeExact off (config.featureGates of its chart)",
            answer,
        )
    return Finding(
        "admission.denied",
        ERROR,
        title,
        f"{found['by']} denies what cert-manager makes: {found['why']}",
        "let this policy except what cert-manager makes, or adapt the solver's pod_template or ingress_template",
        answer,
    )


def _quota(title: str, text: str) -> Finding | None:
    found = _QUOTA.search(text)
    if found is None:
        return None
    return Finding(
        "quota.exceeded",
        ERROR,
        title,
        f"ResourceQuota {found[1]} leaves no room for what cert-manager makes: {found[2]}",
        "raise the quota, or remove what uses it up; a solver pod needs 10m CPU and 64Mi memory by default",
        {"quota": found[1], "answer": text},
    )


def _pod_security(title: str, text: str) -> Finding | None:
    found = _POD_SECURITY.search(text)
    if found is None:
        return None
    return Finding(
        "admission.pod_security",
        ERROR,
        title,
        f"the namespace's Pod Security Standard {found[1]} forbids the solver's pod: {found[2]}",
        "set the securityContext in the solver's pod_template, or lower the namespace's pod-security label",
        {"level": found[1], "answer": text},
    )


def _limit_range(title: str, text: str) -> Finding | None:
    found = _LIMIT_RANGE.search(text)
    if found is None or "is forbidden" not in text:
        return None
    return Finding(
        "quota.limit_range",
        ERROR,
        title,
        f"a LimitRange of the namespace forbids the solver's pod: {found[0]}",
        "set resources in the solver's pod_template, or widen the LimitRange",
        {"answer": text},
    )


def _terminating(title: str, text: str) -> Finding | None:
    found = _TERMINATING.search(text)
    if found is None:
        return None
    remedy = "wait until it is gone and make it anew; see its finalizers if it does not go"
    return Finding("namespace.terminating", ERROR, title, f"namespace {found[1]} is being deleted.", remedy)
