# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From kubernetes.core's auth options to an open connection.

No models of the ``kubernetes`` package: importing those takes longer than all our requests, and raw objects are what
server-side apply needs. The package itself is loaded only where a kubeconfig needs it (kube/plain.py).
"""

from __future__ import annotations

import os
import typing as t
from dataclasses import replace

from .. import errors
from . import package, plain, pool
from .settings import Settings

if t.TYPE_CHECKING:
    from collections.abc import Mapping

# Our option → field of Settings.
_FIELDS = {
    "host": "host",
    "validate_certs": "verify",
    "ca_cert": "ca",
    "client_cert": "client_cert",
    "client_key": "client_key",
    "proxy": "proxy",
    "no_proxy": "no_proxy",
}
_ENOUGH = (("api_key",), ("client_cert", "client_key"), ("username", "password"))
POOL_SIZE = 16


class Connection(t.NamedTuple):
    """An urllib3 pool manager, the API server's URL, and a function that gives the headers of a request."""

    pool: t.Any
    host: str
    headers: t.Callable[[], dict[str, str]]


def options(parameters: Mapping[str, t.Any], spec: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Auth options by name, taken from the parameters, else from K8S_AUTH_* as kubernetes.core reads them.

    :param spec: kubernetes.core's argument spec of these options, for their types and aliases
    """
    found = {}
    for name, rule in spec.items():
        value = parameters.get(name)
        if value is None:
            value = _from_environment(name, rule)
        if value is not None:
            found[name] = value
    return found


def _from_environment(name: str, rule: Mapping[str, t.Any]) -> t.Any:
    if name == "proxy_headers":
        headers = {inner: os.environ.get(f"K8S_AUTH_PROXY_HEADERS_{inner.upper()}") for inner in rule["options"]}
        return {inner: value for inner, value in headers.items() if value} or None
    for candidate in (name, *rule.get("aliases", ())):
        text = os.environ.get(f"K8S_AUTH_{candidate.upper()}")
        if not text:
            continue
        if rule.get("type") == "bool":
            return text.lower() not in ("0", "false", "no")
        return [item for item in text.split(",") if item] if rule.get("type") == "list" else text
    return None


def connect(auth: Mapping[str, t.Any]) -> Connection:
    """Open a connection; nothing is sent yet.

    :raises ClusterError: no configuration is found, or it can't be used
    :raises ImportError: a library is missing
    """
    try:
        _see_files(auth)
        settings = _override(_configured(auth), auth)
        manager = pool.manager(settings, POOL_SIZE)
    except (OSError, ValueError) as error:
        raise errors.ClusterError(f"No usable Kubernetes configuration: {error}{_asked_for(auth)}") from error
    return Connection(manager, settings.host.rstrip("/"), lambda: _headers(settings, auth))


def _asked_for(auth: Mapping[str, t.Any]) -> str:
    """Which kubeconfig and context; the library's own words name neither."""
    named = [f"{name}: {auth[name]!r}" for name in ("kubeconfig", "context") if isinstance(auth.get(name), str)]
    return f" ({', '.join(named)})" if named else ""


def _see_files(auth: Mapping[str, t.Any]) -> None:
    """OpenSSL doesn't say which one is missing."""
    for name in ("ca_cert", "client_cert", "client_key"):
        if auth.get(name) and not os.path.isfile(auth[name]):
            raise ValueError(f"{name}: {auth[name]!r} is not a file")


def _see_kubeconfig(source: t.Any, named: bool) -> None:
    """The package says of a file that is missing only that no configuration was found."""
    if not isinstance(source, str):
        return
    if not any(os.path.isfile(os.path.expanduser(path)) for path in source.split(os.pathsep)):
        if named:
            raise ValueError("there is no such file")
        raise ValueError(
            f"{source} is not a file, and nothing else was given: name a kubeconfig by the option kubeconfig, by "
            "K8S_AUTH_KUBECONFIG or KUBECONFIG, or give host and api_key"
        )


def _configured(auth: Mapping[str, t.Any]) -> Settings:
    """The order of kubernetes.core: options that suffice, a kubeconfig that is named, in-cluster, the default one."""
    if auth.get("host") and any(all(auth.get(name) for name in enough) for enough in _ENOUGH):
        return Settings(auth["host"])
    source: t.Any = auth.get("kubeconfig")
    context = auth.get("context")
    in_pod = None if source or context else plain.service_account()
    if in_pod:
        return in_pod
    named = source is not None
    if source is None:
        source = plain.default_kubeconfig()
    _see_kubeconfig(source, named)
    return plain.kubeconfig(source, context) or package.kubeconfig(source, context, bool(auth.get("persist_config")))


def _override(settings: Settings, auth: Mapping[str, t.Any]) -> Settings:
    fields: dict[str, t.Any] = {field: auth[name] for name, field in _FIELDS.items() if name in auth}
    if "api_key" in auth:
        fields["authorization"] = plain.bearer(auth["api_key"])
    elif "username" in auth and settings.authorization() is None:
        fields["authorization"] = plain.basic(auth["username"], auth.get("password") or "")
    if "proxy_headers" in auth:
        from urllib3.util import make_headers

        fields["proxy_headers"] = make_headers(**auth["proxy_headers"])
    return replace(settings, **fields)


def _headers(settings: Settings, auth: Mapping[str, t.Any]) -> dict[str, str]:
    """The headers that say who asks. Asked for at each request, since tokens get renewed."""
    authorization = settings.authorization()
    headers = {"authorization": authorization} if authorization else {}
    if auth.get("impersonate_user"):
        headers["Impersonate-User"] = auth["impersonate_user"]
    return headers


def impersonated_groups(auth: Mapping[str, t.Any]) -> tuple[tuple[str, str], ...]:
    """One header for each group (Kubernetes, "User impersonation"): a repeated header, not a list."""
    return tuple(("Impersonate-Group", group) for group in auth.get("impersonate_groups") or ())
