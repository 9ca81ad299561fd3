# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why external-dns has not made a host's record, as far as its arguments and the Ingresses tell.

Source: external-dns, docs/flags.md and docs/annotations/annotations.md; pull request 6424 (the prefix of v0.22).
"""

from __future__ import annotations

import typing as t

from ...spec import kinds
from ...spec.external_dns import LEGACY_PREFIX, PREFIX
from .. import acme_problem
from ..announcer import Announcer
from ..finding import ERROR, WARNING, Finding
from . import chain, ingress_class, self_check

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..evidence import Evidence, Object


def external_dns(evidence: Evidence) -> Iterator[Finding]:
    """It runs, covers the hosts that DNS does not know, and reads the annotations they are announced by."""
    yield from of_hosts(evidence, _unknown_hosts(evidence))


def of_hosts(evidence: Evidence, hosts: Sequence[str]) -> Iterator[Finding]:
    """Why it has made no record for these hosts."""
    if not hosts:
        return
    running = [item for item in evidence.external_dns if chain.status(item).get("availableReplicas")]
    if not running:
        for item in evidence.external_dns:
            message = f"it is not available, so nobody makes records for {', '.join(hosts)}."
            remedy = "see the Deployment's pods, their events and logs"
            yield Finding("external_dns.not_available", ERROR, _title(item), message, remedy)
        return
    for host in hosts:
        yield from _for_host(evidence, running, host)


def _unknown_hosts(evidence: Evidence) -> list[str]:
    """Hosts of challenges that failed since DNS has no address for them."""
    return [
        item["spec"]["dnsName"]
        for item in chain.challenges(evidence)
        if item["spec"].get("type") == "HTTP-01" and (self_check.host_unknown(item) or _unknown_to_the_server(item))
    ]


def _unknown_to_the_server(challenge: Object) -> bool:
    problem = acme_problem.parse(chain.reason(challenge))
    return problem is not None and problem.type == "dns"


def _for_host(evidence: Evidence, running: list[Object], host: str) -> Iterator[Finding]:
    arguments = [Announcer(item) for item in running]
    title, policy = _title(running[0]), arguments[0].one("policy")
    hint = f" (it runs with --policy={policy})" if policy else ""
    if not any(each.covers(host) for each in arguments):
        filters = sorted({value for each in arguments for value in each.all("domain-filter")})
        message = f"its --domain-filter {', '.join(filters) or '(with its exclusions)'} does not cover {host}{hint}."
        remedy = f"add the zone of {host} to its domainFilters"
        yield Finding(
            "external_dns.not_covered", ERROR, title, message, remedy, {"host": host, "domain_filters": filters}
        )
        return
    if not any({"ingress"} & set(each.all("source")) for each in arguments):
        sources = sorted({value for each in arguments for value in each.all("source")})
        message = f"it looks at {', '.join(sources) or 'nothing'} only, not at Ingresses{hint}."
        yield Finding(
            "external_dns.no_ingress_source", ERROR, title, message, "add ingress to its sources", {"host": host}
        )
        return
    for ingress in evidence.ingresses:
        yield from _for_ingress(arguments, ingress, host)


def _for_ingress(arguments: list[Announcer], ingress: Object, host: str) -> Iterator[Finding]:
    title = chain.title(kinds.INGRESS, ingress)
    in_rules = any(rule.get("host") == host for rule in ingress["spec"].get("rules") or ())
    said = _prefixes(ingress)
    read = {prefix for each in arguments for prefix in each.prefixes}
    if said and not said & read and all(each.prefixes for each in arguments):
        yield Finding(
            "external_dns.annotation_prefix",
            WARNING if in_rules else ERROR,
            title,
            f"its annotations {', '.join(sorted(said))}… are not read: external-dns reads {', '.join(sorted(read))}…",
            "write them with that prefix (external_dns.annotation_prefixes); both at once is fine during an upgrade",
            {"annotation_prefixes": sorted(said), "read": sorted(read)},
        )
    names = {value for each in arguments for value in each.all("ingress-class")}
    if all(each.all("ingress-class") for each in arguments) and ingress_class.class_of(ingress) not in names:
        own = ingress_class.class_of(ingress)
        message = f"its class {own} is none that external-dns looks at: {', '.join(sorted(names))}."
        yield Finding("external_dns.class_not_watched", ERROR, title, message, "add the class to its --ingress-class")
    if not ingress_class.addresses(ingress) and not _has_target(ingress):
        message = f"it has no address yet, so there is nothing that a record of {host} could lead to."
        remedy = "see whether the controller of its class runs and publishes its address, or give external_dns.target"
        yield Finding("external_dns.no_target", ERROR, title, message, remedy)


def _prefixes(ingress: Object) -> set[str]:
    annotations = ingress["metadata"].get("annotations") or {}
    return {prefix for prefix in (LEGACY_PREFIX, PREFIX) if any(key.startswith(prefix) for key in annotations)}


def _has_target(ingress: Object) -> bool:
    annotations = ingress["metadata"].get("annotations") or {}
    return any(prefix + "target" in annotations for prefix in (LEGACY_PREFIX, PREFIX))


def _title(deployment: Object) -> str:
    return chain.title(kinds.DEPLOYMENT, deployment)
