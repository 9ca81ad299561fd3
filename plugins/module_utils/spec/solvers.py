# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ACME solvers: how a challenge is answered, in cert-manager's shape."""

from __future__ import annotations

import base64
import typing as t

from . import convert, rules
from .issuer_options import HTTP01, RFC2136, ROUTE53, SOLVER

if t.TYPE_CHECKING:
    from collections.abc import Iterator

Parameters = t.Mapping[str, t.Any]
Secrets = dict[str, dict[str, str]]

_HTTP01_TARGETS = ("ingress_class", "ingress_class_annotation", "ingress_name", "gateway")
_DNS01_PROVIDERS = ("route53", "rfc2136", "raw")


def base64_text(text: str) -> str:
    """Bytes fields of the API are base64 (RFC 4648, 4)."""
    return base64.b64encode(text.encode()).decode()


def body(issuer: str, index: int, solver: Parameters, secrets: Secrets) -> dict[str, t.Any]:
    """One entry of spec.acme.solvers; values that must stay secret are put into ``secrets``."""
    shaped = convert.manifest({name: SOLVER[name] for name in ("selector", "wait_instead_of_self_check")}, solver)
    if solver.get("http01") is not None:
        shaped["http01"] = _http01(solver["http01"])
    if solver.get("dns01") is not None:
        shaped["dns01"] = _dns01(f"{issuer}-solver-{index}", solver["dns01"], secrets)
    return shaped


def _http01(p: Parameters) -> dict[str, t.Any]:
    common = convert.manifest({name: HTTP01[name] for name in ("service_type", "pod_template")}, p)
    if p.get("gateway") is not None:
        return {"gatewayHTTPRoute": common | convert.manifest(HTTP01["gateway"]["options"], p["gateway"])}
    fields = {
        "ingressClassName": p.get("ingress_class"),
        "class": p.get("ingress_class_annotation"),
        "name": p.get("ingress_name"),
        "ingressTemplate": p.get("ingress_template"),
    }
    shaped: dict[str, t.Any] = {
        "ingress": common | {field: value for field, value in fields.items() if value is not None}
    }
    responder = {"image": p.get("responder_image"), "keep": p.get("responder_keep")}
    given = {field: value for field, value in responder.items() if value}
    return shaped | ({"responder": given} if given else {})


def _dns01(secret: str, p: Parameters, secrets: Secrets) -> dict[str, t.Any]:
    shaped = dict(p.get("raw") or {})
    if p.get("persist"):
        shaped["persist"] = True
    if p.get("cname_strategy"):
        shaped["cnameStrategy"] = p["cname_strategy"]
    if p.get("route53") is not None:
        shaped["route53"] = _route53(secret, p["route53"], secrets)
    if p.get("rfc2136") is not None:
        provider = convert.manifest(RFC2136, p["rfc2136"])
        provider.update(_kept(provider, "tsigSecret", "tsigSecretSecretRef", secret, secrets))
        shaped["rfc2136"] = provider
    return shaped


def _route53(secret: str, p: Parameters, secrets: Secrets) -> dict[str, t.Any]:
    provider = convert.manifest(ROUTE53, p)
    provider.update(_kept(provider, "secretAccessKey", "secretAccessKeySecretRef", secret, secrets))
    account = provider.pop("serviceAccountRef", None)
    if account:
        provider["auth"] = {"kubernetes": {"serviceAccountRef": account}}
    return provider


def _kept(provider: dict[str, t.Any], value: str, reference: str, secret: str, secrets: Secrets) -> dict[str, t.Any]:
    """Move a given value into a Secret; the spec then refers to it."""
    if value not in provider:
        return {}
    key = convert.snake(value).replace("_", "-")
    secrets.setdefault(secret, {})[key] = provider.pop(value)
    return {reference: {"name": secret, "key": key}}


def problems(where: str, solver: Parameters) -> Iterator[str]:
    """The rules of one solver."""
    given = [name for name in ("http01", "dns01") if solver.get(name) is not None]
    if len(given) != 1:
        yield f"{where}: give exactly one of http01, dns01; given: {', '.join(given) or 'none'}"
    yield from rules.span(f"{where}.wait_instead_of_self_check", solver.get("wait_instead_of_self_check"))
    if solver.get("http01") is not None:
        yield from _http01_problems(f"{where}.http01", solver["http01"])
    if solver.get("dns01") is not None:
        yield from _dns01_problems(f"{where}.dns01", solver["dns01"])


def _http01_problems(where: str, p: Parameters) -> Iterator[str]:
    targets = [name for name in _HTTP01_TARGETS if p.get(name) is not None]
    if len(targets) > 1:
        yield f"{where}: give at most one of {', '.join(_HTTP01_TARGETS)}; given: {', '.join(targets)}"
    for option in ("ingress_template", "responder_image", "responder_keep"):
        if p.get("gateway") is not None and p.get(option) is not None:
            yield f"{where}.{option}: not allowed with gateway"


def _dns01_problems(where: str, p: Parameters) -> Iterator[str]:
    given = [name for name in _DNS01_PROVIDERS if p.get(name) is not None]
    if len(given) > 1 or (not given and not p.get("persist")):
        yield f"{where}: give exactly one of {', '.join(_DNS01_PROVIDERS)}; given: {', '.join(given) or 'none'}"
    route53, rfc2136 = p.get("route53") or {}, p.get("rfc2136") or {}
    for option in ("access_key_id", "secret_access_key"):
        if route53.get(option) and route53.get(f"{option}_secret_ref"):
            yield f"{where}.route53: give either {option} or {option}_secret_ref"
    if route53.get("service_account_ref") and not route53.get("role"):
        yield f"{where}.route53.role: missing, a service account assumes a role"
    if rfc2136.get("tsig_secret") and rfc2136.get("tsig_secret_secret_ref"):
        yield f"{where}.rfc2136: give either tsig_secret or tsig_secret_secret_ref"
    has_secret = rfc2136.get("tsig_secret") or rfc2136.get("tsig_secret_secret_ref")
    if has_secret and not rfc2136.get("tsig_key_name"):
        yield f"{where}.rfc2136.tsig_key_name: missing, the key's name goes with its secret (RFC 8945)"
