# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The chain of an issued certificate, and which of several is taken (RFC 8555, 7.4.2)."""

from __future__ import annotations

import typing as t

from .. import errors
from ..diagnose.acme_problem import Problem
from ..x509.leaf import X509Error, parse_chain

if t.TYPE_CHECKING:
    from .account import AccountKeeper


def download(keeper: AccountKeeper, url: str, preferred: str | None) -> bytes:
    """The chain in PEM, the leaf first: the server's own choice, or the first alternate that ends at the preferred one.

    :param preferred: the common name of the issuer of the chain's topmost certificate, as in cert-manager's
        ``preferredChain`` (pkg/controller/acmeorders/sync.go, getPreferredCertChain); without a match the server's choice
    """
    action = f"download the certificate {url}"
    answer = keeper.post(url, None, action)
    if not preferred or _ends_at(answer.body, preferred, action):
        return answer.body
    for alternate in answer.links("alternate"):
        body = keeper.post(alternate, None, action).body
        if _ends_at(body, preferred, action):
            return body
    return answer.body


def _ends_at(chain: bytes, issuer: str, action: str) -> bool:
    try:
        return parse_chain(chain)[-1].issuer_common_name == issuer
    except X509Error as error:
        raise errors.AcmeError(action, Problem("", None, f"the answer is no certificate chain: {error}")) from error
