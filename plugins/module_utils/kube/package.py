# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kubeconfigs that take more than reading: the only file that knows the ``kubernetes`` package.

Its configuration loader is used, for credential plugins, cloud providers' log-ins and several files in one.
"""

from __future__ import annotations

import typing as t

from . import plain
from .settings import Settings

if t.TYPE_CHECKING:
    from collections.abc import Mapping


def kubeconfig(source: str | Mapping[str, t.Any], context: str | None, persist: bool) -> Settings:
    """Load a kubeconfig.

    :param source: a path, several with the separator of PATH, or the content
    :param persist: write renewed credentials back to the file
    :raises ValueError: it can't be used
    :raises ImportError: the package is missing
    """
    from kubernetes import client, config

    loader: t.Any = config.kube_config
    # The last ones: what the loader says of files that hold something else than a kubeconfig.
    unusable = (config.ConfigException, OSError, AttributeError, KeyError, TypeError, loader.yaml.YAMLError)
    configuration: t.Any = client.Configuration()
    load = loader.load_kube_config if isinstance(source, str) else loader.load_kube_config_from_dict
    try:
        load(source, context=context, client_configuration=configuration, persist_config=persist)
    except unusable as error:
        raise ValueError(str(error)) from error
    return Settings(
        host=configuration.host,
        authorization=lambda: _authorization(configuration),
        verify=configuration.verify_ssl,
        server_name=configuration.tls_server_name,
        ca=configuration.ssl_ca_cert,
        client_cert=configuration.cert_file,
        client_key=configuration.key_file,
        proxy=configuration.proxy or plain.proxy_url(source, context),
        no_proxy=configuration.no_proxy,
    )


def _authorization(configuration: t.Any) -> str | None:
    settings = configuration.auth_settings().values()
    return next((setting["value"] for setting in settings if setting["in"] == "header" and setting["value"]), None)
