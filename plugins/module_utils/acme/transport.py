# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP for ACME: one urllib3 pool a client, so that threads share its connections. One request, one whole answer."""

from __future__ import annotations

import re
import ssl
import typing as t
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

from .answer import Answer

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    import urllib3

CONNECT_SECONDS, READ_SECONDS = 10.0, 45.0
# RFC 8555, 6.1: both are asked of a client.
_HEADERS = {"User-Agent": "certops.kubernetes (ACME client; urllib3)", "Accept-Language": "en"}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_OBJECT = re.compile(r"^(<[^>]*>|HTTPS?Connection(Pool)?\([^)]*\)): ")


class Lost(Exception):
    """There was no whole answer.

    :param sent: the server may have got the request
    :param final: trying again is no use
    :param answer: what came before the body broke off: status and headers
    """

    def __init__(self, reason: str, sent: bool, final: bool = False, answer: Answer | None = None) -> None:
        super().__init__(reason)
        self.sent = sent
        self.final = final
        self.answer = answer


class Transport:
    """Requests of one ACME server. Thread-safe.

    :param url: of its directory, which decides whether a proxy of the environment is used
    :param trust: PEM of the roots of its HTTPS certificate, in place of the system's
    :param verify: check that certificate at all
    :param connections: open at once, at most
    """

    def __init__(self, url: str, trust: str | None = None, verify: bool = True, connections: int = 16) -> None:
        self._pool = _pool(url, _context(trust, verify), connections)

    def send(self, method: str, url: str, timeout: float, body: bytes | None = None) -> Answer:
        """One request; a GET or HEAD follows redirects.

        :param timeout: seconds at most for its connection, and for each time the server is silent
        :raises Lost: no connection, or no whole answer
        """
        for _hop in range(_MOST_REDIRECTS):
            answer = self._once(method, url, timeout, body)
            if body is not None or answer.status not in _REDIRECTS or not answer.location:
                return answer
            url = urljoin(url, answer.location)
        raise Lost(f"{url}: more than {_MOST_REDIRECTS} redirects", sent=True, final=True)

    def _once(self, method: str, url: str, timeout: float, body: bytes | None) -> Answer:
        import urllib3

        headers: Mapping[str, str] = _HEADERS
        if body is not None:
            headers = {**_HEADERS, "Content-Type": "application/jose+json"}
        limits = urllib3.Timeout(connect=min(CONNECT_SECONDS, timeout), read=min(READ_SECONDS, timeout))
        started: Answer | None = None
        try:
            response = self._pool.request(
                method,
                url,
                body=body,
                headers=headers,
                timeout=limits,
                retries=False,
                redirect=False,
                preload_content=False,
            )
            try:
                names = tuple((name.lower(), value) for name, value in response.headers.iteritems())
                started = Answer(url, response.status, names)
                return Answer(url, response.status, names, response.read())
            finally:
                response.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise _lost(url, error, started) from error


def _lost(url: str, error: urllib3.exceptions.HTTPError, started: Answer | None) -> Lost:
    from urllib3 import exceptions

    never = (exceptions.NewConnectionError, exceptions.ConnectTimeoutError, exceptions.ProxyError)
    untrusted = isinstance(error, exceptions.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error)
    misused = isinstance(error, (exceptions.LocationValueError, exceptions.LocationParseError))
    server = urlsplit(url).netloc or url
    return Lost(
        f"{server}: {_words(error)}", not (isinstance(error, never) or untrusted), untrusted or misused, started
    )


def _words(error: Exception) -> str:
    """The reason, without the connection or pool that urllib3 names before it."""
    cause = next((each for each in error.args if isinstance(each, Exception)), error)
    return _OBJECT.sub("", str(cause)) or type(cause).__name__


def _context(trust: str | None, verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=trust)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _pool(url: str, context: ssl.SSLContext, connections: int) -> urllib3.PoolManager:
    import urllib3

    if context.verify_mode is ssl.CERT_NONE:
        # Asked for by the user; a warning a request would say nothing new.
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    settings: dict[str, t.Any] = {"maxsize": connections, "block": True, "ssl_context": context}
    target = urlsplit(url)
    proxy = None if proxy_bypass(target.hostname or "") else getproxies().get(target.scheme)
    if not proxy:
        return urllib3.PoolManager(**settings)
    access = urlsplit(proxy)
    headers = None
    if access.username:
        credentials = f"{unquote(access.username)}:{unquote(access.password or '')}"
        headers = urllib3.util.make_headers(proxy_basic_auth=credentials)
    return urllib3.ProxyManager(proxy, proxy_headers=headers, **settings)
