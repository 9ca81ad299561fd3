# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The chain behind one Certificate as data: what ``kubectl describe`` says of every object, word for word, nested."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ..spec import conditions, issuer_type, kinds
from ..x509.leaf import rfc3339
from . import backoff, direct, secret_facts, solver_facts, withheld
from .checks.chain import owned

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .evidence import Evidence
    from .finding import Finding

Object = t.Mapping[str, t.Any]
Facts = dict[str, t.Any]

_REVISION = "cert-manager.io/certificate-revision"


@dataclass(frozen=True)
class Chain:
    """One Certificate and what is around it.

    :param findings: ranked, the cause first
    :param key_matches: whether the Secret's private key belongs to its certificate; None when that isn't known
    """

    evidence: Evidence
    findings: tuple[Finding, ...] = ()
    key_matches: bool | None = None

    @property
    def title(self) -> str:
        """How messages name the Certificate."""
        return kinds.CERTIFICATE.title(self.evidence.namespace, self.evidence.certificate["metadata"]["name"])

    @property
    def ready(self) -> bool:
        """What ``kubectl get certificate`` shows in its column READY."""
        return conditions.is_true(self.evidence.certificate, "Ready")

    @property
    def healthy(self) -> bool:
        """Ready, and nothing found."""
        return self.ready and not self.findings

    def facts(self, with_evidence: bool = False) -> Facts:
        """One entry of the return value ``certificates``; what isn't known is None."""
        found, spec = self.evidence, self.evidence.certificate["spec"]
        status = found.certificate.get("status") or {}
        due = backoff.next_try(found.certificate)
        return {
            "name": found.certificate["metadata"]["name"],
            "namespace": found.namespace,
            "engine": direct.engine(found.certificate),
            **standing(found.certificate),
            "issuing": conditions.is_true(found.certificate, "Issuing"),
            "common_name": spec.get("commonName"),
            "dns_names": list(spec.get("dnsNames") or ()),
            "ip_addresses": list(spec.get("ipAddresses") or ()),
            "uris": list(spec.get("uris") or ()),
            "email_addresses": list(spec.get("emailAddresses") or ()),
            "secret_name": spec["secretName"],
            "revision": status.get("revision"),
            "not_before": status.get("notBefore"),
            "not_after": status.get("notAfter"),
            "renewal_time": status.get("renewalTime"),
            "last_failure_time": status.get("lastFailureTime"),
            "failed_issuance_attempts": status.get("failedIssuanceAttempts"),
            "next_try": rfc3339(due) if due else None,
            "issuer": _issuer(found),
            "secret": secret_facts.facts(found, self.key_matches),
            "requests": [_request(found, item) for item in newest_first(found.requests)],
            "ingresses": [item["metadata"]["name"] for item in found.ingresses],
            "claimants": [item["metadata"]["name"] for item in found.claimants],
            "events": [event(item) for item in self.events()],
            "findings": [finding.as_dict() for finding in self.findings],
            "unreadable": dict(found.errors),
            **({"evidence": withheld.report(found)} if with_evidence else {}),
        }

    def events(self) -> list[Object]:
        """The Events about the Certificate and what it depends on, in the order of their last occurrence."""
        found = self.evidence
        solvers = (*found.solver_ingresses, *found.solver_services, *found.solver_pods)
        about = [found.certificate, found.issuer, *found.requests, *found.orders, *found.challenges, *solvers]
        uids = {item["metadata"].get("uid") for item in about if item}
        chosen = (item for item in found.events if (item.get("involvedObject") or {}).get("uid") in uids)
        return sorted(chosen, key=last_seen)


def standing(obj: Object) -> Facts:
    """The Ready condition, and all conditions, in the words of the controller."""
    ready = conditions.condition(obj, "Ready") or {}
    return {
        "ready": ready.get("status") == "True",
        "reason": ready.get("reason"),
        "message": ready.get("message"),
        "conditions": all_conditions(obj),
    }


def all_conditions(obj: Object) -> list[Facts]:
    """status.conditions with snake_case keys."""
    return [
        {
            "type": item.get("type"),
            "status": item.get("status"),
            "reason": item.get("reason"),
            "message": item.get("message"),
            "last_transition_time": item.get("lastTransitionTime"),
            "observed_generation": item.get("observedGeneration"),
        }
        for item in (obj.get("status") or {}).get("conditions") or ()
    ]


def newest_first(requests: Iterable[Object]) -> list[Object]:
    """CertificateRequests by the revision of their Certificate that they are for."""
    return sorted(requests, key=_revision, reverse=True)


def last_seen(event: Object) -> str:
    """When an Event happened last; "" when it doesn't say."""
    return str(event.get("lastTimestamp") or event.get("eventTime") or event.get("firstTimestamp") or "")


def event(item: Object) -> Facts:
    """One Event, in its own words."""
    about = item.get("involvedObject") or {}
    name = f"{about.get('namespace')}/{about.get('name')}" if about.get("namespace") else about.get("name")
    return {
        "type": item.get("type"),
        "reason": item.get("reason"),
        "message": item.get("message"),
        "count": item.get("count"),
        "object": f"{about.get('kind')} {name}",
        "first_seen": item.get("firstTimestamp") or item.get("eventTime"),
        "last_seen": last_seen(item) or None,
    }


def _issuer(found: Evidence) -> Facts:
    reference = kinds.issuer_reference(found.certificate)
    facts: Facts = {**reference, "exists": None}
    if found.issuer is not None:
        return {**facts, "exists": True, **standing(found.issuer), **issuer_type.facts(found.issuer)}
    place = kinds.issuer_of(found.certificate)
    exists = None if place is None or place[0].plural in found.errors else False
    nothing: Facts = {"ready": None, "reason": None, "message": None, "conditions": []}
    return {**facts, "exists": exists, **nothing, **issuer_type.facts({"spec": {}})}


def _request(found: Evidence, item: Object) -> Facts:
    denied = conditions.is_true(item, "Denied")
    approved = conditions.is_true(item, "Approved")
    return {
        "name": item["metadata"]["name"],
        "revision": _revision(item) or None,
        "created": item["metadata"].get("creationTimestamp"),
        **standing(item),
        "approved": False if denied else (True if approved else None),
        "failure_time": (item.get("status") or {}).get("failureTime"),
        "orders": [_order(found, order) for order in owned(found.orders, [item])],
    }


def _order(found: Evidence, item: Object) -> Facts:
    status = item.get("status") or {}
    return {
        "name": item["metadata"]["name"],
        "created": item["metadata"].get("creationTimestamp"),
        "state": status.get("state"),
        "reason": status.get("reason"),
        "url": status.get("url"),
        "failure_time": status.get("failureTime"),
        "challenges": [_challenge(found, challenge) for challenge in owned(found.challenges, [item])],
    }


def _challenge(found: Evidence, item: Object) -> Facts:
    status, spec = item.get("status") or {}, item.get("spec") or {}
    return {
        "name": item["metadata"]["name"],
        "created": item["metadata"].get("creationTimestamp"),
        "type": spec.get("type"),
        "dns_name": spec.get("dnsName"),
        "wildcard": bool(spec.get("wildcard")),
        "state": status.get("state"),
        "reason": status.get("reason"),
        "presented": bool(status.get("presented")),
        "processing": bool(status.get("processing")),
        "solver": {
            "ingresses": [solver_facts.ingress(each) for each in owned(found.solver_ingresses, [item])],
            "services": [solver_facts.service(each) for each in owned(found.solver_services, [item])],
            "pods": [solver_facts.pod(each) for each in owned(found.solver_pods, [item])],
        },
    }


def _revision(request: Object) -> int:
    annotations: Mapping[str, str] = request["metadata"].get("annotations") or {}
    text = annotations.get(_REVISION) or ""
    return int(text) if text.isdigit() else 0
