# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module returns about a certificate: facts, never a key byte."""

from __future__ import annotations

import typing as t

from ..diagnose import readiness
from ..spec import conditions
from ..x509.leaf import X509Error

if t.TYPE_CHECKING:
    from .waiting import State


def facts(state: State) -> dict[str, t.Any]:
    """The return value ``certificate``; what isn't known is None."""
    live = state.live or {}
    status = live.get("status") or {}
    ready = conditions.condition(live, "Ready") if live else None
    return {
        "name": state.wanted.name,
        "namespace": state.wanted.namespace,
        "secret_name": state.wanted.secret_name,
        "issuer_ref": {"kind": "Issuer", "group": "cert-manager.io", **state.wanted.body["issuerRef"]},
        "dns_names": list(state.wanted.body.get("dnsNames") or ()),
        "ready": state.ready or _says_ready(live),
        "reason": ready.get("reason") if ready else None,
        "message": ready.get("message") if ready else None,
        "not_before": status.get("notBefore"),
        "not_after": status.get("notAfter"),
        "renewal_time": status.get("renewalTime"),
        "revision": status.get("revision"),
        **_served(state),
    }


def _says_ready(live: t.Mapping[str, t.Any]) -> bool:
    ready = conditions.condition(live, "Ready") if live else None
    return ready is not None and ready["status"] == "True" and conditions.is_current(live, ready)


def _served(state: State) -> dict[str, t.Any]:
    """What only the Secret's own certificate tells."""
    unknown = {"serial_number": None, "issued_by": None, "fingerprint_sha256": None, "self_signed": None}
    if state.secret is None:
        return unknown
    try:
        leaf = readiness.leaf_of(state.secret)
    except X509Error:
        return unknown
    return {
        "serial_number": leaf.serial_number,
        "issued_by": leaf.issuer_common_name or leaf.issuer,
        "fingerprint_sha256": leaf.fingerprint_sha256,
        "self_signed": leaf.self_signed,
    }
