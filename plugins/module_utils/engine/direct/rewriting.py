# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is around a certificate in its Secret may change without a new certificate: labels, annotations, formats."""

from __future__ import annotations

import typing as t

from ... import errors
from ...diagnose import readiness
from ...spec import ownership, secret_formats, tls_secret
from ...x509 import keys
from ...x509.leaf import X509Error, parse_chain
from ...x509.signing import Issued
from . import manifests

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from .. import ports
    from .observe import Seen

Sides = tuple[dict[str, t.Any], dict[str, t.Any]]


def changes(run: ports.Run, seen: Seen) -> Sides | None:
    """Before and after of what a write would change, None for nothing. Values of the Secret are not shown."""
    live, wanted = seen.secret, seen.wanted
    if live is None:
        return None
    try:
        leaf = parse_chain(readiness.value(live, "tls.crt"))[0]
    except X509Error:
        return None
    before: dict[str, t.Any] = {}
    after: dict[str, t.Any] = {}
    described = tls_secret.metadata(wanted, leaf)
    owned = {path for path in ownership.owned(live) if path[0] == "metadata"}
    for part in ("annotations", "labels"):
        has = live["metadata"].get(part) or {}
        gone = {path[2]: None for path in owned if path[1] == part and path[2] not in described[part]}
        for key, value in {**described[part], **gone}.items():
            if has.get(key) != value:
                _put(before, ("metadata", part, key), has.get(key))
                _put(after, ("metadata", part, key), value)
    asked = tls_secret.data_keys(wanted.body, with_ca="ca.crt" in live["data"])
    for key in sorted(_changed(run, seen, asked)):
        _put(before, ("data", key), "(hidden)" if key in live["data"] else None)
        _put(after, ("data", key), "(hidden, changed)")
    for key in sorted((set(live["data"]) & tls_secret.ALL_DATA_KEYS) - asked):
        _put(before, ("data", key), "(hidden)")
    return (before, after) if before or after else None


def _changed(run: ports.Run, seen: Seen, asked: frozenset[str]) -> Iterator[str]:
    """The keys of the data that are missing or hold something else; keystores are opened to see."""
    live = seen.secret or {}
    has, body = live["data"], seen.wanted.body
    yield from asked - set(has)
    if body.get("keystores") or body.get("additionalOutputFormats"):
        try:
            yield from (key for key, value in manifest(run, seen)["data"].items() if has.get(key, value) != value)
        except errors.NotReady:  # without their password; said when they are written
            yield from asked & secret_formats.ALL_DATA_KEYS & set(has)
    elif not keys.is_encoded(readiness.value(live, "tls.key"), keys.wanted(body)):
        yield "tls.key"


def _put(side: dict[str, t.Any], path: tuple[str, ...], value: t.Any) -> None:
    if value is not None:
        ownership.put(side, path, value)


def manifest(run: ports.Run, seen: Seen) -> dict[str, t.Any]:
    """The Secret with the certificate and key that it has, and the rest as wanted.

    :raises NotReady: a keystore has no password
    """
    live = seen.secret or {}
    issued = Issued(readiness.value(live, "tls.crt"), readiness.value(live, "ca.crt"))
    return manifests.secret(run, seen, issued, keys.load(readiness.value(live, "tls.key")))
