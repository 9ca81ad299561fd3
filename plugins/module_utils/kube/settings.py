# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How an API server is reached, whatever said so: options, a kubeconfig, a pod's service account."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    # A path, or what would be in the file.
    Pem: t.TypeAlias = "str | bytes | None"


def anonymous() -> str | None:
    """No Authorization header."""
    return None


@dataclass(frozen=True)
class Settings:
    """One API server and one user.

    :param host: its URL, perhaps with a path
    :param authorization: gives the Authorization header of a request; asked each time, since tokens get renewed
    :param server_name: the name in its certificate, where that isn't the host's
    :param proxy: URL of a proxy; None leaves it to HTTPS_PROXY and HTTP_PROXY
    :param no_proxy: hosts that are reached without one; None leaves it to NO_PROXY
    """

    host: str
    authorization: Callable[[], str | None] = anonymous
    verify: bool = True
    server_name: str | None = None
    ca: Pem = None
    client_cert: Pem = None
    client_key: Pem = None
    proxy: str | None = None
    no_proxy: str | None = None
    proxy_headers: Mapping[str, str] | None = None
