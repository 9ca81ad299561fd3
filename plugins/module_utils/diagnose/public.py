# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects without what is secret in them, so that evidence can be shown to anybody."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .evidence import Object

_CERTIFICATES = ("tls.crt", "ca.crt")  # what of a Secret is no secret
_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"  # kubectl apply keeps the whole Secret in it

# What external-dns looks after; its other arguments and variables may be a provider's credentials.
_FLAGS = frozenset(
    {
        "annotation-prefix",
        "domain-filter",
        "enable-legacy-annotation-prefix",
        "exclude-domains",
        "ingress-class",
        "policy",
        "regex-domain-filter",
        "source",
    }
)


def secret(live: Object | None) -> dict[str, t.Any] | None:
    """A Secret with its certificates only."""
    if live is None:
        return None
    metadata = dict(live["metadata"])
    annotations = metadata.get("annotations") or {}
    if _APPLIED in annotations:
        metadata["annotations"] = annotations | {_APPLIED: "(removed)"}
    data = {key: value for key, value in (live.get("data") or {}).items() if key in _CERTIFICATES}
    return {**live, "metadata": metadata, "data": data}


def controller(deployment: Object) -> dict[str, t.Any]:
    """A Deployment's name, labels and status."""
    return {"metadata": deployment["metadata"], "status": deployment.get("status") or {}}


def external_dns(deployment: Object) -> dict[str, t.Any]:
    """A Deployment of external-dns with its image, and of its arguments and variables those that are known."""
    containers = [
        {
            "name": container.get("name"),
            "image": container.get("image"),
            "args": _arguments(container),
            "env": _variables(container),
        }
        for container in deployment["spec"]["template"]["spec"]["containers"]
    ]
    return {**controller(deployment), "spec": {"template": {"spec": {"containers": containers}}}}


def _arguments(container: Mapping[str, t.Any]) -> list[str]:
    arguments: list[str] = container.get("args") or []
    return [argument for argument in arguments if argument.partition("=")[0].removeprefix("--") in _FLAGS]


def _variables(container: Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    """The variables that stand for those flags (EXTERNAL_DNS_DOMAIN_FILTER)."""
    return [variable for variable in container.get("env") or () if flag_of(variable["name"]) in _FLAGS]


def flag_of(variable: str) -> str:
    """The flag that a variable of external-dns stands for."""
    return variable.removeprefix("EXTERNAL_DNS_").lower().replace("_", "-")
