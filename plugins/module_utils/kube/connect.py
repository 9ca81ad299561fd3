# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From kubernetes.core's auth options to an open connection. The only file that knows the ``kubernetes`` package.

Its configuration loader is used (kubeconfig, exec plugins, in-cluster tokens, proxies), and its connection pool.
Not its models: importing those takes longer than all our requests, and raw objects are what server-side apply needs.
"""

from __future__ import annotations

import os
import typing as t

from ..errors import ClusterError

if t.TYPE_CHECKING:
    from collections.abc import Mapping

# Our option → attribute of kubernetes.client.Configuration.
_ATTRIBUTES = {
    "host": "host",
    "username": "username",
    "password": "password",
    "validate_certs": "verify_ssl",
    "ca_cert": "ssl_ca_cert",
    "client_cert": "cert_file",
    "client_key": "key_file",
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
    :raises ImportError: the ``kubernetes`` package is missing
    """
    from kubernetes import client, config
    from kubernetes.client.rest import RESTClientObject

    # What the loader says of files that hold something else than a kubeconfig.
    loader: t.Any = config.kube_config
    malformed = (AttributeError, KeyError, TypeError, loader.yaml.YAMLError)
    configuration = client.Configuration()
    try:
        _see_files(auth)
        _load(auth, configuration, config)
        _override(auth, configuration)
        configuration.connection_pool_maxsize = POOL_SIZE
        pool = RESTClientObject(configuration).pool_manager
    except (config.ConfigException, OSError, ValueError, *malformed) as error:
        raise ClusterError(f"No usable Kubernetes configuration: {error}") from error
    return Connection(pool, configuration.host.rstrip("/"), lambda: _headers(configuration, auth))


def _see_files(auth: Mapping[str, t.Any]) -> None:
    """urllib3 looks at them no earlier than at the first request, and doesn't say which one is missing."""
    for name in ("ca_cert", "client_cert", "client_key"):
        if auth.get(name) and not os.path.isfile(auth[name]):
            raise ValueError(f"{name}: {auth[name]!r} is not a file")


def _load(auth: Mapping[str, t.Any], configuration: t.Any, config: t.Any) -> None:
    """The order of kubernetes.core: options that suffice, a kubeconfig that is named, in-cluster, the default one."""
    if auth.get("host") and any(all(auth.get(name) for name in enough) for enough in _ENOUGH):
        return
    extra = {
        "context": auth.get("context"),
        "client_configuration": configuration,
        "persist_config": bool(auth.get("persist_config")),
    }
    kubeconfig = auth.get("kubeconfig")
    if isinstance(kubeconfig, dict):
        config.load_kube_config_from_dict(kubeconfig, **extra)
    elif kubeconfig or auth.get("context"):
        config.load_kube_config(kubeconfig, **extra)
    else:
        try:
            config.load_incluster_config(client_configuration=configuration)
        except config.ConfigException:
            config.load_kube_config(None, **extra)


def _override(auth: Mapping[str, t.Any], configuration: t.Any) -> None:
    from urllib3.util import make_headers

    for name, attribute in _ATTRIBUTES.items():
        if name in auth:
            setattr(configuration, attribute, auth[name])
    if "api_key" in auth:
        configuration.api_key = {"authorization": f"Bearer {auth['api_key']}"}
    if "proxy_headers" in auth:
        configuration.proxy_headers = make_headers(**auth["proxy_headers"])


def _headers(configuration: t.Any, auth: Mapping[str, t.Any]) -> dict[str, str]:
    """The headers that say who asks. Asked for at each request, since exec plugins and tokens get renewed."""
    from urllib3.util import make_headers

    headers = {}
    for setting in configuration.auth_settings().values():
        if setting["in"] == "header" and setting["value"]:
            headers[setting["key"]] = setting["value"]
    if not headers and configuration.username:
        headers = make_headers(basic_auth=f"{configuration.username}:{configuration.password}")
    if auth.get("impersonate_user"):
        headers["Impersonate-User"] = auth["impersonate_user"]
    return headers


def impersonated_groups(auth: Mapping[str, t.Any]) -> tuple[tuple[str, str], ...]:
    """One header for each group (Kubernetes, "User impersonation"): a repeated header, not a list."""
    return tuple(("Impersonate-Group", group) for group in auth.get("impersonate_groups") or ())
