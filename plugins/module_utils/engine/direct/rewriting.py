# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is around a certificate in its Secret may change without a new certificate: labels, annotations, formats."""

from __future__ import annotations

import typing as t

from ...diagnose import readiness
from ...spec import ownership, tls_secret
from ...x509 import keys
from ...x509.leaf import X509Error, parse_chain
from ...x509.signing import Issued
from . import manifests

if t.TYPE_CHECKING:
    from ..ports import Run
    from .observe import Seen

Sides = tuple[dict[str, t.Any], dict[str, t.Any]]


def changes(seen: Seen) -> Sides | None:
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
    has, asked = set(live.get("data") or {}), tls_secret.data_keys(wanted.body, with_ca="ca.crt" in live["data"])
    for key in sorted(asked - has):
        _put(after, ("data", key), "(hidden, changed)")
    for key in sorted((has & tls_secret.ALL_DATA_KEYS) - asked):
        _put(before, ("data", key), "(hidden)")
    return (before, after) if before or after else None


def _put(side: dict[str, t.Any], path: tuple[str, ...], value: t.Any) -> None:
    if value is not None:
        ownership.put(side, path, value)


def manifest(run: Run, seen: Seen) -> dict[str, t.Any]:
    """The Secret with the certificate and key that it has, and the rest as wanted.

    :raises NotReady: a keystore has no password
    """
    live = seen.secret or {}
    issued = Issued(readiness.value(live, "tls.crt"), readiness.value(live, "ca.crt"))
    return manifests.secret(run, seen, issued, keys.load(readiness.value(live, "tls.key")))
