# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One challenge that is to be answered, as an engine hands it to a solver."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

HTTP01, DNS01, DNS_PERSIST01 = "http-01", "dns-01", "dns-persist-01"


@dataclass(frozen=True)
class Task:
    """A challenge of one authorization (RFC 8555, 8).

    :param identifier: the domain name without ``*.``, or the IP address
    :param wildcard: whether the authorization is for all names below it (RFC 8555, 7.1.4)
    :param token: "" for dns-persist-01, which has none
    :param key_authorization: the token, a dot, and the thumbprint of the account's key (RFC 8555, 8.1)
    :param record: content of the TXT record where it isn't made of the key authorization (dns-persist-01)
    """

    identifier: str
    wildcard: bool
    token: str
    key_authorization: str
    record: str | None = None

    @property
    def thumbprint(self) -> str:
        """Of the account's key (RFC 7638), base64url."""
        return self.key_authorization.rpartition(".")[2]

    @property
    def record_value(self) -> str:
        """What the TXT record says (RFC 8555, 8.4, for dns-01)."""
        if self.record is not None:
            return self.record
        digest = hashlib.sha256(self.key_authorization.encode("ascii")).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
