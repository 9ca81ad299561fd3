# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A solver for DNS-01 from one entry of acme.solvers, with the credentials that the cluster keeps for it."""

from __future__ import annotations

import base64
import binascii
import typing as t

from .. import errors
from ..engine import parallel
from ..spec import duration, kinds

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ..engine import ports


def solver(run: ports.Run, body: Mapping[str, t.Any], namespace: str) -> ports.Solver:
    """The solver.

    :param namespace: of the Secrets that it refers to
    :raises CertopsError: one of them is missing, or the provider is not known here
    """
    from ..solver import dns01, dns_persist01

    if run.resolver is None:
        raise errors.CertopsError("dns01: there is nobody to ask DNS")
    lasting = bool(body["dns01"].get("persist"))
    wait = body.get("waitInsteadOfSelfCheck")
    return (dns_persist01.DnsPersist01 if lasting else dns01.Dns01)(
        run.resolver,
        run.clock,
        parallel.each,
        _writer(run, body["dns01"], namespace),
        follow=body["dns01"].get("cnameStrategy") != "None",
        blind=duration.parse(wait).total_seconds() if wait else None,
        label=dns_persist01.LABEL if lasting else dns01.LABEL,
    )


def _writer(run: ports.Run, dns01: Mapping[str, t.Any], namespace: str) -> t.Any:
    if "route53" in dns01:
        from . import route53

        return route53.writer(dns01["route53"], lambda reference: _value(run, namespace, reference))
    if "rfc2136" not in dns01:
        if not dns01.get("persist"):  # such a record alone may be somebody else's
            raise errors.CertopsError(f"dns01: nobody here writes to {', '.join(sorted(dns01)) or 'no provider'}")
        from ..solver.dns_persist01 import Nobody

        return Nobody()
    from ..dns.update import Key, Update

    body = dns01["rfc2136"]
    key = None
    if body.get("tsigSecretSecretRef"):
        secret = _value(run, namespace, body["tsigSecretSecretRef"])
        key = Key(body.get("tsigKeyName") or "", secret, body.get("tsigAlgorithm") or "HMACMD5")
    return Update(body["nameserver"], key, udp=body.get("protocol") == "UDP")


def _value(run: ports.Run, namespace: str, reference: Mapping[str, str]) -> str:
    title = kinds.SECRET.title(namespace, reference["name"])
    secret = run.cluster.get(kinds.SECRET, namespace, reference["name"])
    try:
        return base64.b64decode(((secret or {}).get("data") or {})[reference["key"]]).decode().strip()
    except (KeyError, ValueError, binascii.Error):
        raise errors.CertopsError(f"{title} has no {reference['key']}, which the solver needs") from None
