# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be read without the ``kubernetes`` package: a kubeconfig with plain credentials, a pod's service account.

Importing the package takes longer than all our requests, so only what needs it pays for it (kube/package.py): credential
plugins, several kubeconfigs in one, and whatever isn't as it should be, since the package says well what is wrong.
"""

from __future__ import annotations

import base64
import json
import os
import typing as t

from .. import errors
from .settings import Settings, anonymous

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .settings import Pem

    Config = Mapping[str, t.Any]
    Taken = t.TypeVar("Taken")

_SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
_PLUGINS = ("exec", "auth-provider")


def default_kubeconfig() -> str:
    """The kubeconfig where none is named."""
    return os.environ.get("KUBECONFIG") or "~/.kube/config"


def kubeconfig(source: str | Config, context: str | None = None) -> Settings | None:
    """Read a kubeconfig, None when that takes the package.

    :param source: a path, or the content
    """
    return _read(source, lambda config, folder: _settings(config, context, folder))


def proxy_url(source: str | Config, context: str | None = None) -> str | None:
    """The proxy that a kubeconfig names, which the package doesn't read before 37."""
    return _read(
        source, lambda config, _folder: _named(config, "cluster", _chosen(config, context)["cluster"]).get("proxy-url")
    )


def _read(source: str | Config, take: Callable[[Config, str], Taken | None]) -> Taken | None:
    """What is taken from the content and its folder, None where that is no plain kubeconfig."""
    from yaml import YAMLError

    try:
        if not isinstance(source, str):
            return take(source, "")
        path = os.path.expanduser(source)
        with open(path, encoding="utf-8") as file:
            return take(_parsed(file.read()), os.path.dirname(os.path.abspath(path)))
    except (AttributeError, LookupError, OSError, TypeError, ValueError, YAMLError):
        return None


def _chosen(config: Config, context: str | None) -> Config:
    return _named(config, "context", context or config["current-context"])


def _parsed(text: str) -> Config:
    """JSON is read many times faster than YAML, libyaml's YAML faster than PyYAML's own."""
    import yaml

    if text.startswith("{"):
        return t.cast("Config", json.loads(text))
    return t.cast("Config", yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def _settings(config: Config, context: str | None, folder: str) -> Settings | None:
    chosen = _chosen(config, context)
    cluster = _named(config, "cluster", chosen["cluster"])
    user = _named(config, "user", chosen["user"]) if chosen.get("user") else {}
    if any(plugin in user for plugin in _PLUGINS):
        return None
    return Settings(
        host=cluster["server"].rstrip("/"),
        authorization=_authorization(user, folder),
        verify=not cluster.get("insecure-skip-tls-verify"),
        server_name=cluster.get("tls-server-name"),
        ca=_pem(cluster, "certificate-authority", folder),
        client_cert=_pem(user, "client-certificate", folder),
        client_key=_pem(user, "client-key", folder),
        proxy=cluster.get("proxy-url"),
    )


def _named(config: Config, kind: str, name: str) -> Config:
    """The only entry of this name.

    :raises ValueError: there is none, or more than one
    """
    (found,) = [item for item in config[f"{kind}s"] if item["name"] == name]
    return t.cast("Config", found[kind])


def _pem(entry: Config, name: str, folder: str) -> Pem:
    if entry.get(f"{name}-data"):
        return base64.b64decode(entry[f"{name}-data"])
    return _see(entry[name], folder) if entry.get(name) else None


def _see(path: str, folder: str) -> str:
    """The file's path.

    :raises ValueError: it isn't there
    """
    found = os.path.join(folder, path)
    if not os.path.isfile(found):
        raise ValueError(f"{found} is not a file")
    return found


def _authorization(user: Config, folder: str) -> Callable[[], str | None]:
    if user.get("token"):
        return bearer(user["token"])
    if user.get("tokenFile"):
        return _bearer_from(_see(user["tokenFile"], folder))
    if "username" in user and "password" in user:
        return basic(user["username"], user["password"])
    return anonymous


def bearer(token: str) -> Callable[[], str]:
    """A token (RFC 6750)."""
    return lambda: f"Bearer {token}"


def basic(username: str, password: str) -> Callable[[], str]:
    """A password (RFC 7617)."""
    encoded = base64.b64encode(f"{username}:{password}".encode()).decode()
    return lambda: f"Basic {encoded}"


def _bearer_from(path: str) -> Callable[[], str]:
    """A token that the kubelet, or somebody else, renews in its file."""

    def read() -> str:
        try:
            with open(path, encoding="ascii") as file:
                return f"Bearer {file.read().strip()}"
        except OSError as error:
            raise errors.ClusterError(f"The token can't be read: {error}") from error

    return read


def service_account() -> Settings | None:
    """What a pod finds in itself (Kubernetes, "Accessing the API from within a Pod"); None outside of one."""
    host, port = os.environ.get("KUBERNETES_SERVICE_HOST"), os.environ.get("KUBERNETES_SERVICE_PORT")
    token, ca = os.path.join(_SERVICE_ACCOUNT, "token"), os.path.join(_SERVICE_ACCOUNT, "ca.crt")
    if not (host and port and os.path.isfile(token) and os.path.isfile(ca)):
        return None
    return Settings(f"https://{f'[{host}]' if ':' in host else host}:{port}", _bearer_from(token), ca=ca)
