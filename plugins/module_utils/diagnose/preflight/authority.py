# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CAA records let the CA issue, for this account and by this method."""

from __future__ import annotations

import typing as t
from urllib.parse import urlsplit

from ...x509.names import is_ip_literal
from .. import caa, unresolved
from ..checks import chain
from ..dns_answers import TIMEOUT
from ..finding import ERROR, Finding
from . import solvers

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ..evidence import Evidence

# Host of the ACME directory → the CA's issuer domain names, by letsencrypt.org/docs/caa, Google Trust Services' CPS,
# and the help pages of Sectigo (which signs for ZeroSSL) and SSL.com.
_LETS_ENCRYPT = ("letsencrypt.org",)
_SECTIGO = ("sectigo.com", "comodoca.com", "comodo.com", "usertrust.com", "trust-provider.com")
_AUTHORITIES = {
    "acme-v02.api.letsencrypt.org": _LETS_ENCRYPT,
    "acme-staging-v02.api.letsencrypt.org": _LETS_ENCRYPT,
    "dv.acme-v02.api.pki.goog": ("pki.goog",),
    "acme.zerossl.com": (*_SECTIGO, "zerossl.com"),
    "acme.sectigo.com": _SECTIGO,
    "acme.ssl.com": ("ssl.com",),
}


def server(evidence: Evidence) -> str:
    """The host of the issuer's ACME directory, "" for other issuers."""
    return urlsplit((evidence.acme or {}).get("server") or "").hostname or ""


def caa_records(evidence: Evidence) -> Iterator[Finding]:
    """Those that hold for each name; of an unknown CA it is only told that no CA at all may issue."""
    authority = server(evidence)
    account = ((chain.status(evidence.issuer).get("acme") or {}).get("uri")) if evidence.issuer else None
    for each in solvers.names(evidence):
        if is_ip_literal(each.name):
            continue
        found = caa.policy(evidence.dns, each.name)
        wanted = caa.Issuance(each.name, _AUTHORITIES.get(authority, ()), account, each.method)
        reason = caa.refusal(found, wanted) if isinstance(found, caa.Policy) else None
        if isinstance(found, caa.Policy) and reason:
            message = f"the CAA records of {found.owner} forbid {authority} to issue for {each.name}: {reason}."
            remedy = "let them name the CA, this account and this method, or use a CA that they name"
            records = {"name": each.name, "owner": found.owner, "records": list(found.records)}
            yield Finding("caa.forbidden", ERROR, solvers.title(evidence), message, remedy, records)
        elif found is not None and not isinstance(found, caa.Policy) and found.status != TIMEOUT:
            yield unresolved.caa(solvers.title(evidence), found)
