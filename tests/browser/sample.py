# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster with a bit of everything, as tls_info and certificate_status return it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import fleet as checks
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import tree
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.chain import Chain
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.finding import in_words
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.fleet import facts
from ansible_collections.certops.kubernetes.tests.unit import acme_chain, fleets, live

NOW_TEXT = f"{fleets.NOW:%Y-%m-%dT%H:%M:%SZ}"
HOSTILE = "<img src=x onerror=\"document.title='owned'\">'&{{ 7 * 7 }}</title></style><script>throw 1</script>"
LONG = "a-rather-long-name-of-a-department.and-of-a-team-in-it.in-some-region.customers.example.test"


def _served(host: str, days: float, lived: float = 30, renewal: float | None = None, **more: Any) -> dict[str, Any]:
    """An Ingress over a Secret whose certificate ends in so many days, kept by a Certificate."""
    name = host.split(".")[0][:40].replace("*", "wildcard")
    secret_name = f"{name}-tls"
    issued = live.CA.issue(
        host, not_before=fleets.NOW - lived * fleets.DAY, lifetime=timedelta(days=days + lived), **more
    )
    renewed = fleets.NOW + fleets.DAY * (days - 30 if renewal is None else renewal)
    status = {"renewalTime": f"{renewed:%Y-%m-%dT%H:%M:%SZ}"}
    return {
        "ingresses": [fleets.ingress(host, secret_name, name)],
        "certificates": [fleets.certificate(name, host, secret_name=secret_name, **status)],
        "secrets": [fleets.secret(issued, secret_name, kept_for=name)],
    }


def _result(parts: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    joined: dict[str, list[Any]] = {}
    for part in parts:
        for key, items in part.items():
            joined[key] = joined.get(key, []) + items
    found = fleets.read(**joined, **more)
    findings = checks.run_all(found)
    return {**facts.facts(found, findings), "findings": [finding.as_dict() for finding in findings]}


def mixed() -> dict[str, Any]:
    """Good, ending, over, missing, without TLS, never issued, not served, and not all of it readable."""
    parts = [
        _served("www.example.test", 71),
        _served("shop.example.test", 64),
        _served("*.apps.example.test", 48),
        _served("api.example.test", 9, 81, -21),
        _served("old.example.test", -3, 93, -33),
        _served("short.example.test", 5, 1, 3),
        _served("decade.example.test", 3650),
        _served(LONG, 33),
        {"ingresses": [fleets.ingress("plain.example.test", None, "plain")]},
        {"ingresses": [fleets.ingress("lost.example.test", "lost-tls", "lost")]},
        {"certificates": [fleets.certificate("waiting", "waiting.example.test", ready=False, secret_name="waiting-tls")]},
    ]  # fmt: skip
    refused = 'gateways.gateway.networking.k8s.io is forbidden: User "jane" cannot list resource "gateways"'
    return _result(parts, within=14 * fleets.DAY, errors={"gateways": refused})


def healthy() -> dict[str, Any]:
    """Nothing is wrong."""
    return _result([_served(f"host-{number}.example.test", 40 + number) for number in range(3)])


def many(count: int = 300) -> dict[str, Any]:
    """More than the picture has rows for."""
    secrets = [_served(f"host-{number}.example.test", number * 0.31 - 3) for number in range(60)]
    result = _result(secrets)
    rows = [row | {"host": f"{number}.{row['host']}"} for number in range(count // 60) for row in result["hosts"]]
    return result | {"hosts": rows, "summary": result["summary"] | {"hosts": count, "hosts_with_tls": count}}


def hostile() -> dict[str, Any]:
    """Every string that isn't a date or one of a few words is an attack."""
    return _poisoned(mixed(), "")


def chain() -> dict[str, Any]:
    """What certificate_status returns of a Certificate whose challenge waits."""
    found = Chain(acme_chain.WHOLE)
    return {"msg": in_words(tree.drawn(found), [])}


_WORDS = {"severity", "termination", "not_after", "renewal_time", "not_before", "next_expiry", "next_renewal", "code"}


def _poisoned(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {name: _poisoned(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_poisoned(item, key) for item in value]
    return f"{value}{HOSTILE}" if isinstance(value, str) and key not in _WORDS else value
