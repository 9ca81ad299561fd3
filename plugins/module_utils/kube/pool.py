# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A pool of connections to the API server."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import ssl
import tempfile
import typing as t
from urllib.parse import urlsplit

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from .settings import Pem, Settings


def manager(settings: Settings, size: int) -> t.Any:
    """An urllib3 pool manager, through a proxy where one is named; nothing is sent yet.

    :param size: connections that are kept open
    :raises OSError: a certificate or key can't be used
    :raises ValueError: as above, or a proxy's URL is none
    """
    import urllib3

    arguments: dict[str, t.Any] = {"maxsize": size}
    if urlsplit(settings.host).scheme == "https":
        context = _context(settings)
        arguments |= {"ssl_context": context, "cert_reqs": context.verify_mode}
        if settings.server_name:
            arguments["server_hostname"] = settings.server_name
    proxy = proxy_for(settings)
    if proxy is None:
        return urllib3.PoolManager(**arguments)
    if urlsplit(proxy).scheme.startswith("socks"):
        from urllib3.contrib.socks import SOCKSProxyManager

        return SOCKSProxyManager(proxy, headers=settings.proxy_headers, **arguments)
    return urllib3.ProxyManager(proxy, proxy_headers=settings.proxy_headers, **arguments)


def _context(settings: Settings) -> ssl.SSLContext:
    """One for all connections: left to itself, urllib3 reads the certificates again for each of them."""
    from urllib3.util.ssl_ import create_urllib3_context

    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED if settings.verify else ssl.CERT_NONE)
    if isinstance(settings.ca, bytes):
        context.load_verify_locations(cadata=settings.ca.decode("ascii", "ignore"))
    elif settings.ca:
        context.load_verify_locations(settings.ca)
    elif settings.verify:
        context.load_default_certs()
    if settings.client_cert:
        with _file(settings.client_cert) as certificate, _file(settings.client_key) as key:
            context.load_cert_chain(certificate or "", key, password=_no_password)
    return context


def _no_password() -> str:
    """Asked for by OpenSSL, which would else ask the terminal."""
    raise ValueError("the client's key is encrypted")


@contextlib.contextmanager
def _file(pem: Pem) -> Iterator[str | None]:
    """The path of a file that holds it, since OpenSSL reads a client's key from nothing else; in memory, if it can be."""
    if pem is None or isinstance(pem, str):
        yield pem
    elif hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("pem")
        try:
            os.write(descriptor, pem)
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
    else:
        with tempfile.NamedTemporaryFile() as file:
            file.write(pem)
            file.flush()
            yield file.name


def proxy_for(settings: Settings) -> str | None:
    """The proxy's URL; the environment counts where the settings say nothing, in the way of curl and kubectl."""
    url = urlsplit(settings.host)
    proxy = settings.proxy or _environment(f"{url.scheme}_proxy")
    without = settings.no_proxy if settings.no_proxy is not None else _environment("no_proxy")
    return None if not proxy or _listed(url.hostname or "", url.netloc, without or "") else proxy


def _environment(name: str) -> str | None:
    return os.environ.get(name) or os.environ.get(name.upper())


def _listed(host: str, netloc: str, no_proxy: str) -> bool:
    """Whether NO_PROXY names the host: itself, a domain above it, its network, or ``*`` for all."""
    for entry in filter(None, (entry.strip().lower() for entry in no_proxy.split(","))):
        name = entry.lstrip(".")
        if (
            entry == "*"
            or _within(host, entry)
            or any(each == name or each.endswith(f".{name}") for each in (host, netloc))
        ):
            return True
    return False


def _within(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
