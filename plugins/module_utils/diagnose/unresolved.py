# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What DNS did not answer, in words."""

from __future__ import annotations

import typing as t

from .dns_answers import NODATA, NXDOMAIN, TIMEOUT, Dns
from .finding import ERROR, WARNING, Finding

if t.TYPE_CHECKING:
    from .dns_answers import Answer

_RECORD = "make a record that leads to the ingress controller; with external-dns, see its log"
_ZONE = "see the zone's servers, delegation and DNSSEC"


def host(title: str, name: str, dns: Dns) -> Finding | None:
    """Why a host has no address, None where it has one, or wasn't asked about."""
    error = dns.error(name)
    if error == NXDOMAIN:
        return Finding("dns.nxdomain", ERROR, title, f"{name} does not exist in DNS (NXDOMAIN).", _RECORD)
    if error == NODATA:
        return Finding("dns.no_address", ERROR, title, f"{name} has no A or AAAA record.", _RECORD)
    if error == TIMEOUT:
        message = f"no DNS server answers about {name}, as asked from here."
        return Finding("dns.no_answer", WARNING, title, message, "see dns_servers, and the way to port 53")
    return Finding("dns.failed", ERROR, title, f"DNS fails for {name}: {error}.", _ZONE) if error else None


def caa(title: str, answer: Answer) -> Finding:
    """The CAA records of a name that could not be looked up."""
    message = f"the CAA records of {answer.name} can't be looked up ({answer.status}), which a CA takes for a no."
    return Finding("caa.failed", WARNING, title, message, _ZONE, answer.as_dict())
