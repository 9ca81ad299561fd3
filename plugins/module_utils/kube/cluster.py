# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The few verbs of the Kubernetes API that this collection uses, on plain dicts and fixed paths."""

from __future__ import annotations

import json
import typing as t
from urllib.parse import urlencode

from .. import errors
from .connect import Connection
from .feed import Events
from .outage import Outage

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..spec import kinds

Object = dict[str, t.Any]

_ERRORS: dict[int, type[errors.ApiError]] = {
    400: errors.Invalid,
    401: errors.Forbidden,
    403: errors.Forbidden,
    404: errors.NotFound,
    409: errors.Conflict,
    422: errors.Invalid,
}
_APPLY = "application/apply-patch+yaml"  # JSON is YAML
_MERGE = "application/merge-patch+json"
_PAGE = 500
CONNECT_SECONDS, READ_SECONDS = 10.0, 60.0


class Cluster:
    """One API server. Safe for concurrent use by threads."""

    def __init__(self, connection: Connection, groups: tuple[tuple[str, str], ...] = ()) -> None:
        self._connection = connection
        self._groups = groups
        self._outage = Outage()

    def get(self, kind: kinds.Kind, namespace: str | None, name: str) -> Object | None:
        """Read one object; None when the object, its namespace or its kind does not exist.

        :raises ApiError: any other refusal
        """
        try:
            return self._json("GET", kind.path(namespace, name), f"read {kind.title(namespace, name)}")
        except errors.NotFound:
            return None

    def list(
        self, kind: kinds.Kind, namespace: str | None = None, fields: str | None = None, labels: str | None = None
    ) -> tuple[list[Object], str]:
        """Read all objects of a kind, page by page: the objects, and the version to start watching from.

        :raises ApiError: NotFound where the kind does not exist
        """
        items: list[Object] = []
        query: dict[str, t.Any] = {"limit": _PAGE, "labelSelector": labels, "fieldSelector": fields}
        where = f" in namespace {namespace}" if namespace else ""
        while True:
            page = self._json("GET", kind.path(namespace), f"list {kind.plural}{where}", query)
            items += page["items"]
            token = page["metadata"].get("continue")
            if not token:
                return items, page["metadata"]["resourceVersion"]
            query["continue"] = token

    def apply(
        self, kind: kinds.Kind, manifest: Mapping[str, t.Any], manager: str, force: bool = False, dry_run: bool = False
    ) -> Object:
        """Server-side apply; fields unknown to the schema are refused, not dropped.

        :raises Conflict: another manager owns a field with another value
        :raises Invalid: the schema or a webhook rejects it
        :raises NotFound: the namespace or the kind does not exist
        """
        name, namespace = manifest["metadata"]["name"], manifest["metadata"].get("namespace")
        query = {
            "fieldManager": manager,
            "fieldValidation": "Strict",
            "force": "true" if force else None,
            "dryRun": "All" if dry_run else None,
        }
        action = f"{'dry-run ' if dry_run else ''}apply {kind.title(namespace, name)}"
        return self._json("PATCH", kind.path(namespace, name), action, query, manifest, _APPLY)

    def merge(
        self,
        kind: kinds.Kind,
        namespace: str | None,
        name: str,
        patch: Mapping[str, t.Any],
        subresource: str | None = None,
    ) -> Object:
        """JSON merge patch (RFC 7396); a resourceVersion in it makes a concurrent change a Conflict."""
        action = f"change {'/'.join(part for part in (kind.title(namespace, name), subresource) if part)}"
        return self._json("PATCH", kind.path(namespace, name, subresource), action, {}, patch, _MERGE)

    def create(self, kind: kinds.Kind, manifest: Mapping[str, t.Any], dry_run: bool = False) -> Object:
        """Create an object; its name may be generated.

        :raises Conflict: it exists already
        """
        metadata = manifest["metadata"]
        title = kind.title(metadata.get("namespace"), metadata.get("name") or metadata.get("generateName") or "")
        action = f"{'dry-run ' if dry_run else ''}create {title}"
        query = {"dryRun": "All" if dry_run else None, "fieldValidation": "Strict"}
        return self._json("POST", kind.path(metadata.get("namespace")), action, query, manifest)

    def delete(
        self, kind: kinds.Kind, namespace: str | None, name: str, uid: str | None = None, orphan: bool = False
    ) -> bool:
        """Delete an object in the background; False when it wasn't there.

        :param uid: guards against a namesake
        :param orphan: leave what the object owns, rather than have it deleted too
        """
        body: Object = {"propagationPolicy": "Orphan" if orphan else "Background"}
        if uid:
            body["preconditions"] = {"uid": uid}
        try:
            self._json("DELETE", kind.path(namespace, name), f"delete {kind.title(namespace, name)}", {}, body)
        except errors.NotFound:
            return False
        return True

    def version(self) -> str:
        """The API server's version, "v1.34.4"."""
        return str(self._json("GET", "/version", "read the version")["gitVersion"])

    def follow(self, *watches: kinds.Watch) -> Events:
        """Watch several kinds at once; close the result when done."""
        return Events(self, watches)

    def stream(
        self, kind: kinds.Kind, namespace: str | None, query: Mapping[str, t.Any]
    ) -> tuple[t.Any, Iterator[Object]]:
        """Open a watch: the response, to close it by, and its events.

        :raises ApiError: with status 410 when the version is too old
        """
        action = f"watch {kind.plural}" + (f" in namespace {namespace}" if namespace else "")
        query = {"watch": "1", "allowWatchBookmarks": "true", **query}
        response = self._request("GET", kind.path(namespace), action, query, None, None, stream=True)
        if response.status >= 300:
            raise _error(action, response.status, b"".join(_chunks(response, action)))
        return response, _lines(response, action)

    def interrupted(self) -> None:
        """A watch was cut, by nobody here."""
        self._outage.met()

    def _json(
        self,
        method: str,
        path: str,
        action: str,
        query: Mapping[str, t.Any] | None = None,
        body: Mapping[str, t.Any] | None = None,
        content_type: str = "application/json",
    ) -> Object:
        response = self._request(method, path, action, query or {}, body, content_type)
        if response.status >= 300:
            raise _error(action, response.status, response.data)
        try:
            return t.cast("Object", json.loads(response.data))
        except ValueError as error:  # a proxy's log-in page
            raise errors.ClusterError(
                f"Cannot {action}: the answer of {self._connection.host} is no JSON: {error}"
            ) from error

    def _request(
        self,
        method: str,
        path: str,
        action: str,
        query: Mapping[str, t.Any],
        body: Mapping[str, t.Any] | None,
        content_type: str | None,
        stream: bool = False,
    ) -> t.Any:
        from urllib3 import Retry, Timeout
        from urllib3._collections import HTTPHeaderDict
        from urllib3.exceptions import HTTPError

        headers = HTTPHeaderDict(self._connection.headers())
        headers.update({"Accept": "application/json", "User-Agent": "certops.kubernetes"})
        for name, value in self._groups:
            headers.add(name, value)
        if body is not None:
            headers["Content-Type"] = content_type or "application/json"
        given = {key: value for key, value in query.items() if value is not None}
        url = self._connection.host + path + (f"?{urlencode(given)}" if given else "")
        # Only what never reached the server is sent again; the server's own 429 and 503 ask for it.
        again = Retry(connect=2, read=0, status=5, status_forcelist=(429, 503), allowed_methods=None,
                      backoff_factor=0.2, raise_on_status=False)  # fmt: skip
        while True:
            try:
                response = self._connection.pool.request(
                    method,
                    url,
                    headers=headers,
                    body=None if body is None else json.dumps(body),
                    preload_content=not stream,
                    timeout=Timeout(connect=CONNECT_SECONDS, read=None if stream else READ_SECONDS),
                    retries=again,
                )
            except HTTPError as error:
                if self._outage.outlasted(method, error):
                    continue
                said = f"Cannot {action}: {self._connection.host} does not answer: {_cause(error)}"
                raise errors.ClusterError(said) from error
            if any(attempt.error for attempt in response.retries.history):
                self._outage.met()
            if not self._outage.unsettled(response.status):
                return response
            response.close()


def _cause(error: Exception) -> str:
    """The innermost reason of urllib3's nested errors."""
    reason = getattr(error, "reason", None)
    return _cause(reason) if isinstance(reason, Exception) else str(error)


def _error(action: str, status: int, data: bytes) -> errors.ApiError:
    try:
        body = json.loads(data)
    except ValueError:
        body = data.decode(errors="replace").strip()[:500]
    if not isinstance(body, dict):  # no Status object: something in between answered
        body = {"message": str(body)}
    if "denied the request" in str(body.get("message")):
        return errors.Invalid(action, status, body)  # an admission webhook chooses its own status
    return _ERRORS.get(status, errors.ApiError)(action, status, body)


def _lines(response: t.Any, action: str) -> Iterator[Object]:
    """The JSON documents of a watch, one a line, as they arrive.

    :raises ClusterError: the connection was cut, or what came is no JSON
    """
    rest = b""
    for chunk in _chunks(response, action):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if line.strip():
                try:
                    yield json.loads(line)
                except ValueError as error:
                    raise errors.ClusterError(f"Cannot {action}: {error}") from error


def _chunks(response: t.Any, action: str) -> Iterator[bytes]:
    """What arrives, as it arrives.

    :raises ClusterError: the connection was cut
    """
    from urllib3.exceptions import HTTPError

    try:
        yield from response.stream(None, decode_content=True)
    except (HTTPError, OSError, ValueError) as error:
        raise errors.ClusterError(f"Cannot {action}: {error}") from error
