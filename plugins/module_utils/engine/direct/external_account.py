# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The account at the CA that an issuer's ACME account is bound to when it is made (RFC 8555, 7.3.4)."""

from __future__ import annotations

import base64
import binascii
import typing as t

from ...diagnose import readiness
from ...diagnose.finding import ERROR, Finding
from ...spec import kinds
from ...x509.leaf import X509Error
from . import account_key

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .. import ports
    from .observe import Issuer


def of(run: ports.Run, issuer: Issuer) -> tuple[str, bytes, str] | None:
    """Its key's name, its bytes and the algorithm, None where the issuer has none.

    :raises NotReady: the key can't be read
    """
    binding: Mapping[str, t.Any] | None = issuer.body["acme"].get("externalAccountBinding")
    if not binding:
        return None
    reference = binding["keySecretRef"]
    secret = run.cluster.get(kinds.SECRET, issuer.place[1], reference["name"])
    try:
        text = readiness.value(secret, reference["key"]).decode().strip() if secret else ""
        text = text.rstrip("=").replace("-", "+").replace("_", "/")
        mac = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (X509Error, ValueError, binascii.Error):
        mac = b""
    if not mac:
        said = f"the key of its external account binding can't be read from Secret {reference['name']}."
        remedy = (
            "see acme.external_account_binding: the Secret, its key, and that the value is base64url (RFC 8555, 7.3.4)"
        )
        raise account_key.not_ready(issuer, Finding("issuer.eab_secret", ERROR, issuer.title, said, remedy))
    return binding["keyID"], mac, "HS256"
